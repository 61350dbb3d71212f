package model_test

import (
	"math"
	"strconv"
	"strings"
	"testing"
	"testing/quick"
	"time"

	"bangfu/service/model"
)

func TestYuan(t *testing.T) {
	for fen, want := range map[model.Fen]string{
		0: "0", 1: "0.01", 10: "0.10", 100: "1", 3130: "31.30", 225500: "2,255", 218532000: "2,185,320", -1: "-0.01",
		-123456789: "-1,234,567.89", math.MaxInt64: "92,233,720,368,547,758.07", math.MinInt64: "-92,233,720,368,547,758.08",
	} {
		if got := fen.Yuan(); got != want {
			t.Errorf("%d fen is %s, want %s", fen, got, want)
		}
	}
}

// TestYuanReadsBack reads any amount back from what is shown, to the fen.
func TestYuanReadsBack(t *testing.T) {
	same := func(n int64) bool {
		text := strings.ReplaceAll(model.Fen(n).Yuan(), ",", "")
		whole, rest, hasRest := strings.Cut(text, ".")
		if !hasRest {
			rest = "00"
		}
		back, err := strconv.ParseInt(whole+rest, 10, 64)
		return err == nil && back == n && len(rest) == 2
	}
	if err := quick.Check(same, &quick.Config{MaxCount: 20000}); err != nil {
		t.Error(err)
	}
}

