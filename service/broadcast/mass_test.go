package broadcast_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"bangfu/cmd/app/apptest"
	"bangfu/repo/repotest"
	"bangfu/service/model"
)

// TestMassMessages refuses a tag without people, adopts what WeChat has already, waits for midnight when the quota is
// used up, and asks when WeChat's report does not come.
func TestMassMessages(t *testing.T) {
	repotest.Raced(t)
	c := newCrowd(t)
	mass := massText
	all := doc{"to": "households"}

	// Nobody has the tag: it never becomes everybody.
	tags := struct{ Tag struct{ ID int64 } }{}
	a := apptest.Request(t, http.MethodPost, c.App.SimURL()+"/cgi-bin/tags/create?access_token="+simToken(t, c), "", doc{"tag": doc{"name": "空标签"}})
	a.JSON(t, &tags)
	var b broadcastView
	c.Must(http.MethodPost, "/staff/v1/broadcasts", c.office, merge(mass(doc{"to": "households", "tag_id": tags.Tag.ID}), doc{"title": "缴费"}), &b)
	c.do(b.ID, "test", c.office, nil)
	c.Refused(400, "tag_empty", http.MethodPost, "/staff/v1/broadcasts/"+b.ID+"/submit", c.office, nil)

	// The first call is answered as if it were a repeat: it was taken on, once.
	c.Faults(doc{"mass_first_45065": 1})
	id := c.approved(t, mass(all))
	c.do(id, "start", c.office, doc{})
	if b := c.until(t, id, "finished"); b.Counts["accepted"] != 36 {
		t.Errorf("%+v", b)
	}
	if n := massArrived(c); n != 36 {
		t.Errorf("%d people have it", n)
	}
	// What it cost each follower is told before the next.
	id = c.approved(t, mass(all))
	var p struct {
		MassUsed []int `json:"mass_used"`
	}
	c.Must(http.MethodGet, "/staff/v1/broadcasts/"+id+"/preview", c.office, nil, &p)
	if len(p.MassUsed) != 5 || p.MassUsed[1] != 36 {
		t.Errorf("used of the month's four: %v", p.MassUsed)
	}

	// The report never comes; WeChat is asked.
	c.Faults(doc{"mass_hold": true})
	c.do(id, "start", c.office, doc{})
	apptest.EventuallyAll(t, "WeChat has it", func() bool { return jobs(c, id) == "sending" })
	c.Faults(doc{})
	c.Running.TurnTo("2017-12-28", 11)
	c.until(t, id, "finished")

	// No quota until midnight.
	id = c.approved(t, mass(all))
	c.Faults(doc{"spent": []string{"/cgi-bin/message/mass/send"}})
	c.do(id, "start", c.office, doc{})
	apptest.EventuallyAll(t, "it waits for midnight", func() bool {
		job, err := c.Store().Job(t.Context(), "broadcast:mass|"+id)
		return err == nil && job.DueAt.Equal(model.Date("2017-12-29").Start())
	})
	c.Faults(doc{})
	c.Running.TurnTo("2017-12-29", 1)
	c.until(t, id, "finished")
	if n := massArrived(c); n != 3*36 {
		t.Errorf("%d messages arrived", n)
	}
}

// TestAMassMessageThatFailed is sent once more under another clientmsgid, and to nobody a second time.
func TestAMassMessageThatFailed(t *testing.T) {
	c := newCrowd(t)
	id := c.approved(t, massText(doc{"to": "households"}))
	c.Faults(doc{"mass_end": "err(10001)"})
	c.do(id, "start", c.office, doc{})
	if b := c.until(t, id, "finished"); b.Counts["failed"] != 36 || massArrived(c) != 0 {
		t.Fatalf("%+v, %d arrived", b, massArrived(c))
	}
	c.Faults(doc{})
	for range 2 { // the second finds nothing that failed
		pressed := c.Clock.Now()
		c.do(id, "retry", c.office, doc{})
		b := c.until(t, id, "finished")
		if waited := c.Clock.Now().Sub(pressed); waited > 100*time.Second {
			t.Errorf("it waited %v, until WeChat would have been asked", waited)
		}
		if b.Counts["accepted"] != 36 || b.Counts["failed"] != 0 || massArrived(c) != 36 {
			t.Fatalf("%+v, %d arrived", b, massArrived(c))
		}
	}
}

// massText is a mass message to the audience.
func massText(audience doc) doc {
	return doc{"mass": true, "audience": audience, "content": doc{"about": "", "when": "", "more": "", "text": "明天起合作医疗缴费。"}}
}

