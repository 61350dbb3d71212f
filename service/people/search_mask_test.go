package people_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"bangfu/cmd/app/apptest"
	"bangfu/cmd/app/demodata"
	"bangfu/repo"
	"bangfu/service/model"

	"github.com/mozillazg/go-pinyin"
)

// seeker searches as one member of staff.
type seeker struct {
	*apptest.Running
	t     *testing.T
	token string
}

func (s seeker) ask(query string) apptest.Answer {
	return s.Call(http.MethodGet, "/staff/v1/households?limit=200&"+query, s.token, nil)
}

// finds are the numbers of the households that the text finds.
func (s seeker) finds(text string) (nos []string) {
	s.t.Helper()
	a := s.ask("text=" + url.QueryEscape(text))
	if a.Status != http.StatusOK {
		s.t.Fatalf("%s: %d %s", text, a.Status, a.Body)
	}
	var page struct {
		Households []struct {
			No string `json:"household_no"`
		}
	}
	a.JSON(s.t, &page)
	for _, h := range page.Households {
		nos = append(nos, h.No)
	}
	return nos
}

func spelled(name string, style int) string {
	args := pinyin.NewArgs()
	args.Style = style
	return strings.Join(pinyin.LazyPinyin(name, args), "")
}

// manySearches lets a test ask more than a person may in an hour.
func manySearches(t *testing.T, r *apptest.Running, n int) {
	t.Helper()
	edit := model.ChangeInfo{Actor: "test", Why: "test", At: apptest.Start}
	_, err := r.Store().ChangeSettings(t.Context(), 0, edit, func(s *model.Settings) error { s.SearchPerHour = n; return nil })
	if err != nil {
		t.Fatal(err)
	}
}

// TestNamesCannotBeSpelledOut tries, as every role that opens no names, each way in which a search could tell a letter of
// a name that the mask hides.
func TestNamesCannotBeSpelledOut(t *testing.T) {
	r := apptest.Boot(t)
	manySearches(t, r, 10000)
	compound := "欧阳小虎"
	r.Must(http.MethodPut, "/staff/v1/households/H-001/members/"+r.Household(r.Office("one"), "H-001").Members[0].ID, "token-of-one",
		doc{"rev": 1, "why": "改名", "name": compound}, nil)
	names := []string{compound}
	for _, p := range demodata.Build().Persons[1:12] {
		names = append(names, p.Name)
	}
	for _, role := range []model.Role{model.RoleInspector, model.RolePublisher, model.RoleCadre} {
		s := seeker{r, t, r.Staff("try-"+string(role), "C-001", model.RoleAssignment{Role: role})}
		for _, name := range names {
			surname := []rune(model.Surname(name))
			texts := map[string]bool{spelled(name, pinyin.Normal): true, spelled(name, pinyin.FirstLetter): true, name[len(string(surname)):]: true}
			for i := len(surname) + 1; i <= len([]rune(name)); i++ {
				texts[string([]rune(name)[:i])] = true
			}
			sound, whole := spelled(string(surname), pinyin.Normal), spelled(name, pinyin.Normal)
			for i := len(sound) + 1; i <= len(whole); i++ {
				texts[whole[:i]] = true
			}
			for text := range texts {
				if nos := s.finds(text); len(nos) > 0 && !isSurname(text) {
					t.Errorf("%s: %q finds %v", role, text, nos)
				}
			}
		}
	}
	inspector := seeker{r, t, "token-of-try-inspector"}
	for text, want := range map[string]string{"欧": "H-001", "欧阳": "H-001", "ou": "H-001", "ouyang": "H-001", "h-001": "H-001", "H-00": "H-009"} {
		if nos := inspector.finds(text); !slices.Contains(nos, want) {
			t.Errorf("%q finds %v, not %s", text, nos, want)
		}
	}
	office := seeker{r, t, "token-of-one"}
	for _, text := range []string{compound, "欧阳小", "ouyangxiao", "oyxh"} {
		if nos := office.finds(text); !slices.Contains(nos, "H-001") {
			t.Errorf("the office finds %v by %q", nos, text)
		}
	}
}

