package broadcast_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"bangfu/cmd/app/apptest"
	"bangfu/cmd/app/demodata"
	"bangfu/service/model"
)

// policy is what the office sees of a policy in the library.
type policy struct {
	ID, State  string
	Rev        int64
	Version    int
	Out        bool
	Writers    []string
	ApprovedBy string `json:"approved_by"`
	Returned   string
}

// letOut takes a policy from its draft to the readers: one asks, the other agrees, and it is published.
func letOut(r *apptest.Running, writer, second string, n *policy) {
	base := "/staff/v1/notices/" + n.ID
	r.Must(http.MethodPost, base+"/submit", writer, doc{"rev": n.Rev}, n)
	r.Must(http.MethodPost, base+"/approve", second, doc{"rev": n.Rev}, n)
	r.Must(http.MethodPost, base+"/publish", writer, doc{"rev": n.Rev}, n)
}

// archived is what anybody reads of the library without a log-in.
func archived(r *apptest.Running, word string) string {
	return r.Call(http.MethodGet, "/mini/v1/archive?q="+word, "", nil).Body
}

// TestAPolicyNeedsASecondPerson tries every way past the second person: publishing at once, approving one's own, an
// approval of what was changed since, and a change after the approval.
func TestAPolicyNeedsASecondPerson(t *testing.T) {
	r := apptest.Boot(t)
	one, two := r.Office("one"), r.Office("two")
	writer := r.Staff("writer", "", model.RoleAssignment{Role: model.RolePublisher})
	unit := r.Staff("unit", "", model.RoleAssignment{Role: model.RoleOffice, UnitID: "U-area-1"})
	text := doc{"title": "高龄津贴办法", "summary": "满80岁每月有100元,找社区。", "text": "第一条", "audience": doc{"to": "households"}}
	var n policy
	r.Must(http.MethodPost, "/staff/v1/notices", writer, doc{"text": text}, &n)
	base := "/staff/v1/notices/" + n.ID
	r.Refused(409, "not_approved", http.MethodPost, base+"/publish", writer, doc{"rev": n.Rev})
	r.Refused(409, "not_submitted", http.MethodPost, base+"/approve", two, doc{"rev": n.Rev})
	for _, step := range []string{"submit", "approve", "publish"} {
		r.Refused(403, "not_your_unit", http.MethodPost, base+"/"+step, unit, doc{"rev": n.Rev})
	}
	r.Refused(403, "not_your_unit", http.MethodPost, base+"/withdraw", unit, doc{"why": "不要了"})

	text["text"] = "第一条 满八十周岁的老人"
	r.Must(http.MethodPut, base, one, doc{"rev": n.Rev, "text": text}, &n)
	r.Must(http.MethodPost, base+"/submit", writer, doc{"rev": n.Rev}, &n)
	r.Refused(409, "not_approved", http.MethodPost, base+"/publish", writer, doc{"rev": n.Rev})
	r.Refused(403, "same_person", http.MethodPost, base+"/approve", one, doc{"rev": n.Rev}) // wrote it last
	r.Refused(403, "not_your_duty", http.MethodPost, base+"/approve", writer, doc{"rev": n.Rev})
	r.Refused(409, "changed_meanwhile", http.MethodPost, base+"/approve", two, doc{"rev": n.Rev - 1})
	r.Must(http.MethodPost, base+"/return", two, doc{"why": "没有写找谁"}, &n)
	if n.State != "draft" || n.Returned != "没有写找谁" {
		t.Errorf("%+v", n)
	}
	r.Must(http.MethodPost, base+"/submit", writer, doc{"rev": n.Rev}, &n)
	r.Must(http.MethodPost, base+"/approve", two, doc{"rev": n.Rev}, &n)
	text["summary"] = "满80岁每月有900元,找社区。"
	approved := n.Rev
	n = policy{}
	r.Must(http.MethodPut, base, writer, doc{"rev": approved, "text": text}, &n) // after the approval
	if r.Refused(409, "not_approved", http.MethodPost, base+"/publish", writer, doc{"rev": n.Rev}); n.State != "draft" || n.ApprovedBy != "" {
		t.Errorf("%+v", n)
	}
	if a := archived(r, ""); strings.Contains(a, n.ID) {
		t.Errorf("nobody has let it out: %s", a)
	}
	letOut(r, writer, two, &n)
	if a := archived(r, ""); !strings.Contains(a, "900元") || n.State != "published" || !n.Out || n.Version != 1 {
		t.Errorf("%+v\n%s", n, a)
	}

	// A next version waits in the same way, and so does one that was taken away.
	text["summary"] = "满80岁每月有1000元,找社区。"
	r.Must(http.MethodPut, base, two, doc{"rev": n.Rev, "text": text}, &n)
	r.Refused(409, "not_approved", http.MethodPost, base+"/publish", two, doc{"rev": n.Rev})
	r.Must(http.MethodPost, base+"/submit", two, doc{"rev": n.Rev}, &n)
	if a := archived(r, ""); !strings.Contains(a, "900元") || strings.Contains(a, "1000元") || !n.Out {
		t.Errorf("readers see what was let out: %s", a)
	}
	r.Must(http.MethodPost, base+"/approve", one, doc{"rev": n.Rev}, &n)
	r.Must(http.MethodPost, base+"/publish", two, doc{"rev": n.Rev}, &n)
	r.Must(http.MethodPost, base+"/withdraw", writer, doc{"why": "金额写错"}, &n)
	r.Refused(409, "not_approved", http.MethodPost, base+"/publish", writer, doc{"rev": n.Rev})
	if a := archived(r, ""); strings.Contains(a, n.ID) {
		t.Errorf("it was taken away: %s", a)
	}
	letOut(r, writer, two, &n)
	if a := archived(r, ""); !strings.Contains(a, "1000元") || n.Version != 3 {
		t.Errorf("%+v %s", n, a)
	}
}