// TestMassMessagesThatWait: for an administrator who agrees, for one who does not, for a quota (45028), for an account
// to be mended; and one of which WeChat never says whether it has it.
func TestMassMessagesThatWait(t *testing.T) {
	c := newCrowd(t)
	c.Say("c-001", "帮助") // so that the office can be told
	start := func(faults doc) string {
		id := c.approved(t, massText(doc{"to": "households"}))
		c.Faults(faults)
		c.do(id, "start", c.office, doc{})
		return id
	}
	id := start(doc{"mass_admin": 1})
	apptest.EventuallyAll(t, "it waits for the administrator", func() bool { return jobs(c, id) == "waiting" })
	c.Running.TurnTo("2017-12-28", 11)
	if n := massArrived(c); n != 0 || len(c.recipients(id, "pending")) != 36 {
		t.Errorf("%d people have what nobody has agreed to", n)
	}
	c.Faults(doc{"mass_agree": true})
	if b := c.until(t, id, "finished"); b.Counts["accepted"] != 36 || massArrived(c) != 36 {
		t.Errorf("%+v, %d arrived", b, massArrived(c))
	}

	id = start(doc{"mass_refused": 45028})
	apptest.EventuallyAll(t, "it waits for midnight", func() bool {
		job, err := c.Store().Job(t.Context(), "broadcast:mass|"+id)
		return err == nil && job.DueAt.Equal(model.Date("2017-12-29").Start())
	})
	apptest.EventuallyAll(t, "the office hears of it", func() bool { return c.heard("c-001", "45028") })
	c.Faults(doc{})
	c.Running.TurnTo("2017-12-29", 9)
	if b := c.until(t, id, "finished"); b.Counts["accepted"] != 36 {
		t.Errorf("%+v", b)
	}

	id = start(doc{"mass_refused": 48001})
	if b := c.until(t, id, "paused"); !strings.Contains(b.Reason, "48001") {
		t.Errorf("%+v", b)
	}
	c.Faults(doc{})
	c.do(id, "resume", c.office, doc{})
	c.until(t, id, "finished")

	id = start(doc{"status": 502})
	apptest.EventuallyAll(t, "it was tried, and waits", func() bool {
		list, err := c.Store().MassJobs(t.Context(), id)
		if err != nil || len(list) != 1 || list[0].TriedAt.IsZero() {
			return false
		}
		job, err := c.Store().Job(t.Context(), "broadcast:mass|"+id)
		return err == nil && job.DueAt.After(c.Clock.Now())
	})
	c.Running.TurnTo("2017-12-30", 10)
	if b := c.until(t, id, "finished"); b.Counts["unknown"] != 36 || len(c.recipients(id, "unknown")) != 36 {
		t.Errorf("%+v", b)
	}
	one := "/staff/v1/broadcasts/" + id + "/recipients/" + c.recipients(id, "unknown")[0].Person
	c.Refused(400, "mass_of_one", http.MethodPost, one, c.office, doc{"decision": "again"})
	c.Must(http.MethodPost, one, c.office, doc{"decision": "accepted"}, nil)
	if b := c.broadcast(id); b.State != "finished" || b.Counts["accepted"] != 1 {
		t.Errorf("%+v", b)
	}
	if n := massArrived(c); n != 3*36 {
		t.Errorf("%d messages arrived", n)
	}
}

// TestATagThatEmpties: between the approval and the start everybody loses the tag. The broadcast goes back; it never
// goes to everyone.
func TestATagThatEmpties(t *testing.T) {
	c := newCrowd(t)
	tags := func(path string, body doc, into any) {
		t.Helper()
		a := apptest.Request(t, http.MethodPost, c.App.SimURL()+"/cgi-bin/tags/"+path+"?access_token="+simToken(t, c), "", body)
		if into != nil {
			a.JSON(t, into)
		}
	}
	var made struct{ Tag struct{ ID int64 } }
	tags("create", doc{"tag": doc{"name": "缴费"}}, &made)
	some := []string{c.Person("h-001").OAOpenID, c.Person("h-002").OAOpenID}
	tags("members/batchtagging", doc{"tagid": made.Tag.ID, "openid_list": some}, nil)
	id := c.approved(t, massText(doc{"to": "households", "tag_id": made.Tag.ID}))
	tags("members/batchuntagging", doc{"tagid": made.Tag.ID, "openid_list": some}, nil)
	c.do(id, "start", c.office, doc{})
	if b := c.until(t, id, "draft"); !strings.Contains(b.Reason, "一个人也没有") {
		t.Errorf("%+v", b)
	}
	if n := massArrived(c); n != 0 {
		t.Errorf("%d people have it", n)
	}
}

func merge(a, b doc) doc {
	for k, v := range b {
		a[k] = v
	}
	return a
}

func jobs(c *crowd, id string) string {
	var p struct {
		Jobs []struct{ State string } `json:"mass_jobs"`
	}
	c.Must(http.MethodGet, "/staff/v1/broadcasts/"+id+"/progress", c.office, nil, &p)
	if len(p.Jobs) != 1 {
		return ""
	}
	return p.Jobs[0].State
}

