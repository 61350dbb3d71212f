package account_test

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"bangfu/cmd/app/apptest"
	"bangfu/cmd/app/demodata"
	"bangfu/service/model"
)

// officeCode is a code that the office issues.
func officeCode(r *apptest.Running, token string, to doc) string {
	var out struct{ Code string }
	r.Must(http.MethodPost, "/staff/v1/bind-codes", token, to, &out)
	return out.Code
}

// cadresOf the household, as simulated persons, who leads first.
func cadresOf(householdID string) (list []string) {
	for _, p := range demodata.Build().Pairings {
		if p.HouseholdID == householdID {
			list = append(list, strings.ToLower(p.CadreID))
		}
	}
	return list
}

// TestNoCadreBecomesTheirHousehold tries every way in which whoever helps a household could come to speak for it.
func TestNoCadreBecomesTheirHousehold(t *testing.T) {
	r := apptest.Boot(t)
	all := cadresOf("H-007")
	lead, other := all[0], all[1]
	code := r.BindingCode("H-007")
	apptest.WantContains(t, r.Say(lead, code), "您自己发的")
	apptest.WantContains(t, r.Say(other, code), "帮扶干部不能登记成户里的人")
	a := r.Call(http.MethodPost, "/mini/v1/bind", r.LogIn(other), doc{"code": code})
	if a.Status != 403 || a.Code() != "own_household" {
		t.Errorf("in the mini-program: %d %s", a.Status, a.Body)
	}
	// Who issued it as staff is the same person.
	secretary := r.Staff("sec", "C-099", model.RoleAssignment{Role: model.RoleSecretary})
	if slices.Contains(all, "c-099") {
		t.Fatal("the secretary helps the household")
	}
	byStaff := officeCode(r, secretary, doc{"household_no": "H-007"})
	apptest.WantContains(t, r.Say("c-099", byStaff), "您自己发的")
	// None of this has used the codes up, and somebody of the house can use them.
	r.Follow("stranger-1", "stranger-2", "stranger-3")
	apptest.WantContains(t, r.Say("stranger-1", code), "登记好了", "H-007")
	apptest.WantContains(t, r.Say("stranger-2", byStaff), "登记好了", "H-007")

	// Nor does somebody of the house become its cadre by a code.
	apptest.WantContains(t, r.Say("stranger-1", officeCode(r, r.Office("one"), doc{"cadre_id": strings.ToUpper(other)})), "帮扶干部不能登记成户里的人")

	// By the telephone, where the register has the cadre's own number for a member.
	farm := demodata.Build()
	var cadre demodata.Cadre
	for _, c := range farm.Cadres {
		if strings.EqualFold(c.ID, other) {
			cadre = c
		}
	}
	hash, err := r.Store().Sealer().Hash(cadre.PhoneNumber, "phone")
	if err != nil {
		t.Fatal(err)
	}
	members, err := r.Store().PersonsOf(t.Context(), "H-007")
	if err != nil {
		t.Fatal(err)
	}
	by := model.ChangeInfo{Actor: "test", Why: "the number of the cadre", At: r.Clock.Now()}
	if _, err := r.Store().ChangePerson(t.Context(), members[0].ID, 0, by, func(p *model.Person) error { p.PhoneHash = hash; return nil }); err != nil {
		t.Fatal(err)
	}
	token := r.LogIn("stranger-3")
	a = r.Call(http.MethodPost, "/mini/v1/phone", token, doc{"code": r.PhoneCode("stranger-3", cadre.PhoneNumber)})
	if a.Status != 200 || !strings.Contains(a.Body, cadre.ID) || strings.Contains(a.Body, "H-007") {
		t.Errorf("by the telephone: %d %s", a.Status, a.Body)
	}

	// However both came about: who is paired later sees nothing as the household from then on.
	const late = "h-020"
	apptest.WantContains(t, r.Say(late, officeCode(r, r.Office("two"), doc{"cadre_id": "C-100"})), "登记好了:帮扶干部")
	apptest.WantContains(t, r.Say(late, "我家"), "H-020")
	pairing := model.Pairing{
		ID: model.PairingID("H-020", "C-100", "2017-12-01"), Record: model.NewRecord(r.Clock.Now(), "test"), HouseholdID: "H-020", CadreID: "C-100",
		Role: model.PairingMember, From: "2017-12-01",
	}
	if err := r.Store().InsertPairing(t.Context(), pairing); err != nil {
		t.Fatal(err)
	}
	apptest.WantWithout(t, r.Say(late, "我家"), "户号H-020")
	r.Refused(404, "household_not_found", http.MethodPost, "/mini/v1/visits/answer", r.LogIn(late), doc{"household_no": "H-020", "visit_id": "x", "answer": "came", "rating": 5})
}

