package model_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"bangfu/service/model"
)

// TestWhatAnApplicationStateMeans: while one is open there is no second one; while one is pending money may come of it.
func TestWhatAnApplicationStateMeans(t *testing.T) {
	over := []model.ApplicationState{model.AppClosed, model.AppWithdrawn}
	notOpen := append([]model.ApplicationState{model.AppRefused, model.AppPaid, model.AppReversed}, over...)
	takenBack := []model.ApplicationState{model.AppDraft, model.AppSubmitted, model.AppChecking, model.AppNeedMore, model.AppVerified, model.AppApproved}
	for _, s := range model.ApplicationStates() {
		live, open := !slices.Contains(over, s), !slices.Contains(notOpen, s)
		if s.Live() != live || s.Open() != open || s.Pending() != (open && s != model.AppDraft) || slices.Contains(model.LiveStates(), s) != live {
			t.Errorf("%s: live %v, open %v, pending %v", s, s.Live(), s.Open(), s.Pending())
		}
		if got := (model.Application{State: s}).CanWithdraw(); got != slices.Contains(takenBack, s) {
			t.Errorf("%s can be withdrawn: %v", s, got)
		}
	}
}

// TestWhoActsNext: the four eyes of an application that is verified, finance where it is paid, the office otherwise.
func TestWhoActsNext(t *testing.T) {
	said := []model.Approval{{By: "staff:b"}}
	for _, c := range []struct {
		name  string
		a     model.Application
		actor string
		want  model.Permission
	}{
		{"a draft is the household's", model.Application{State: model.AppDraft}, "staff:a", ""},
		{"what lacks something, too", model.Application{State: model.AppNeedMore}, "staff:a", ""},
		{"the office looks", model.Application{State: model.AppChecking}, "staff:a", model.MayHandleApplications},
		{"whoever verified is not the first to say yes", model.Application{State: model.AppVerified, HandlerID: "staff:a"}, "staff:a", ""},
		{"another is", model.Application{State: model.AppVerified, HandlerID: "staff:a"}, "staff:b", model.MayApproveAid},
		{"nor does one person say yes twice", model.Application{State: model.AppVerified, HandlerID: "staff:a", Approvals: said}, "staff:b", ""},
		{"the second may have verified", model.Application{State: model.AppVerified, HandlerID: "staff:a", Approvals: said}, "staff:a", model.MayApproveAid},
		{"finance pays", model.Application{State: model.AppPaying}, "staff:a", model.MayPostMoney},
		{"what failed is begun again", model.Application{State: model.AppPayFailed}, "staff:a", model.MayHandleApplications},
		{"nothing is left", model.Application{State: model.AppClosed}, "staff:a", ""},
	} {
		if got := c.a.ActsNext(c.actor); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestDaysOfAnApplication: what is overdue and until when somebody may object.
func TestDaysOfAnApplication(t *testing.T) {
	waits := model.Application{State: model.AppChecking, DueOn: "2018-01-05"}
	closed, untimed := waits, waits
	closed.State, untimed.DueOn = model.AppClosed, ""
	if waits.Overdue("2018-01-05") || !waits.Overdue("2018-01-06") || closed.Overdue("2018-01-06") || untimed.Overdue("2018-01-06") {
		t.Error("overdue")
	}
	refused := model.Application{State: model.AppRefused, Refusal: &model.Refusal{ObjectUntil: "2018-01-12"}}
	late := model.Application{State: model.AppChecking, Refusal: refused.Refusal}
	if !refused.CanObject("2018-01-12") || refused.CanObject("2018-01-13") || late.CanObject("2018-01-10") || (model.Application{State: model.AppRefused}).CanObject("2018-01-01") {
		t.Error("objections")
	}
}

// TestWhatAHouseholdIsTold: the sum where there is one, and what is still wanted in the office's words, else in ours.
func TestWhatAHouseholdIsTold(t *testing.T) {
	needs := model.Application{State: model.AppNeedMore, DueOn: "2018-01-05", Lacks: []string{"id_card"},
		Trace: []model.TraceLine{{Result: model.ResultYes, Says: "x"}, {Result: model.ResultMissing, Says: "家里几口人"}}}
	written := needs
	written.Log = []model.AppStep{{State: model.AppNeedMore, Text: "请拿户口本来一趟"}}
	for want, a := range map[string]model.Application{
		"“取暖补助”1,675.50元已经发放,请核对。":         {State: model.AppPaid, Amount: 167550},
		"“取暖补助”已经发放,请核对。":                  {State: model.AppPaid},
		"“取暖补助”的申请批准了,1,675.50元。":          {State: model.AppApproved, Amount: 167550},
		"“取暖补助”的申请批准了。":                    {State: model.AppApproved},
		"“取暖补助”的申请还缺:身份证;家里几口人;请在1月5日前补上。": needs,
		"“取暖补助”的申请还缺:请拿户口本来一趟;请在1月5日前补上。":  written,
		"“取暖补助”的申请还缺一点,请在近日前补上。":           {State: model.AppNeedMore},
		"“取暖补助”的申请没有批下来:您家不在低保。":           {State: model.AppRefused, Refusal: &model.Refusal{Says: "您家不在低保"}},
	} {
		if got := a.Sentence("取暖补助"); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	long := model.Refusal{Reason: model.RefuseUntrue, Says: "家里的房子不一样。", Shown: "平房", Source: "户档案", AsOf: "2017-12-28", Words: "我们去看过,是楼房"}
	if got := long.Explain(); got != "原因:核实的情况与申请的不一样。家里的房子不一样。\n用到的内容:平房(户档案,2017年12月28日)。\n扶贫办说:我们去看过,是楼房\n不同意的,15天前可以提出异议,会重新核对。" {
		t.Error(got)
	}
}

// TestAPaymentIsKnownByItsAttempt: each attempt has a key of its own in the books, which says where it is taken back.
func TestAPaymentIsKnownByItsAttempt(t *testing.T) {
	a := model.Application{ID: "H-001.heating.-.1"}
	if a.Paying() != nil {
		t.Error("something is paid before the first attempt")
	}
	a.Payments = []model.AidPayment{{Attempt: 1, Failed: "卡号不对"}, {Attempt: 2}}
	a.Paying().EntryID = a.EntryKey(2)
	if a.EntryKey(1) == a.EntryKey(2) || a.Payments[1].EntryID != "app:H-001.heating.-.1/2" {
		t.Errorf("%+v", a.Payments)
	}
	for id, elsewhere := range map[string]bool{a.EntryKey(1): true, (model.Move{ID: "m"}).EntryID(): true, (model.DividendRun{ID: "r"}).EntryID("H-1"): true, "e-1": false} {
		if got := (model.Entry{ID: id}).ReversedElsewhere(); (got != "") != elsewhere {
			t.Errorf("%s: %q", id, got)
		}
	}
}

// noticeSteps are what somebody may do with a notice of the office.
var noticeSteps = map[string]func(*model.PolicyNotice) error{
	"submit":  func(n *model.PolicyNotice) error { return n.Submit("staff:a") },
	"approve": func(n *model.PolicyNotice) error { return n.Approve("staff:b", noonOf) },
	"return":  func(n *model.PolicyNotice) error { return n.Return("写清楚找谁") },
	"publish": func(n *model.PolicyNotice) error { return n.Publish(noonOf) },
}

// TestTheWayOfANotice: written, submitted, approved by another, published; what is refused on the way leaves it as it was.
func TestTheWayOfANotice(t *testing.T) {
	n := model.PolicyNotice{}
	n.Rewrite("staff:a", model.NoticeText{Title: "取暖补助"})
	for _, step := range []struct {
		does string
		code string
		then model.NoticeStep
	}{
		{"approve", "not_submitted", model.NoticeDraft}, {"publish", "not_approved", model.NoticeDraft}, {"return", "not_submitted", model.NoticeDraft},
		{"submit", "", model.NoticeSubmitted}, {"submit", "submitted_already", model.NoticeSubmitted}, {"publish", "not_approved", model.NoticeSubmitted},
		{"return", "", model.NoticeDraft}, {"submit", "", model.NoticeSubmitted}, {"approve", "", model.NoticeApproved},
		{"approve", "not_submitted", model.NoticeApproved}, {"submit", "submitted_already", model.NoticeApproved},
		{"publish", "", ""}, {"publish", "nothing_to_publish", ""}, {"submit", "nothing_to_publish", ""}, {"return", "not_submitted", ""},
	} {
		if err := noticeSteps[step.does](&n); codeOf(err) != step.code || n.Stage() != step.then {
			t.Fatalf("%s: %v, then %q; want %q, then %q", step.does, err, n.Stage(), step.code, step.then)
		}
	}
	if n.Version != 1 || !n.Published || n.ValidFrom != "2017-12-28" || n.Returned != "" {
		t.Errorf("%+v", n)
	}
	n.Rewrite("staff:c", model.NoticeText{Title: "取暖补助"})
	if n.Stage() != model.NoticeDraft || !n.Dirty || !n.Published {
		t.Error("a rewritten notice stays out until the next version, and is a draft")
	}
	if err := n.Submit("staff:b"); err != nil {
		t.Fatal(err)
	}
	if err := n.Approve("staff:c", noonOf); codeOf(err) != "same_person" {
		t.Errorf("whoever wrote it approves: %v", err)
	}
	if n.Withdraw(); n.Stage() != model.NoticeDraft || n.ValidBy("2018-01-01") {
		t.Error("withdrawn, it is still read")
	}
}

// TestWhoeverSubmitsStandsForIt, also for a draft from before there were steps, which has no writers.
func TestWhoeverSubmitsStandsForIt(t *testing.T) {
	n := model.PolicyNotice{Record: model.Record{UpdatedBy: "staff:old"}}
	if n.Stage() != model.NoticeDraft {
		t.Fatal("an old draft is no draft")
	}
	if err := n.Submit("staff:a"); err != nil {
		t.Fatal(err)
	}
	for _, by := range []string{"staff:old", "staff:a"} {
		if err := n.Approve(by, noonOf); codeOf(err) != "same_person" {
			t.Errorf("%s: %v", by, err)
		}
	}
}

// TestWhenANoticeHolds counts both of its days.
func TestWhenANoticeHolds(t *testing.T) {
	n := model.PolicyNotice{Published: true, NoticeText: model.NoticeText{ValidFrom: "2018-01-02", ValidTo: "2018-01-05"}}
	for day, on := range map[model.Date]bool{"2018-01-01": false, "2018-01-02": true, "2018-01-05": true, "2018-01-06": false} {
		if n.ValidOn(day) != on {
			t.Errorf("%s: %v", day, !on)
		}
	}
	if !n.ValidBy("2018-01-06") || (model.PolicyNotice{}).ValidOn("2018-01-03") {
		t.Error("what was read once, or never")
	}
	texts := model.NoticeText{Title: "a", Summary: "b", Text: "c", Keywords: []string{"d"},
		Attachments: []model.Attachment{{Name: "e", URL: "https://x/%E7%8E%8B"}, {Name: "f", URL: "https://x/%zz"}}}.Texts()
	if !reflect.DeepEqual(texts, []string{"a", "b", "c", "d", "e", "https://x/王", "f", "https://x/%zz"}) {
		t.Errorf("a stranger reads %q", texts)
	}
}

// TestAnAnswerIsLetOutByAnother: the draft of an answer is nobody's to read until a second person has approved it.
func TestAnAnswerIsLetOutByAnother(t *testing.T) {
	o := model.Objection{State: model.ObjectionAssigned}
	if err := o.Approve("staff:b", noonOf); codeOf(err) != "no_answer_yet" {
		t.Errorf("nothing was proposed: %v", err)
	}
	o.Propose("staff:a", "已经核实,名单没有错")
	if err := o.Approve("staff:a", noonOf); codeOf(err) != "same_person" || o.Answer != "" {
		t.Errorf("its writer lets it out: %v", err)
	}
	if err := o.Approve("staff:b", noonOf); err != nil || o.State != model.ObjectionAnswered || o.Answer == "" || o.Draft != "" || len(o.Log) != 1 || o.Open() {
		t.Errorf("%v %+v", err, o)
	}
	for state, public := range map[model.ObjectionState]model.ObjectionState{
		model.ObjectionHeld: model.ObjectionReceived, model.ObjectionAside: model.ObjectionAside, model.ObjectionAnswered: model.ObjectionAnswered,
	} {
		if got := (model.Objection{State: state}).PublicState(); got != public {
			t.Errorf("%s reads as %s", state, got)
		}
	}
}

// TestTheNoteOfAWithdrawal: the public learns the fact at once, the words when a second person has let them out.
func TestTheNoteOfAWithdrawal(t *testing.T) {
	d := model.Disclosure{State: model.DisclosurePublished, From: "2018-01-02", To: "2018-01-08"}
	if err := d.ApproveNote("staff:b"); codeOf(err) != "no_note" {
		t.Errorf("nothing was withdrawn: %v", err)
	}
	for _, note := range []string{"有误", "金额有误"} {
		if err := d.Withdraw(model.Withdrawal{Note: note, On: "2018-01-03", By: "staff:a"}); err != nil || d.PublicNote() != "" {
			t.Fatalf("%v, the public reads %q", err, d.PublicNote())
		}
	}
	if err := d.ApproveNote("staff:a"); codeOf(err) != "same_person" {
		t.Errorf("its writer: %v", err)
	}
	if err := d.ApproveNote("staff:b"); err != nil || d.PublicNote() != "金额有误" {
		t.Errorf("%v %q", err, d.PublicNote())
	}
	if err := d.Withdraw(model.Withdrawal{Note: "又有误", By: "staff:c"}); codeOf(err) != "withdrawn_already" {
		t.Errorf("again: %v", err)
	}
	if err := d.ApproveNote("staff:c"); codeOf(err) != "no_note" {
		t.Errorf("again: %v", err)
	}
}

// TestVersionsOfADisclosure: there is a further one when the one before stands no longer, of a notice once it is out.
func TestVersionsOfADisclosure(t *testing.T) {
	funds := model.Disclosure{ID: "2017-funds-1", Item: model.ItemFunds, State: model.DisclosurePublished, From: "2018-01-02", To: "2018-01-08"}
	notice := model.Disclosure{ID: "2018-exits-1", Item: model.ItemExits, State: model.DisclosurePublished, From: "2018-01-02", To: "2018-01-08", Households: []string{"H-1"}}
	draft := model.Disclosure{Item: model.ItemFunds, State: model.DisclosureDraft}
	withdrawn := model.Disclosure{Item: model.ItemFunds, State: model.DisclosureWithdrawn}
	approved := model.Disclosure{Item: model.ItemFunds, State: model.DisclosureApproved}
	for _, c := range []struct {
		name                  string
		d                     model.Disclosure
		done, numbers, public bool
	}{
		{"funds, while they run", funds, false, true, true}, {"a notice that is out", notice, true, true, true},
		{"a draft", draft, false, false, false}, {"withdrawn before", withdrawn, true, false, false}, {"approved", approved, false, true, false},
	} {
		if c.d.Done("2018-01-08") != c.done || c.d.Numbers() != c.numbers || c.d.Public() != c.public {
			t.Errorf("%s: %v %v %v", c.name, c.d.Done("2018-01-08"), c.d.Numbers(), c.d.Public())
		}
	}
	if !funds.Done("2018-01-09") {
		t.Error("funds whose days are over have no further version")
	}
	if got := notice.Notice(); got != (model.Notice{Purpose: model.PurposeExit, From: "2018-01-02", To: "2018-01-08", Where: "公示2018-exits-1"}) || !notice.Names("H-1") {
		t.Errorf("%+v", got)
	}
	if model.ItemAdmitted.Purpose() != model.PurposeRegistration || model.ItemFunds.Purpose() != "" ||
		model.ItemAdmitted.Subjects() != model.StatusIdentified || model.ItemExits.Subjects() != model.StatusExitProposed {
		t.Error("what a notice is for, and about whom")
	}
}

// TestWordsOfADisclosure: other words want another preview; what was approved is not written in.
func TestWordsOfADisclosure(t *testing.T) {
	d := model.Disclosure{State: model.DisclosurePreview, Text: "说明"}
	if err := d.Rewrite("staff:a", "说明"); err != nil || d.State != model.DisclosurePreview || len(d.Writers) != 0 {
		t.Errorf("the same words: %v %+v", err, d)
	}
	if err := d.Rewrite("staff:a", "新的说明"); err != nil || d.State != model.DisclosureDraft || !slices.Contains(d.Writers, "staff:a") {
		t.Errorf("other words: %v %+v", err, d)
	}
	d.State = model.DisclosureApproved
	if err := d.Rewrite("staff:a", "x"); codeOf(err) != "approved_already" || d.Text != "新的说明" {
		t.Errorf("after the approval: %v", err)
	}
	if err := d.Approve("staff:b", time.Time{}); codeOf(err) != "not_previewed" {
		t.Errorf("approved twice: %v", err)
	}
}

// TestPublicSettings fill in what was never set, never below the seven days of a notice.
func TestPublicSettings(t *testing.T) {
	full := (model.PublicSettings{Days: 3}).OrDefault()
	if full.Days != model.NoticeDays || full.AnswerDays == 0 || full.Contact == "" || full.Titles == nil {
		t.Errorf("%+v", full)
	}
	other := full
	other.Titles = map[string]string{"item-6": "低保名单"}
	if !full.Same(full.OrDefault()) || full.Same(other) {
		t.Error("the same settings")
	}
	own := model.PublicSettings{Titles: other.Titles, Days: 10, AnswerDays: 5, Contact: "二楼"}
	if !own.OrDefault().Same(own) || (model.PublicProposal{}).Waits() || !(model.PublicProposal{Review: model.Review{Writers: []string{"staff:a"}}}).Waits() {
		t.Error("what the farm has set stays")
	}
}