// massArrived is how many mass messages the households have; the author's preview went to a cadre.
func massArrived(c *crowd) (n int) {
	for _, p := range c.People() {
		for _, line := range c.Chat(p.ID) {
			if p.Group == "household" && line.Via == "mass" {
				n++
			}
		}
	}
	return n
}

// simToken is an access token of the simulated official account.
func simToken(t *testing.T, c *crowd) string {
	t.Helper()
	appID, _ := c.SimAccounts()
	a := apptest.Request(t, http.MethodPost, c.App.SimURL()+"/cgi-bin/stable_token", "",
		doc{"grant_type": "client_credential", "appid": appID, "secret": "demo-oa-secret"})
	var out struct {
		Token string `json:"access_token"`
	}
	a.JSON(t, &out)
	return out.Token
}

// TestANotice is written, published, found by a word, opened once for the household, told at a visit to another, and
// changed: readers see the old version until the new one is published.
func TestANotice(t *testing.T) {
	c := newCrowd(t)
	text := doc{"title": "大病救助办法", "summary": "住院自费过一万元,可以报销一半,找扶贫办。", "text": "第一条 …", "keywords": []string{"住院", "看病"},
		"audience": doc{"to": "households", "only": true, "ids": households(3)}}
	var n policy
	c.Must(http.MethodPost, "/staff/v1/notices", c.office, doc{"text": text}, &n)
	if got := c.Say("h-001", "政策 住院"); !strings.Contains(got, "没有找到") {
		t.Error(got)
	}
	letOut(c.Running, c.office, c.second, &n)
	if got := c.Say("h-001", "政策 看病"); !strings.Contains(got, "1 大病救助办法") {
		t.Fatal(got)
	}
	for range 2 {
		if got := c.Say("h-001", "政策 看 "+n.ID); !strings.Contains(got, "可以报销一半") {
			t.Fatal(got)
		}
	}
	c.Must(http.MethodPost, "/staff/v1/notices/"+n.ID+"/told", c.office, doc{"household_no": "H-002"}, nil)
	var k struct {
		Of, Know, Opened, Told int
		Left                   []struct {
			Household string `json:"household_no"`
		}
	}
	c.Must(http.MethodGet, "/staff/v1/notices/"+n.ID+"/knowing", c.office, nil, &k)
	if k.Of != 3 || k.Opened != 1 || k.Told != 1 || len(k.Left) != 1 || k.Left[0].Household != "H-003" {
		t.Errorf("%+v", k)
	}

	text["summary"] = "住院自费过五千元就可以报销。"
	c.Must(http.MethodPut, "/staff/v1/notices/"+n.ID, c.office, doc{"rev": n.Rev, "text": text}, &n)
	phone := c.LogIn("h-003")
	var list struct {
		Notices []struct{ ID, Summary string }
	}
	c.Must(http.MethodGet, "/mini/v1/notices?q=住院", phone, nil, &list)
	if n.State != "changed" || len(list.Notices) != 1 || !strings.Contains(list.Notices[0].Summary, "一万元") {
		t.Errorf("%+v %+v", n, list)
	}

	// A broadcast about it goes back for approval, because the notice has changed since.
	id := c.approved(t, merge(only(households(3)...), doc{"notice_id": n.ID}))
	letOut(c.Running, c.office, c.second, &n)
	c.do(id, "start", c.office, doc{})
	if b := c.until(t, id, "draft"); !strings.Contains(b.Reason, "政策改过") {
		t.Errorf("%+v", b)
	}
	c.Must(http.MethodGet, "/mini/v1/notices/"+n.ID, phone, nil, nil)
	c.Must(http.MethodGet, "/staff/v1/notices/"+n.ID+"/knowing", c.office, nil, &k)
	if k.Know != 3 || n.Version != 2 {
		t.Errorf("%+v, version %d", k, n.Version)
	}
	// Anybody may read the archive, also what is over; nobody is counted for that.
	text["valid_to"] = "2017-12-28"
	c.Must(http.MethodPut, "/staff/v1/notices/"+n.ID, c.office, doc{"rev": n.Rev, "text": text}, &n)
	letOut(c.Running, c.office, c.second, &n)
	c.Running.TurnTo("2017-12-30", 9)
	c.Refused(404, "no_such_notice", http.MethodGet, "/mini/v1/notices/"+n.ID, phone, nil)
	var over struct {
		Notices []struct {
			ID   string
			Over bool
		}
	}
	c.Must(http.MethodGet, "/mini/v1/archive", "", nil, &over)
	if len(over.Notices) != 1 || !over.Notices[0].Over {
		t.Errorf("%+v", over)
	}
	c.Must(http.MethodGet, "/mini/v1/archive/"+n.ID, "", nil, nil)

	c.Must(http.MethodPost, "/staff/v1/notices/"+n.ID+"/withdraw", c.office, doc{"why": "到期"}, nil)
	c.Refused(404, "no_such_notice", http.MethodGet, "/mini/v1/archive/"+n.ID, "", nil)
}