// isSurname reports whether the text is the beginning of somebody's surname as it sounds: that much the mask shows.
func isSurname(text string) bool {
	return slices.ContainsFunc(demodata.Build().Persons, func(p demodata.Person) bool {
		return strings.HasPrefix(spelled(model.Surname(p.Name), pinyin.Normal), text)
	})
}

// TestNamesAreFoundWhereThePostReaches gives somebody the identity group in one unit and a bare post in all of them.
func TestNamesAreFoundWhereThePostReaches(t *testing.T) {
	r := apptest.Boot(t)
	first, second := apptest.MembersOf("H-001")[0], demodata.Person{}
	units := map[string]string{}
	for _, h := range demodata.Build().Households {
		units[h.ID] = h.UnitID
	}
	for _, p := range demodata.Build().Persons {
		if units[p.Memberships[0].HouseholdID] != units["H-001"] && p.Memberships[0].Relation == model.RelationHead {
			second = p
			break
		}
	}
	s := seeker{r, t, r.Staff("half", "", model.RoleAssignment{Role: model.RoleInspector}, model.RoleAssignment{Role: model.RoleSecretary, UnitID: units["H-001"]})}
	if nos := s.finds(first.Name); !slices.Contains(nos, "H-001") {
		t.Errorf("in the secretary's unit: %v", nos)
	}
	if nos := s.finds(second.Name); len(nos) > 0 {
		t.Errorf("elsewhere: %v", nos)
	}
	if nos := s.finds(model.Surname(second.Name)); !slices.Contains(nos, second.Memberships[0].HouseholdID) {
		t.Errorf("elsewhere by the surname: %v", nos)
	}
}

// TestFindingByNameIsAudited looks for what is written down of a search: who and how many, not the text.
func TestFindingByNameIsAudited(t *testing.T) {
	r := apptest.Boot(t)
	office := seeker{r, t, r.Office("one")}
	name := apptest.MembersOf("H-005")[0].Name
	lines := func() (list []model.AuditEntry) {
		all, err := r.Store().AuditLines(t.Context(), repo.AuditPage{Limit: 50})
		if err != nil {
			t.Fatal(err)
		}
		return slices.DeleteFunc(all, func(e model.AuditEntry) bool { return e.Action != model.AuditSearch })
	}
	office.finds("h-005")
	office.finds(model.Surname(name))
	office.finds("没有这个人")
	if list := lines(); len(list) > 0 {
		t.Errorf("a number, a surname and nothing: %+v", list)
	}
	found := office.finds(name)
	list := lines()
	if len(list) != 1 || list[0].Actor != "staff:one" || !strings.Contains(list[0].Reason, fmt.Sprintf("找到%d户", len(found))) {
		t.Fatalf("%+v", list)
	}
	if line := fmt.Sprint(list[0]); strings.Contains(line, name) || strings.Contains(line, spelled(name, pinyin.Normal)) {
		t.Errorf("the searched text is written down: %s", line)
	}
	office.finds(name)
	if again := lines(); len(again) != 2 || again[0].Record != again[1].Record {
		t.Errorf("the same search cannot be told to be the same: %+v", again)
	}
	for _, text := range []string{name, url.QueryEscape(name), "没有这个人"} {
		if strings.Contains(r.Log.String(), text) {
			t.Error("the log holds the searched text")
		}
	}
}

// TestSearchesAreLimited asks more often than a person may in an hour, turns the clock, and sets another limit.
func TestSearchesAreLimited(t *testing.T) {
	r := apptest.Boot(t)
	manySearches(t, r, 3)
	one, two := seeker{r, t, r.Office("one")}, seeker{r, t, r.Office("two")}
	for range 3 {
		one.finds("王")
	}
	for range 2 {
		if a := one.ask("text=" + url.QueryEscape("王")); a.Status != http.StatusTooManyRequests || a.Code() != "too_many_searches" {
			t.Errorf("the fourth: %d %s", a.Status, a.Body)
		}
	}
	if a := one.ask("text=w&after=H-000"); a.Status != http.StatusTooManyRequests {
		t.Errorf("from the second page on: %d", a.Status)
	}
	if a := one.ask("unit_id=U-area-1"); a.Status != http.StatusOK {
		t.Errorf("a list without a text: %d %s", a.Status, a.Body)
	}
	two.finds("王")
	all, err := r.Store().AuditLines(t.Context(), repo.AuditPage{Limit: 50})
	refused := slices.DeleteFunc(all, func(e model.AuditEntry) bool { return e.Action != model.AuditSearch })
	if err != nil || len(refused) != 1 || !strings.Contains(refused[0].Reason, "超过") {
		t.Errorf("audited once: %+v %v", refused, err)
	}
	r.Clock.Advance(time.Hour)
	one.finds("王")
}

