package view

import (
	"time"

	"bangfu/service/account"
)

// Binding is one person who sees the household.
type Binding struct {
	ID     string     `json:"id"`
	View   string     `json:"view" enum:"full,proxy" doc:"full能看全部;proxy是代看"`
	Since  time.Time  `json:"since" doc:"什么时候登记的"`
	Until  *time.Time `json:"until,omitempty" doc:"代看到什么时候"`
	By     string     `json:"by" doc:"凭什么登记的:谁发的码,或者手机号;微信不给名字"`
	Mine   bool       `json:"mine" doc:"就是自己"`
	CanEnd bool       `json:"can_end" doc:"现在能停掉"`
}

// BindingsOf are the bindings of a household or a cadre.
func BindingsOf(seats []account.Seat) []Binding {
	list := []Binding{}
	for _, x := range seats {
		b := Binding{ID: x.ID, View: string(x.View), Since: x.Since, By: x.By, Mine: x.Mine, CanEnd: x.MayEnd}
		if !x.Until.IsZero() {
			b.Until = &x.Until
		}
		list = append(list, b)
	}
	return list
}
