package model_test

import (
	"reflect"
	"testing"
	"time"

	"bangfu/service/model"
)

// TestIdsAreDeterministic: an id is the key that makes an effect happen once, so it must never change.
func TestIdsAreDeterministic(t *testing.T) {
	aidDay := model.Stage{Key: "T-3"}
	for want, got := range map[string]string{
		"oa:o-1":                              model.IdentityID(model.ChannelOA, "o-1"),
		"oa:o-1|tpl":                          model.ConsentID("oa:o-1", "tpl"),
		"oa/subscription":                     model.ChannelKey(model.ChannelOA, "subscription"),
		"rem:2018-01:T-3:C-001":               model.ReminderKey(aidDay, "2018-01", "C-001"),
		"H-001/2017":                          model.IncomeID("H-001", 2017),
		"H-001/2018":                          model.StatementID("H-001", 2018),
		"2018-01/H-001/C-001":                 model.ExpectationID("2018-01", "H-001", "C-001"),
		"H-001/C-001/2018-01-05":              model.VisitID("H-001", "C-001", "2018-01-05"),
		"H-001/C-002/2018-01-05":              model.PairingID("H-001", "C-002", "2018-01-05"),
		"U-2/2017":                            model.DebriefingID("U-2", 2017),
		"2017/低保资金":                           model.FundID(2017, "低保资金"),
		"2018/G-01":                           model.AllotmentID(2018, "G-01"),
		"2018/G-01/spring":                    model.BatchID(2018, "G-01", model.SeasonSpring),
		"2018-05/K-001/P-001":                 model.WageID("2018-05", "K-001", "P-001"),
		"K-001/2018/2":                        model.SubscriptionID("K-001", 2018, 2),
		"K-001/2018/base":                     model.RunID("K-001", 2018, model.DividendBase),
		"K-001/2018/base/3":                   model.RunVersionID("K-001/2018/base", 3),
		"H-001.heating.-.1":                   model.ApplicationID("H-001", "heating", "", 1),
		"H-001.entrant.P-002.2":               model.ApplicationID("H-001", "entrant", "P-002", 2),
		"heating/2":                           model.ProgrammeID("heating", 2),
		"N-1/H-001":                           model.NoticeReadID("N-1", "H-001"),
		"2017-funds-2":                        model.DisclosureID(2017, model.ItemFunds, 2),
		"2018-01-05|H-001|staff:li|visits":    model.AccessRecordID("2018-01-05", "H-001", "staff:li", string(model.AccessVisits)),
		"households:abc/0012":                 model.ImportPieceID("households:abc", 12),
		"rev:e-1":                             model.ReversalID("e-1"),
		"b/person":                            model.RecipientID("b", "person"),
		"late:reply|" + "x":                   model.NewJob("late:reply", "x", time.Time{}).ID,
		model.Opaque("binding", "a", "H-001"): model.BindingID("a", "H-001"),
		model.Opaque("account", "oa:o-1"):     model.AccountID("oa:o-1"),
		model.Opaque("account", "u:union"):    model.UnionAccountID("union"),
	} {
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// TestAJobIsDueAtOnce and is the same row for the same work.
func TestAJobIsDueAtOnce(t *testing.T) {
	now := time.Date(2018, 1, 5, 8, 0, 0, 0, model.Shanghai)
	j := model.NewJob("message:send", "m-1", now)
	if !j.DueAt.Equal(now) || j.DueAt.Location() != time.UTC || j.Type != "message:send" || j.Ref != "m-1" || j.Epoch != 0 {
		t.Errorf("%+v", j)
	}
}

// TestAKeyRemembersWhatItWasFor: the same content has the same digest, whenever it is sent, and other content another.
func TestAKeyRemembersWhatItWasFor(t *testing.T) {
	type asked struct {
		Amount model.Fen
		Words  string
	}
	first := model.NewKeyUse("k", asked{100, "x"}, time.Unix(0, 0))
	again := model.NewKeyUse("k", asked{100, "x"}, time.Unix(9, 0))
	other := model.NewKeyUse("k", asked{101, "x"}, time.Unix(0, 0))
	if first.ID != "k" || first.Sum != again.Sum || first.Sum == other.Sum || first.At.Location() != time.UTC {
		t.Errorf("%+v %+v %+v", first, again, other)
	}
	defer func() {
		if recover() == nil {
			t.Error("content that cannot be written down has a digest")
		}
	}()
	model.NewKeyUse("k", func() {}, time.Unix(0, 0))
}

// TestABindingFollowsItsHousehold: to the household that took its members, unless the account sees that one already.
func TestABindingFollowsItsHousehold(t *testing.T) {
	b := func(household, code string) model.Binding { return model.Binding{HouseholdID: household, CodeID: code} }
	for name, c := range map[string]struct {
		had  []model.Binding
		to   string
		want []model.Binding
	}{
		"it ends":                {[]model.Binding{b("H-1", "a"), b("H-2", "b")}, "", []model.Binding{b("H-2", "b")}},
		"it moves":               {[]model.Binding{b("H-1", "a"), b("H-2", "b")}, "H-3", []model.Binding{b("H-3", "a"), b("H-2", "b")}},
		"the one there is stays": {[]model.Binding{b("H-1", "a"), b("H-3", "b")}, "H-3", []model.Binding{b("H-3", "b")}},
		"of another household":   {[]model.Binding{b("H-2", "b")}, "H-3", []model.Binding{b("H-2", "b")}},
	} {
		a := model.Account{Bindings: c.had}
		if a.Rebind("H-1", c.to); !reflect.DeepEqual(a.Bindings, c.want) {
			t.Errorf("%s: %+v", name, a.Bindings)
		}
	}
}

// TestHowLongASessionIsIdle counts from the last thing that was done, or from its beginning.
func TestHowLongASessionIsIdle(t *testing.T) {
	began := time.Date(2018, 1, 5, 0, 0, 0, 0, time.UTC)
	s := model.Session{CreatedAt: began}
	if got := s.Idle(began.Add(time.Hour)); got != time.Hour {
		t.Error(got)
	}
	s.SeenAt = began.Add(50 * time.Minute)
	if got := s.Idle(began.Add(time.Hour)); got != 10*time.Minute {
		t.Error(got)
	}
}

// TestWhichSessionHolds: of this log-in, in this epoch, before its end, and not of one that was closed.
func TestWhichSessionHolds(t *testing.T) {
	now := time.Date(2018, 1, 5, 0, 0, 0, 0, time.UTC)
	staff := model.Staff{ID: "li", Epoch: 3}
	session := model.Session{StaffID: "li", Epoch: 3, ExpiresAt: now.Add(time.Minute)}
	if !staff.Holds(session, now) {
		t.Fatal("a good session does not hold")
	}
	for name, change := range map[string]func(*model.Staff, *model.Session){
		"of another":    func(_ *model.Staff, s *model.Session) { s.StaffID = "wang" },
		"of before":     func(s *model.Staff, _ *model.Session) { s.Epoch++ },
		"expired":       func(_ *model.Staff, s *model.Session) { s.ExpiresAt = now },
		"a closed name": func(s *model.Staff, _ *model.Session) { s.Disabled = true },
	} {
		st, se := staff, session
		if change(&st, &se); st.Holds(se, now) {
			t.Errorf("%s: it holds", name)
		}
	}
}

// TestWhatSomebodySaid is what they typed, or what WeChat heard.
func TestWhatSomebodySaid(t *testing.T) {
	if got := (model.Inbound{Type: "text", Content: "我家", Recognition: "x"}).Text(); got != "我家" {
		t.Error(got)
	}
	if got := (model.Inbound{Type: "voice", Content: "x", Recognition: "我家"}).Text(); got != "我家" {
		t.Error(got)
	}
}

// TestWhoMayTakeAFile is whoever proposed it, once another agreed, for a day.
func TestWhoMayTakeAFile(t *testing.T) {
	now := time.Date(2018, 1, 5, 0, 0, 0, 0, time.UTC)
	good := model.ExportRequest{Record: model.NewRecord(now, "staff:li"), State: model.ExportConfirmed, Until: now.Add(time.Hour)}
	waits, refused := good, good
	waits.State, refused.State = model.ExportProposed, model.ExportRefused
	for _, c := range []struct {
		r     model.ExportRequest
		actor string
		at    time.Time
		may   bool
	}{
		{good, "staff:li", now, true}, {good, "staff:wang", now, false}, {good, "staff:li", now.Add(time.Hour), false},
		{waits, "staff:li", now, false}, {refused, "staff:li", now, false},
	} {
		if got := c.r.MayTake(c.actor, c.at); got != c.may {
			t.Errorf("%s of %s at %s: %v", c.r.State, c.actor, c.at, got)
		}
	}
}

func TestReasons(t *testing.T) {
	for text, good := range map[string]bool{"": false, "  查  ": false, "核对低": false, "核对低保": true, " 核对低保 ": true} {
		if model.GoodReason(text) != good {
			t.Errorf("%q: %v", text, !good)
		}
	}
}