// TestAgesAreNotAnOracle asks a broadcast's preview who has a member of an age, as somebody who may not read ages.
func TestAgesAreNotAnOracle(t *testing.T) {
	r := apptest.Boot(t)
	publisher, office := r.Staff("pub", "", model.RoleAssignment{Role: model.RolePublisher}), r.Office("one")
	draft := func(from, to int) doc {
		return doc{"title": "体检通知", "audience": doc{"to": "households", "age_from": from, "age_to": to}, "content": doc{
			"about": "体检", "when": "2018年1月5日", "more": "请带身份证", "text": "请来体检"}}
	}
	r.Refused(403, "ages_hidden", http.MethodPost, "/staff/v1/broadcasts", publisher, draft(71, 71))
	var b struct {
		ID  string
		Rev int64
	}
	r.Must(http.MethodPost, "/staff/v1/broadcasts", office, draft(65, 0), &b)
	change := func(d doc) doc { d["rev"] = b.Rev; return d }
	r.Refused(403, "ages_hidden", http.MethodPut, "/staff/v1/broadcasts/"+b.ID, publisher, change(draft(66, 0)))
	same := change(draft(65, 0))
	same["title"] = "老人体检通知"
	r.Must(http.MethodPut, "/staff/v1/broadcasts/"+b.ID, publisher, same, nil)
}

// TestFoundByWhateverIsKnown: a number however it is typed, a cadre, and for who may read them an id number and a phone.
func TestFoundByWhateverIsKnown(t *testing.T) {
	r := apptest.Boot(t)
	office := seeker{r, t, r.Office("one")}
	inspector := seeker{r, t, r.Staff("looks", "", model.RoleAssignment{Role: model.RoleInspector})}
	p := apptest.MembersOf("H-007")[0]
	for _, text := range []string{"h007", "H-007", "007", "7", "ｈ００７", p.IDNumber} {
		if nos := office.finds(text); !slices.Equal(nos, []string{"H-007"}) {
			t.Errorf("the office finds %v by %q", nos, text)
		}
	}
	if nos := inspector.finds(p.IDNumber); len(nos) > 0 {
		t.Errorf("who reads no id number finds %v by one", nos)
	}
	if nos := inspector.finds("C-001"); len(nos) == 0 {
		t.Error("nothing is found by a cadre's number")
	}
	var list struct {
		Households []struct {
			No      string   `json:"household_no"`
			Head    string   `json:"head"`
			Members int      `json:"member_count"`
			Cadres  []string `json:"cadre_names"`
		}
	}
	r.Must(http.MethodGet, "/staff/v1/households?text=h007&names=true", office.token, nil, &list)
	if h := list.Households[0]; h.Head != p.Name || h.Members != len(apptest.MembersOf("H-007")) || len(h.Cadres) == 0 {
		t.Errorf("%+v", h)
	}
	r.Must(http.MethodGet, "/staff/v1/households?text=h007&names=true", inspector.token, nil, &list)
	if h := list.Households[0]; h.Head != model.MaskName(p.Name) {
		t.Errorf("whose post opens no names reads %s", h.Head)
	}
	if looks := looksAt(t, r, "H-007"); !slices.ContainsFunc(looks, func(l model.AccessRecord) bool { return l.Kind == model.AccessNames }) {
		t.Errorf("the household does not see that its name was read: %+v", looks)
	}
}