// TestTriesOutliveUnfollowing has somebody follow anew for five more tries.
func TestTriesOutliveUnfollowing(t *testing.T) {
	r := apptest.Boot(t)
	r.Follow("stranger-1", "stranger-2")
	wrong := func(i int) string { return fmt.Sprintf("%06d", 999000+i) }
	for i := range 5 {
		apptest.WantContains(t, r.Say("stranger-1", wrong(i)), "绑定码不对或已过期")
	}
	r.Act("stranger-1", "unfollow", nil)
	r.Act("stranger-1", "follow", nil)
	apptest.WantContains(t, r.Say("stranger-1", wrong(5)), "次数多了")
	apptest.WantContains(t, r.Say("stranger-1", r.BindingCode("H-012")), "次数多了")

	// And however patient somebody is, a day has an end.
	tried := 5
	for range 6 {
		r.Clock.Advance(10*time.Minute + time.Second)
		for range 5 {
			if got := r.Say("stranger-1", wrong(100+tried)); strings.Contains(got, "绑定码不对") {
				tried++
			} else {
				apptest.WantContains(t, got, "今天试错的次数太多")
			}
		}
	}
	if tried != 20 {
		t.Errorf("%d tries in a day", tried)
	}
	apptest.WantContains(t, r.Say("stranger-2", r.BindingCode("H-012")), "登记好了")
	r.Clock.Advance(24 * time.Hour)
	apptest.WantContains(t, r.Say("stranger-1", r.BindingCode("H-012")), "登记好了")
}

// TestManyWrongCodesSlowEverybody guesses from many phones at once.
func TestManyWrongCodesSlowEverybody(t *testing.T) {
	r := apptest.Boot(t)
	boss := r.Office("one")
	alarms := func() (list []string) {
		var out struct{ Alarms []string }
		r.Must(http.MethodGet, "/staff/v1/sending", boss, nil, &out)
		return out.Alarms
	}
	metric := func(want string) {
		t.Helper()
		apptest.WantContains(t, apptest.Request(t, http.MethodGet, r.App.MetricsURL(), "", nil).Body, "bangfu_wrong_bind_codes "+want+"\n")
	}
	guess := func(person, n int) string { return r.Say(fmt.Sprintf("h-%03d", person), fmt.Sprintf("%06d", 990000+n)) }
	metric("0")
	for n := range 30 {
		apptest.WantContains(t, guess(1+n/5, n), "绑定码不对")
	}
	metric("30")
	if got := alarms(); len(got) != 0 {
		t.Errorf("too early: %v", got)
	}
	wantSix := regexp.MustCompile(`^\d{6}$`)
	if code := officeCode(r, boss, doc{"household_no": "H-030"}); !wantSix.MatchString(code) {
		t.Errorf("code %q", code)
	}
	slow := 0
	for n := range 25 {
		if strings.Contains(guess(10+n/5, 100+n), "请过一分钟再发") {
			slow++
		}
	}
	if slow < 10 {
		t.Errorf("%d of 25 were told to wait", slow)
	}
	got := alarms()
	if len(got) != 1 || !strings.Contains(got[0], "反复试绑定码") {
		t.Errorf("%v", got)
	}
	code := officeCode(r, boss, doc{"household_no": "H-030"})
	if len(code) != 10 {
		t.Errorf("a code of %d digits while somebody guesses", len(code))
	}
	// Whoever waited is not counted, and comes in when it is their turn.
	r.Clock.Advance(11 * time.Minute)
	r.Follow("stranger-1")
	apptest.WantContains(t, r.Say("stranger-1", r.BindingCode("H-030")), "登记好了")
	metric("0")
	if len(alarms()) != 1 {
		t.Error("the office does not see any more what was ten minutes ago")
	}
	r.Clock.Advance(24 * time.Hour)
	if got := alarms(); len(got) != 0 {
		t.Errorf("a day later: %v", got)
	}
}

