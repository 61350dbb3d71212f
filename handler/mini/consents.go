package mini

import (
	"context"

	"bangfu/service/access"
	"bangfu/service/model"
)

// ConsentAnswer is what a person answered to one template.
type ConsentAnswer struct {
	TemplateID string `json:"template_id" minLength:"1" maxLength:"128"`
	Answer     string `json:"answer" enum:"accept,reject,ban,filter" doc:"微信给页面的回答"`
}

type consentsInput struct {
	Body struct {
		Key     string          `json:"client_key" minLength:"8" maxLength:"64" doc:"手机上生成,重发时不变"`
		Answers []ConsentAnswer `json:"answers" minItems:"1" maxItems:"5"`
	}
}

// consents takes what the page was told when it asked for subscriptions. WeChat's own event usually says the same, and
// then it counts once.
func (a *api) consents(ctx context.Context, own access.Account, in *consentsInput) (*struct{}, error) {
	reports := make([]model.TemplateReport, len(in.Body.Answers))
	for i, x := range in.Body.Answers {
		reports[i] = model.TemplateReport{TemplateID: x.TemplateID, Answer: x.Answer}
	}
	return nil, a.Notify.RecordConsent(ctx, callerOf(ctx).Identity.ID, in.Body.Key, reports)
}