// TestNoPolicyNamesAnybody puts somebody of the register into each part of a policy that a stranger reads, or finds out
// by searching; and once more after the approval, when the register has grown.
func TestNoPolicyNamesAnybody(t *testing.T) {
	r := apptest.Boot(t)
	writer, two := r.Office("one"), r.Office("two")
	p := demodata.Build().Persons[0]
	good := func() doc {
		return doc{"title": "临时救助", "summary": "遇到难处找扶贫办。", "text": "第一条", "audience": doc{"to": "households"}}
	}
	for what, put := range map[string]func(doc, string){
		"title":      func(d doc, w string) { d["title"] = "救助" + w },
		"summary":    func(d doc, w string) { d["summary"] = w + "一家已经领到" },
		"text":       func(d doc, w string) { d["text"] = "名单:" + w },
		"keyword":    func(d doc, w string) { d["keywords"] = []string{w} },
		"attachment": func(d doc, w string) { d["attachments"] = []doc{{"name": w, "url": "https://x.example/a"}} },
		"address": func(d doc, w string) {
			d["attachments"] = []doc{{"name": "附件", "url": "https://x.example/" + url.PathEscape(w)}}
		},
	} {
		for _, secret := range []string{p.Name, p.IDNumber, "13900001001"} {
			text := good()
			put(text, secret)
			var n policy
			r.Must(http.MethodPost, "/staff/v1/notices", writer, doc{"text": text}, &n)
			a := r.Refused(400, "personal_data", http.MethodPost, "/staff/v1/notices/"+n.ID+"/submit", writer, doc{"rev": n.Rev})
			if !strings.Contains(a.Body, "请改掉") {
				t.Errorf("%s: %s", what, a.Body)
			}
		}
	}
	var n policy
	text := good()
	text["text"] = "有困难的找欧阳守诚。"
	r.Must(http.MethodPost, "/staff/v1/notices", writer, doc{"text": text}, &n)
	base := "/staff/v1/notices/" + n.ID
	r.Must(http.MethodPost, base+"/submit", writer, doc{"rev": n.Rev}, &n)
	r.Must(http.MethodPost, base+"/approve", two, doc{"rev": n.Rev}, &n)
	person := model.Person{ID: "P-9100", Record: model.NewRecord(r.Clock.Now(), "test"), Name: "欧阳守诚", Status: model.PersonAlive}
	if err := r.Store().InsertPerson(t.Context(), person); err != nil {
		t.Fatal(err)
	}
	r.Refused(400, "personal_data", http.MethodPost, base+"/publish", writer, doc{"rev": n.Rev})
	if a := archived(r, ""); strings.Contains(a, "欧阳守诚") {
		t.Errorf("%s", a)
	}
}