// TestCadresCodesAreLonger reads one out in groups.
func TestCadresCodesAreLonger(t *testing.T) {
	r := apptest.Boot(t)
	r.Follow("stranger-1", "stranger-2", "stranger-3")
	boss := r.Office("one")
	code := officeCode(r, boss, doc{"cadre_id": "C-020"})
	if len(code) != 10 || strings.Trim(code, "0123456789") != "" {
		t.Fatalf("%q", code)
	}
	apptest.WantContains(t, r.Say("stranger-1", code[:5]+" "+code[5:]), "登记好了:帮扶干部")
	code = officeCode(r, boss, doc{"cadre_id": "C-021"})
	apptest.WantContains(t, r.Say("stranger-2", "绑定 "+code[:3]+" "+code[3:6]+"　"+code[6:]), "登记好了:帮扶干部")
	code = officeCode(r, boss, doc{"household_no": "H-021"})
	r.Must(http.MethodPost, "/mini/v1/bind", r.LogIn("stranger-3"), doc{"code": code[:3] + " " + code[3:]}, nil)
	// Who issued what stands in the audit log, and never the code.
	lines := r.Audited(3)
	for i, want := range []string{"households/H-021", "cadres/C-021", "cadres/C-020"} {
		if lines[i].Record != want || lines[i].Actor != "staff:one" || lines[i].Reason != "发绑定码" {
			t.Errorf("%+v", lines[i])
		}
	}
}

// reads waits until the person has got a message with the words.
func reads(t *testing.T, r *apptest.Running, person, words string) {
	t.Helper()
	apptest.EventuallyAll(t, person+" reads "+words, func() bool { return heard(r, person, words) })
}

func heard(r *apptest.Running, person, words string) bool {
	return slices.ContainsFunc(r.Chat(person), func(l apptest.ChatLine) bool { return strings.Contains(l.Content, words) })
}

// TestTheHouseholdHearsOfANewBinding binds a stranger by a code that was overheard; one word of the family ends it.
func TestTheHouseholdHearsOfANewBinding(t *testing.T) {
	r := apptest.Boot(t)
	boss := r.Staff("boss", "C-090", model.RoleAssignment{Role: model.RoleOffice})
	r.Clock.Advance(time.Minute) // after the people of the farm were bound
	r.Say("c-090", "本月")         // can be written to
	r.Say("h-022", "我家")
	r.Follow("stranger-1", "stranger-2")
	r.Say("stranger-1", "你好")
	code := r.BindingCode("H-022")
	apptest.WantContains(t, r.Say("stranger-1", code), "登记好了")
	apptest.WantContains(t, r.Say("stranger-1", "我家"), "H-022")
	reads(t, r, "h-022", "有人用绑定码登记了您家(户号H-022)")
	if heard(r, "stranger-1", "有人用绑定码登记了您家") {
		t.Error("the new one was told of themself")
	}
	// A new binding does not end the old ones.
	apptest.WantContains(t, r.Say("stranger-1", "谁能看我家"), "有2人")
	apptest.WantContains(t, r.Say("stranger-1", "不认识"), "最近7天没有别人登记您家")

	apptest.WantContains(t, r.Say("h-022", "不认识"), "停掉了", "H-022")
	apptest.WantWithout(t, r.Say("stranger-1", "我家"), "户号H-022")
	reads(t, r, "stranger-1", "被户里的另一个人停掉了")
	reads(t, r, "c-090", "户号H-022的家里人说不认识")
	apptest.WantContains(t, r.Say("h-022", "谁能看我家"), "有1人", "(就是您)")
	// The code that was used brings nothing back, in neither account.
	apptest.WantContains(t, r.Say("stranger-1", code), "绑定码不对或已过期")
	token := r.LogIn("stranger-1")
	if a := r.Call(http.MethodPost, "/mini/v1/bind", token, doc{"code": code}); a.Status != 404 {
		t.Errorf("in the mini-program: %d %s", a.Status, a.Body)
	}
	var log struct {
		Lines []struct{ Actor, Reason string }
	}
	r.Must(http.MethodGet, "/staff/v1/audit?household_no=H-022", boss, nil, &log)
	if log.Lines[0].Reason != "家里人说不认识,停掉一个登记" || !strings.HasPrefix(log.Lines[0].Actor, "account:") {
		t.Errorf("%+v", log.Lines)
	}

	// The telephone of the register does not bring them back either; a code does, and clears it.
	members, err := r.Store().PersonsOf(t.Context(), "H-022")
	if err != nil {
		t.Fatal(err)
	}
	number := "19900000987"
	hash, err := r.Store().Sealer().Hash(number, "phone")
	if err != nil {
		t.Fatal(err)
	}
	by := model.ChangeInfo{Actor: "test", Why: "换了号", At: r.Clock.Now()}
	if _, err := r.Store().ChangePerson(t.Context(), members[0].ID, 0, by, func(p *model.Person) error { p.PhoneHash = hash; return nil }); err != nil {
		t.Fatal(err)
	}
	r.Refused(404, "phone_unknown", http.MethodPost, "/mini/v1/phone", token, doc{"code": r.PhoneCode("stranger-1", number)})
	r.Must(http.MethodPost, "/mini/v1/phone", r.LogIn("stranger-2"), doc{"code": r.PhoneCode("stranger-2", number)}, nil)
	reads(t, r, "h-022", "有人用登记册里的手机号登记了您家")
	apptest.WantContains(t, r.Say("stranger-1", r.BindingCode("H-022")), "登记好了")
}