func TestDatesAreShanghais(t *testing.T) {
	for instant, want := range map[string]model.Date{
		"2017-12-31T15:59:59Z": "2017-12-31", "2017-12-31T16:00:00Z": "2018-01-01", "2018-01-01T00:00:00+08:00": "2018-01-01",
	} {
		at, err := time.Parse(time.RFC3339, instant)
		if err != nil {
			t.Fatal(err)
		}
		if got := model.DateOf(at); got != want {
			t.Errorf("%s is %s, want %s", instant, got, want)
		}
	}
	if got := model.Date("2017-12-05").Long(); got != "12月5日(星期二)" {
		t.Error(got)
	}
	if n := model.Date("2017-12-28").DaysUntil("2018-01-05"); n != 8 {
		t.Errorf("%d days", n)
	}
	if d := model.Date("2016-02-28").AddDays(2); d != "2016-03-01" {
		t.Error(d)
	}
	for _, bad := range []string{"", "2017-2-3", "2017-02-30", "20170203", "2017-02-03 "} {
		if _, err := model.ParseDate(bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

// TestNextAidDay: for any day and any aid day of 1 to 28 it is the first such day that is not past.
func TestNextAidDay(t *testing.T) {
	for aid := 1; aid <= 28; aid++ {
		s := model.Settings{AidDay: aid}
		for day := model.Date("2016-01-01"); day < "2018-01-01"; day = day.AddDays(1) {
			next := s.NextAidDay(day)
			if next < day || next.Start().Day() != aid || day.DaysUntil(next) > 30 {
				t.Fatalf("aid day %d after %s: %s", aid, day, next)
			}
		}
	}
}

func TestIDCheckDigit(t *testing.T) {
	// The example of the standard GB 11643.
	for first, want := range map[string]byte{"11010519491231002": 'X', "44052418800101001": '4', "1234": 0, "1101051949123100a": 0} {
		if got := model.IDCheckDigit(first); got != want {
			t.Errorf("%s: %c, want %c", first, got, want)
		}
	}
}

func TestMaskName(t *testing.T) {
	for name, want := range map[string]string{"王秀兰": "王**", "李强": "李*", "欧阳小禾": "欧***", "王": "王", "": ""} {
		if got := model.MaskName(name); got != want {
			t.Errorf("%s became %s", name, got)
		}
	}
}

func TestInboundKeys(t *testing.T) {
	text := model.Inbound{Channel: "oa", OpenID: "o1", Type: "text", MsgID: "7", CreateTime: 1}
	same := text
	same.Content, same.CreateTime = "other", 2
	if text.Key() != same.Key() {
		t.Error("a repeated message has another key")
	}
	other := text
	other.OpenID = "o2"
	mp := text
	mp.Channel = "mp"
	event := func(name, key string, at int64, r ...model.TemplateReport) model.Inbound {
		return model.Inbound{Channel: "oa", OpenID: "o1", Type: "event", Event: name, EventKey: key, CreateTime: at, Reports: r}
	}
	all := []model.Inbound{
		text, other, mp, event("CLICK", "a", 1), event("CLICK", "b", 1), event("CLICK", "a", 2), event("VIEW", "a", 1),
		{Channel: "oa", OpenID: "o1", Type: "event", Event: "TEMPLATESENDJOBFINISH", CreateTime: 1, JobID: "1"},
		{Channel: "oa", OpenID: "o1", Type: "event", Event: "TEMPLATESENDJOBFINISH", CreateTime: 1, JobID: "2"},
		{Channel: "oa", OpenID: "o1", Type: "event", Event: "wxa_media_check", CreateTime: 1, TraceID: "t1"},
		{Channel: "oa", OpenID: "o1", Type: "event", Event: "wxa_media_check", CreateTime: 1, TraceID: "t2"},
		event("subscribe_msg_popup_event", "", 1, model.TemplateReport{TemplateID: "A", Answer: "accept"}),
		event("subscribe_msg_popup_event", "", 1, model.TemplateReport{TemplateID: "B", Answer: "accept"}),
		event("subscribe_msg_popup_event", "", 1, model.TemplateReport{TemplateID: "A", Answer: "reject"}),
	}
	seen := map[string]int{}
	for i, in := range all {
		if j, taken := seen[in.Key()]; taken {
			t.Errorf("%d and %d share the key %s", i, j, in.Key())
		}
		seen[in.Key()] = i
		if again := in; again.Key() != in.Key() {
			t.Error("a key changes")
		}
	}
}

func TestStatusAsOf(t *testing.T) {
	h := model.Household{StatusHistory: []model.StatusChange{
		{Status: model.StatusRegistered, On: "2016-03-01"}, {Status: model.StatusExited, On: "2017-12-15"},
		{Status: model.StatusRelapsed, On: "2018-06-01"},
	}}
	for day, want := range map[model.Date]model.HouseholdStatus{
		"2016-02-29": "", "2016-03-01": model.StatusRegistered, "2017-12-14": model.StatusRegistered,
		"2017-12-31": model.StatusExited, "2019-01-01": model.StatusRelapsed,
	} {
		if got := h.StatusOn(day); got != want {
			t.Errorf("%s: %s, want %s", day, got, want)
		}
	}
	if !h.HasExited("2017-12-31") || h.HasExited("2018-06-01") || h.HasExited("2017-01-01") {
		t.Error("exits")
	}
}

func TestPairingIsOpenFromTo(t *testing.T) {
	p := model.Pairing{From: "2017-01-05", To: "2017-06-30"}
	for day, want := range map[model.Date]bool{"2017-01-04": false, "2017-01-05": true, "2017-06-30": true, "2017-07-01": false} {
		if p.OpenOn(day) != want {
			t.Errorf("%s: %v", day, !want)
		}
	}
	p.To = ""
	if !p.OpenOn("2099-01-01") {
		t.Error("an open pairing has ended")
	}
}

func TestPerHead(t *testing.T) {
	r := model.IncomeRecord{Wage: 1000, Operating: 200, Property: 30, Transfer: 4, Costs: 234, Members: 3}
	net, err1 := r.Net()
	each, err2 := r.PerHead()
	if net != 1000 || each != 333 || err1 != nil || err2 != nil {
		t.Errorf("net %d, per head %d: %v %v", net, each, err1, err2)
	}
	if each, err := (model.IncomeRecord{Wage: 5}).PerHead(); each != 0 || err != nil {
		t.Error("nobody is counted")
	}
}

func TestABindingEnds(t *testing.T) {
	now := time.Date(2017, 12, 28, 0, 0, 0, 0, time.UTC)
	a := model.Account{Bindings: []model.Binding{
		{HouseholdID: "H-001", View: model.ViewFull}, {HouseholdID: "H-002", View: model.ViewProxy, Until: now.Add(time.Hour)},
	}}
	if a.Sees("H-001", now) != model.ViewFull || a.Sees("H-002", now) != model.ViewProxy || a.Sees("H-003", now) != "" {
		t.Error("now")
	}
	if a.Sees("H-002", now.Add(time.Hour)) != "" || len(a.Households(now.Add(time.Hour))) != 1 {
		t.Error("after its end")
	}
}
