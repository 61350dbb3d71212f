package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"bangfu/service/notify"
)

// probeTemplates says which of the templates that the settings name are missing at WeChat, or have other
// fields than those we fill in.
func (a *App) probeTemplates(ctx context.Context) error {
	settings, err := a.store.Settings(ctx)
	if err != nil {
		return err
	}
	messages, subscriptions := map[string]string{}, map[string]string{}
	list, err := a.svc.oa.Templates(ctx)
	if err != nil {
		return err
	}
	for _, t := range list {
		messages[t.ID] = t.Content
	}
	notices, err := a.svc.oa.SubscribeTemplates(ctx)
	if err != nil {
		return err
	}
	for _, t := range notices {
		subscriptions[t.ID] = t.Content
	}
	var wrong []string
	for purpose, t := range settings.Templates {
		wrong = append(wrong, wrongTemplate(purpose+"的模板消息", t.Message, messages)...)
		wrong = append(wrong, wrongTemplate(purpose+"的订阅通知", t.Subscription, subscriptions)...)
	}
	if len(wrong) == 0 {
		return nil
	}
	slices.Sort(wrong)
	return errors.New(strings.Join(wrong, ";"))
}

func wrongTemplate(what, id string, have map[string]string) []string {
	if id == "" {
		return nil
	}
	content, ok := have[id]
	if !ok {
		return []string{fmt.Sprintf("%s%s在微信后台没有", what, id)}
	}
	var missing []string
	for _, field := range notify.TemplateFields {
		if !strings.Contains(content, "{{"+field+".DATA}}") {
			missing = append(missing, field)
		}
	}
	if len(missing) > 0 {
		return []string{fmt.Sprintf("%s%s缺少字段%s", what, id, strings.Join(missing, "、"))}
	}
	return nil
}