type seat struct {
	ID, View, By string
	Mine         bool
	CanEnd       bool `json:"can_end"`
}

func seatsOf(r *apptest.Running, token, path string) []seat {
	var out struct{ Bindings []seat }
	r.Must(http.MethodGet, path, token, nil, &out)
	return out.Bindings
}

// TestABindingEnds ends bindings by their person, by the household and by the office.
func TestABindingEnds(t *testing.T) {
	r := apptest.Boot(t)
	boss := r.Office("one")
	r.Follow("stranger-1", "stranger-2", "stranger-3")
	r.Say("c-030", "本月") // can be written to
	r.Clock.Advance(time.Minute)
	r.Say("stranger-1", r.BindingCode("H-023"))
	r.Say("stranger-2", officeCode(r, boss, doc{"household_no": "H-023"}))
	r.Say("h-023", "代看")
	apptest.WantContains(t, r.Say("stranger-3", proxyCode.FindStringSubmatch(r.Say("h-023", "1"))[1]), "代看")

	const path, mine = "/mini/v1/household/bindings", "/mini/v1/me"
	old, fresh, third := r.LogIn("h-023"), r.LogIn("stranger-1"), r.LogIn("stranger-3")
	list := seatsOf(r, old, path)
	if len(list) != 4 || !list[0].Mine || !strings.Contains(list[1].By, "发的码") || list[2].By != "扶贫办发的码" || list[3].View != "proxy" {
		t.Fatalf("%+v", list)
	}
	for _, x := range list {
		if !x.CanEnd || len(x.ID) != 32 {
			t.Errorf("%+v", x)
		}
	}
	if own := seatsOf(r, third, path); len(own) != 1 || !own[0].Mine {
		t.Errorf("a proxy sees %+v", own)
	}
	drop := func(token, id string) apptest.Answer { return r.Call(http.MethodDelete, path+"/"+id, token, nil) }
	apptest.WantProblem(t, "a new one ends an old one", drop(fresh, list[0].ID), 403, "binding_too_new")
	apptest.WantProblem(t, "a proxy ends another", drop(third, list[0].ID), 404, "no_such_binding")
	apptest.WantProblem(t, "none", drop(old, "x"), 404, "no_such_binding")
	apptest.WantProblem(t, "of another household", r.Call(http.MethodDelete, path+"/"+list[0].ID+"?household_no=H-023", r.LogIn("h-024"), nil), 404, "household_not_found")

	// By its person, in both.
	apptest.WantStatus(t, "own", drop(third, list[3].ID), 204)
	if a := r.Call(http.MethodGet, mine, third, nil); strings.Contains(a.Body, "H-023") {
		t.Errorf("still there: %s", a.Body)
	}
	apptest.WantContains(t, r.Say("stranger-1", "解除绑定"), "1 户号H-023")
	apptest.WantContains(t, r.Say("stranger-1", "1"), "真的解除?", "1 是的")
	apptest.WantContains(t, r.Say("stranger-1", "1"), "已经解除")
	apptest.WantWithout(t, r.Say("stranger-1", "我家"), "户号H-023")

	// By the household, from the list in the bot.
	apptest.WantContains(t, r.Say("h-023", "谁能看我家"), "有2人", "1 停掉")
	apptest.WantContains(t, r.Say("h-023", "1"), "已经停掉了")
	apptest.WantContains(t, r.Say("h-023", "谁能看我家"), "有1人")
	reads(t, r, "stranger-2", "被户里的另一个人停掉了")

	// By the office, with a reason, and for cadres as well.
	apptest.WantContains(t, r.Say("stranger-2", r.BindingCode("H-023")), "登记好了")
	seats := seatsOf(r, boss, "/staff/v1/households/H-023/bindings")
	if len(seats) != 2 {
		t.Fatalf("%+v", seats)
	}
	end := "/staff/v1/households/h-023/bindings/" + seats[1].ID
	r.Refused(422, "invalid_content", http.MethodDelete, end, boss, nil)
	r.Must(http.MethodDelete, end+"?why=%E5%BF%B5%E9%94%99%E4%BA%86%E7%A0%81", boss, nil, nil)
	apptest.WantWithout(t, r.Say("stranger-2", "我家"), "户号H-023")
	reads(t, r, "stranger-2", "被扶贫办停掉了")
	apptest.WantContains(t, r.Say("stranger-2", officeCode(r, boss, doc{"cadre_id": "C-030"})), "登记好了")
	reads(t, r, "c-030", "有人用绑定码登记成了您")
	seats = seatsOf(r, boss, "/staff/v1/cadres/C-030/bindings")
	if len(seats) != 2 {
		t.Fatalf("%+v", seats)
	}
	for _, x := range seats {
		r.Must(http.MethodDelete, "/staff/v1/cadres/c-030/bindings/"+x.ID+"?why=%E8%B0%83%E8%B5%B0%E4%BA%86", boss, nil, nil)
	}
	apptest.WantWithout(t, r.Say("stranger-2", "本月"), "下次帮扶日")
	apptest.WantContains(t, r.Say("c-031", "解除绑定"), "帮扶干部")
	r.Say("c-031", "1")
	apptest.WantContains(t, r.Say("c-031", "1"), "已经解除")
	far := r.Staff("far", "", model.RoleAssignment{Role: model.RoleOffice, UnitID: "U-area-1"})
	r.Refused(404, "no_such_household", http.MethodGet, "/staff/v1/households/H-023/bindings", far, nil)
	r.Refused(404, "no_such_cadre", http.MethodGet, "/staff/v1/cadres/C-999/bindings", boss, nil)

	// After a week a binding has settled, and ends those before it, too.
	apptest.WantContains(t, r.Say("stranger-1", r.BindingCode("H-023")), "登记好了")
	r.Clock.Advance(7*24*time.Hour + time.Minute)
	apptest.WantStatus(t, "a settled one ends an old one", drop(fresh, list[0].ID), 204)
}

