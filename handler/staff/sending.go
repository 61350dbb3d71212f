package staff

import (
	"context"
	"fmt"
	"time"

	"bangfu/service/access"
	"bangfu/service/model"
	"bangfu/service/notify"
)

// ChannelSuspension is a way of sending that rests.
type ChannelSuspension struct {
	Way     string    `json:"way"`
	Until   time.Time `json:"until"`
	Since   time.Time `json:"since"`
	ErrCode int64     `json:"errcode"`
	Reason  string    `json:"reason" doc:"minute每分钟的限额、day每天的限额、account账号有问题"`
}

// Trouble is a message that a person has to look at.
type Trouble struct {
	Reminder
	Purpose   string `json:"purpose"`
	Household string `json:"household_no,omitempty"`
	Text      string `json:"text,omitempty" doc:"没有送到的是给谁看的报告时:报告的话"`
}

// ToTellByHand is something that a cadre tells a household in person.
type ToTellByHand struct {
	ID        string    `json:"id"`
	Household string    `json:"household_no"`
	Text      string    `json:"text"`
	Until     time.Time `json:"until"`
}

type sendingOutput struct {
	Body struct {
		Holds    []ChannelSuspension `json:"holds"`
		Today    map[string]int      `json:"today" doc:"微信今天收下的条数"`
		Quota    map[string]int      `json:"quota" doc:"自己定的每天上限"`
		Troubles []Trouble           `json:"troubles" doc:"没送到、不知送到没有的"`
		ToTell   []ToTellByHand      `json:"to_tell" doc:"要干部当面告诉户里的"`
		Alarms   []string            `json:"alarms" doc:"最近一天要人马上看的,比如有人反复试绑定码"`
	}
}

func (a *api) sending(ctx context.Context, cut access.Lists, _ *struct{}) (*sendingOutput, error) {
	now, err := a.Notify.Sending(ctx, cut)
	if err != nil {
		return nil, err
	}
	out := &sendingOutput{}
	b := &out.Body
	b.Holds, b.Today, b.Quota, b.Troubles, b.ToTell = []ChannelSuspension{}, now.Today, now.Quota, []Trouble{}, []ToTellByHand{}
	if b.Alarms, err = a.alarms(ctx); err != nil {
		return nil, err
	}
	for _, h := range now.Holds {
		b.Holds = append(b.Holds, ChannelSuspension{Way: h.ID, Until: h.Until, Since: h.At, ErrCode: h.ErrCode, Reason: h.Reason})
	}
	for _, m := range now.Troubles {
		t := Trouble{Reminder: reminderView(m), Purpose: m.Purpose, Household: m.HouseholdID}
		if m.ToStaff() {
			t.Text = m.Text
		}
		b.Troubles = append(b.Troubles, t)
	}
	for _, n := range now.ToTell {
		b.ToTell = append(b.ToTell, ToTellByHand{ID: model.Unnamed(n.ID), Household: n.HouseholdID, Text: n.Text, Until: n.Until})
	}
	return out, nil
}

// alarms are what somebody has to look at now.
func (a *api) alarms(ctx context.Context) ([]string, error) {
	since, n, err := a.Account.CodeAlarm(ctx)
	if err != nil || n == 0 {
		return []string{}, err
	}
	return []string{fmt.Sprintf("%s起有人反复试绑定码,超出平常又试了%d次。登记已经放慢,新发的绑定码是10位。请问问是不是有人在猜。",
		since.In(model.Shanghai).Format("1月2日15:04"), n)}, nil
}

// reminderView is a message with every attempt and WeChat's answer.
func reminderView(m model.Message) Reminder {
	return Reminder{
		ID: model.Unnamed(m.ID), State: string(m.State), Way: m.Way, WayLabel: notify.WayLabel(m.Way), At: m.SettledAt, ErrCode: m.ErrCode, RID: m.RID,
		Reason: m.Reason, Steps: m.Steps,
	}
}

type resendInput struct {
	Body struct {
		ID string `json:"id" minLength:"1" maxLength:"400" doc:"消息的编号"`
	}
}

func (a *api) resend(ctx context.Context, farm access.Farm, in *resendInput) (*struct{}, error) {
	return nil, a.Notify.Resend(ctx, farm, in.Body.ID)
}

type resendManyInput struct {
	Body struct {
		IDs []string `json:"ids" minItems:"1" maxItems:"500" doc:"消息的编号,按发送情况里的名单"`
	}
}

type resendManyOutput struct {
	Body struct {
		Resent int `json:"resent" doc:"重发了几条;已经送到、已经重发的不算"`
	}
}

func (a *api) resendMany(ctx context.Context, farm access.Farm, in *resendManyInput) (*resendManyOutput, error) {
	out := &resendManyOutput{}
	var err error
	out.Body.Resent, err = a.Notify.ResendAll(ctx, farm, in.Body.IDs)
	return out, err
}

type resolveMessageInput struct {
	Body struct {
		ID      string `json:"id" minLength:"1" maxLength:"400"`
		Arrived bool   `json:"arrived" doc:"问过本人:收到了是true"`
	}
}

func (a *api) resolveMessage(ctx context.Context, farm access.Farm, in *resolveMessageInput) (*struct{}, error) {
	return nil, a.Notify.Resolve(ctx, farm, in.Body.ID, in.Body.Arrived)
}
