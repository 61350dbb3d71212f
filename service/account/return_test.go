package account_test

import (
	"slices"
	"testing"
	"time"

	"bangfu/cmd/app/apptest"
	"bangfu/cmd/app/demodata"
	"bangfu/service/model"
)

// numberOf is a telephone number that the register has for somebody of the household.
func numberOf(t *testing.T, household string) string {
	t.Helper()
	for _, p := range demodata.Build().Persons {
		in := func(m model.Membership) bool { return m.HouseholdID == household && m.To == "" }
		if p.PhoneNumber != "" && slices.ContainsFunc(p.Memberships, in) {
			return p.PhoneNumber
		}
	}
	t.Fatal("nobody of the household has a number")
	return ""
}

// TestTheWayBack: who unfollowed by mistake comes back by the number in the register, from the same WeChat account, for
// thirty days, once. The number opens nothing to anybody else.
func TestTheWayBack(t *testing.T) {
	r := apptest.Boot(t)
	number := numberOf(t, "H-001")
	r.Follow("stranger-1")
	r.Say("stranger-1", "手机号")
	apptest.WantContains(t, r.Say("stranger-1", number), "没有找到您登记过的户")
	apptest.WantWithout(t, r.Say("stranger-1", "我家"), "H-001")

	r.Act("h-001", "unfollow", nil)
	apptest.WantContains(t, r.Act("h-001", "follow", nil).Text(), "手机号", "一步就能回来")
	apptest.WantWithout(t, r.Say("h-001", "我家"), "H-001")
	apptest.WantContains(t, r.Say("h-001", "手机号"), "11位数字", "原来登记过的这个微信")
	apptest.WantContains(t, r.Say("h-001", "12345"), "11位数字")
	apptest.WantContains(t, r.Say("h-001", numberOf(t, "H-002")), "没有找到您登记过的户")
	r.Say("h-001", "手机号")
	apptest.WantContains(t, r.Say("h-001", number[:3]+" "+number[3:7]+" "+number[7:]), "欢迎回来", "户号H-001")
	apptest.WantContains(t, r.Say("h-001", "我家"), "户号H-001", "户情")

	r.Act("h-001", "unfollow", nil)
	r.Act("h-001", "follow", nil)
	r.Clock.Advance(model.ReturnLife + time.Hour)
	r.Say("h-001", "手机号")
	apptest.WantContains(t, r.Say("h-001", number), "没有找到您登记过的户")
	apptest.WantWithout(t, r.Log.String(), number)
}

// TestNoWayBackToWhatWasEnded: who ended their binding before they left has no way back to it.
func TestNoWayBackToWhatWasEnded(t *testing.T) {
	r := apptest.Boot(t)
	r.Say("h-001", "解除绑定")
	r.Say("h-001", "1")
	apptest.WantContains(t, r.Say("h-001", "1"), "已经解除")
	apptest.WantWithout(t, r.Say("h-001", "我家"), "H-001")
	r.Act("h-001", "unfollow", nil)
	r.Act("h-001", "follow", nil)
	r.Say("h-001", "手机号")
	apptest.WantContains(t, r.Say("h-001", numberOf(t, "H-001")), "没有找到您登记过的户")
}