// TestAnUndoneMergeBringsNoEndedBindingBack ends a binding between a merge and its undoing.
func TestAnUndoneMergeBringsNoEndedBindingBack(t *testing.T) {
	r := apptest.Boot(t)
	boss := r.Office("one")
	r.Follow("stranger-1")
	r.Say("stranger-1", r.BindingCode("H-025"))
	r.Must(http.MethodPost, "/staff/v1/households/H-025/merge", boss, doc{"into_household_no": "H-026", "on": "2017-12-27", "evidence": "合成一户"}, nil)
	apptest.WantContains(t, r.Say("stranger-1", "我家"), "H-026")
	seats := seatsOf(r, boss, "/staff/v1/households/H-026/bindings")
	for _, x := range seats {
		if strings.Contains(x.By, "发的码") {
			r.Must(http.MethodDelete, "/staff/v1/households/H-026/bindings/"+x.ID+"?why=%E4%B8%8D%E6%98%AF%E5%AE%B6%E9%87%8C%E4%BA%BA", boss, nil, nil)
		}
	}
	r.Must(http.MethodPost, "/staff/v1/households/H-025/unmerge", boss, doc{"why": "弄错了"}, nil)
	if got := r.Say("stranger-1", "我家"); strings.Contains(got, "H-025") || strings.Contains(got, "H-026") {
		t.Errorf("back again: %s", got)
	}
	apptest.WantContains(t, r.Say("h-025", "我家"), "户号H-025")
}
