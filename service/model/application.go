package model

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// ApplicationState is how far an application for aid has come.
type ApplicationState string

// The states of an application.
const (
	AppDraft      ApplicationState = "draft"
	AppSubmitted  ApplicationState = "submitted"
	AppChecking   ApplicationState = "checking" // the rules have run, the office looks
	AppNeedMore   ApplicationState = "need_more"
	AppVerified   ApplicationState = "verified"
	AppApproved   ApplicationState = "approved"
	AppRefused    ApplicationState = "refused"
	AppPublicised ApplicationState = "publicised"
	AppPaying     ApplicationState = "paying"
	AppPaid       ApplicationState = "paid"
	AppPayFailed  ApplicationState = "payment_failed"
	AppReversed   ApplicationState = "reversed"
	AppObjected   ApplicationState = "objected"
	AppRechecking ApplicationState = "rechecking"
	AppClosed     ApplicationState = "closed"
	AppWithdrawn  ApplicationState = "withdrawn"
)

// appState is all that the code knows of a state: what follows, whose turn it is, in how many days, and what the
// household is told. In says, {what} is what is applied for, {by} the day by which something happens.
type appState struct {
	label string
	next  []ApplicationState
	role  Role // whose turn it is; empty: the household's, or nobody's
	days  int  // 0: no timer
	ends  bool // after its days it is closed by itself
	says  string
}

// appStates is the one table of states and moves. Days are defaults of the settings.
var appStates = map[ApplicationState]appState{
	AppDraft: {"还没交", []ApplicationState{AppSubmitted, AppWithdrawn}, "", 30, false,
		"{what}的申请还没有交。"},
	AppSubmitted: {"已交", []ApplicationState{AppChecking, AppWithdrawn}, RoleOffice, 1, false,
		"{what}的申请已经交上去了。"},
	AppChecking: {"正在核对", []ApplicationState{AppNeedMore, AppVerified, AppRefused, AppWithdrawn}, RoleOffice, 5, false,
		"{what}的申请收到了,扶贫办正在核对,{by}前有结果。"},
	AppNeedMore: {"要补材料", []ApplicationState{AppSubmitted, AppRefused, AppWithdrawn}, "", 15, false,
		"{what}的申请还缺一点,请在{by}前补上。"},
	AppVerified: {"核实了,等批准", []ApplicationState{AppNeedMore, AppApproved, AppRefused, AppWithdrawn}, RoleOffice, 5, false,
		"{what}的申请已经核实,等批准,{by}前有结果。"},
	AppApproved: {"批准了", []ApplicationState{AppPublicised, AppPaying, AppObjected, AppWithdrawn}, RoleOffice, 3, false,
		"{what}的申请批准了。"},
	AppRefused: {"没有批", []ApplicationState{AppObjected, AppClosed}, "", 15, true,
		"{what}的申请没有批下来。"},
	AppPublicised: {"正在公示", []ApplicationState{AppPaying, AppObjected}, RoleOffice, 10, false,
		"{what}的申请正在公示,没有异议就发放。"},
	AppPaying: {"正在发放", []ApplicationState{AppPaid, AppPayFailed}, RoleFinance, 10, false,
		"{what}正在发放,{by}前到账。"},
	AppPaid: {"发放了", []ApplicationState{AppClosed, AppReversed}, "", 30, true,
		"{what}已经发放,请核对。"},
	AppPayFailed: {"没发成", []ApplicationState{AppPaying}, RoleFinance, 5, false,
		"{what}这次没有发成,我们会再发,{by}前有结果。"},
	AppReversed: {"收回了", []ApplicationState{AppPaying, AppClosed}, RoleOffice, 7, false,
		"{what}发错了,这一笔已经冲回。"},
	AppObjected: {"有异议", []ApplicationState{AppRechecking}, RoleOffice, 3, false,
		"{what}的申请有异议,已经记下,{by}前开始重新核对。"},
	AppRechecking: {"重新核对", []ApplicationState{AppNeedMore, AppVerified, AppRefused}, RoleOffice, 5, false,
		"{what}的申请正在重新核对,{by}前有结果。"},
	AppClosed:    {"办结", []ApplicationState{AppReversed}, "", 0, false, "{what}的申请已经办结。"},
	AppWithdrawn: {"撤回了", nil, "", 0, false, "{what}的申请已经撤回。"},
}

// Label of the state.
func (s ApplicationState) Label() string {
	if x, ok := appStates[s]; ok {
		return x.label
	}
	return string(s)
}

// Nexts are the states that may follow.
func (s ApplicationState) Nexts() []ApplicationState { return slices.Clone(appStates[s].next) }

// Live reports whether somebody still has something to do, or may.
func (s ApplicationState) Live() bool { return s != AppClosed && s != AppWithdrawn }

// Open reports whether the application is under way, so that there is no second one beside it.
func (s ApplicationState) Open() bool {
	return !slices.Contains([]ApplicationState{AppClosed, AppWithdrawn, AppRefused, AppPaid, AppReversed}, s)
}

// Pending reports whether money may still come of it.
func (s ApplicationState) Pending() bool { return s.Open() && s != AppDraft }

// Role whose turn it is; empty when it is the household's or nobody's.
func (s ApplicationState) Role() Role { return appStates[s].role }

// ActsNext is what lets somebody take the next step; empty when none of it is the staff's, or not this one's: who verified
// leaves the first yes to another, and who has said yes has said it.
func (a Application) ActsNext(actor string) Permission {
	switch {
	case a.State == AppVerified:
		said := slices.ContainsFunc(a.Approvals, func(x Approval) bool { return x.By == actor })
		if said || a.HandlerID == actor && len(a.Approvals) == 0 {
			return ""
		}
		return MayApproveAid
	case a.State == AppPaying:
		return MayPostMoney
	case a.State.Role() != "": // a payment that failed is begun again by the office
		return MayHandleApplications
	}
	return ""
}

// Days is how long the state may last by default; 0 is without end.
func (s ApplicationState) Days() int { return appStates[s].days }

// EndsItself reports whether nothing is owed in the state: after its days it is closed.
func (s ApplicationState) EndsItself() bool { return appStates[s].ends }

// ApplicationStates are all states, in the order of their names.
func ApplicationStates() []ApplicationState {
	list := make([]ApplicationState, 0, len(appStates))
	for s := range appStates {
		list = append(list, s)
	}
	slices.Sort(list)
	return list
}

// LiveStates are those that are not over.
func LiveStates() []ApplicationState {
	return slices.DeleteFunc(ApplicationStates(), func(s ApplicationState) bool { return !s.Live() })
}

// Application is what a household asks for under a programme. ID is "household.programme.person.n", n counting
// from 1, so that two presses of the same button are one application.
type Application struct {
	ID          string `bson:"_id"`
	Record      `bson:",inline"`
	HouseholdID string           `bson:"household_id"`
	PersonID    string           `bson:"person_id"` // of a programme for persons
	Programme   string           `bson:"programme"`
	Version     int              `bson:"version"` // the programme's, in force on AppliedOn
	Title       string           `bson:"title"`
	Key         string           `bson:"key"` // of the press that made it
	Words       string           `bson:"words"`
	WordsCheck  string           `bson:"words_check"` // of the latest words: "", or see the constants
	State       ApplicationState `bson:"state"`
	Since       Date             `bson:"since"`
	DueOn       Date             `bson:"due_on"`     // by when the state should end; empty: no timer
	AppliedOn   Date             `bson:"applied_on"` // first handed in: by its rules and facts it is decided
	CheckedOn   Date             `bson:"checked_on"`
	Trace       []TraceLine      `bson:"trace"`
	Papers      []AttachedPaper  `bson:"papers"`
	Lacks       []string         `bson:"lacks"`      // kinds of papers that are missing
	HandlerID   string           `bson:"handler_id"` // the member of staff who verified it
	Amount      Fen              `bson:"amount_fen"`
	Approvals   []Approval       `bson:"approvals"`
	Refusal     *Refusal         `bson:"refusal"`
	PublicTo    Date             `bson:"public_to"`
	Payments    []AidPayment     `bson:"payments"`
	Log         []AppStep        `bson:"log"`
	Told        int              `bson:"told"`     // the step of which the household was told
	Reminded    int              `bson:"reminded"` // the step of which somebody was reminded that it is overdue
}

// What came of the content check of somebody's words.
const (
	WordsUnchecked = "unchecked" // WeChat was away, or does not know the person: the office reads it first
	WordsReview    = "review"    // WeChat wants a person to look
)

// AttachedPaper is a paper that the application rests on. Seen says which member of staff saw the original
// instead of a file.
type AttachedPaper struct {
	Kind    string `bson:"kind" json:"kind"`
	PaperID string `bson:"paper_id" json:"paper_id,omitempty"`
	Seen    string `bson:"seen" json:"seen,omitempty" doc:"谁看过原件"`
}

// Approval is one person's yes.
type Approval struct {
	By     string    `bson:"by"`
	At     time.Time `bson:"at"`
	Amount Fen       `bson:"amount_fen"`
}

// Refusal is why an application was turned down, with the value that was used, where it comes from and its date.
type Refusal struct {
	Reason      string `bson:"reason" json:"reason"` // one of RefusalReasons
	Rule        string `bson:"rule" json:"rule,omitempty"`
	Says        string `bson:"says" json:"says"`
	Fact        string `bson:"fact" json:"fact,omitempty"`
	Shown       string `bson:"shown" json:"shown"`
	Source      string `bson:"source" json:"source"`
	AsOf        Date   `bson:"as_of" json:"as_of"`
	Change      string `bson:"change" json:"change,omitempty"`
	Words       string `bson:"words" json:"words,omitempty"`
	ObjectUntil Date   `bson:"object_until" json:"object_until"`
}

// Reasons of a refusal: a rule says no, papers did not come, what was said turned out otherwise, the same is given
// already.
const (
	RefuseRule      = "rule"
	RefusePapers    = "papers"
	RefuseUntrue    = "untrue"
	RefuseDuplicate = "duplicate"
)

var refusalLabels = map[string]string{
	RefuseRule: "不符合条件", RefusePapers: "材料没有补齐", RefuseUntrue: "核实的情况与申请的不一样", RefuseDuplicate: "同一件事已经享受过",
}

// RefusalReasons are the codes in the order in which they are offered.
var RefusalReasons = []string{RefuseRule, RefusePapers, RefuseUntrue, RefuseDuplicate}

// AidPayment is one attempt to pay. EntryID is the ledger's, once it is posted.
type AidPayment struct {
	Attempt    int    `bson:"attempt" json:"attempt"`
	PaidOn     Date   `bson:"paid_on" json:"paid_on"`
	Evidence   string `bson:"evidence" json:"evidence"`
	By         string `bson:"by" json:"by"`
	EntryID    string `bson:"entry_id" json:"entry_id,omitempty"`
	Failed     string `bson:"failed" json:"failed,omitempty" doc:"没发成的原因"`
	ReversedOn Date   `bson:"reversed_on" json:"reversed_on,omitempty"`
	Why        string `bson:"why" json:"why,omitempty" doc:"为什么冲回"`
	Reversed   bool   `bson:"reversed" json:"reversed,omitempty" doc:"冲回已经入账"`
}

// EntryKey is the ledger's key of an attempt to pay.
func (a Application) EntryKey(attempt int) string {
	return fmt.Sprintf("%s%s/%d", aidEntry, a.ID, attempt)
}

// Paying is the attempt that is under way, or the last; nil before the first.
func (a *Application) Paying() *AidPayment {
	if len(a.Payments) == 0 {
		return nil
	}
	return &a.Payments[len(a.Payments)-1]
}

// AppStep is one step of an application.
type AppStep struct {
	At    time.Time        `bson:"at"`
	By    string           `bson:"by"`
	State ApplicationState `bson:"state"`
	Text  string           `bson:"text"`
}

// ApplicationID is the id of the n-th application of a household, for a person or none, under the programme.
func ApplicationID(householdID, programme, personID string, n int) string {
	if personID == "" {
		personID = "-"
	}
	return fmt.Sprintf("%s.%s.%s.%d", householdID, programme, personID, n)
}

// Step moves the application on. KindConflict when the table does not allow it. due is by when the new state should
// end, empty for no timer.
func (a *Application) Step(to ApplicationState, by, text string, at time.Time, due Date) error {
	if a.State != "" && !slices.Contains(appStates[a.State].next, to) {
		return NewError(KindConflict, "application_state", fmt.Sprintf("这份申请现在是“%s”,不能改成“%s”", a.State.Label(), to.Label()))
	}
	a.State, a.Since, a.DueOn = to, DateOf(at), due
	a.Log = append(a.Log, AppStep{At: at.UTC(), By: by, State: to, Text: text})
	return nil
}

// Overdue reports whether somebody should have acted before the day.
func (a Application) Overdue(day Date) bool { return a.State.Live() && a.DueOn != "" && a.DueOn < day }

// CanObject reports whether the household may still object on the day.
func (a Application) CanObject(day Date) bool {
	return a.State == AppRefused && a.Refusal != nil && day <= a.Refusal.ObjectUntil
}

// CanWithdraw reports whether the household may take the application back.
func (a Application) CanWithdraw() bool {
	return slices.Contains(appStates[a.State].next, AppWithdrawn)
}

// Sentence is the state in one sentence for the household. what is what is applied for, with the person.
func (a Application) Sentence(what string) string {
	says := strings.NewReplacer("{what}", "“"+what+"”", "{by}", a.DueOn.ShortOr("近日")).Replace(appStates[a.State].says)
	switch {
	case a.State == AppPaid && a.Amount > 0:
		says = fmt.Sprintf("“%s”%s元已经发放,请核对。", what, a.Amount.Yuan())
	case a.State == AppApproved && a.Amount > 0:
		says = fmt.Sprintf("“%s”的申请批准了,%s元。", what, a.Amount.Yuan())
	case a.State == AppNeedMore && len(a.Needs()) > 0:
		says = fmt.Sprintf("“%s”的申请还缺:%s;请在%s前补上。", what, strings.Join(a.Needs(), ";"), a.DueOn.ShortOr("近日"))
	case a.State == AppRefused && a.Refusal != nil:
		says = strings.TrimSuffix(says, "。") + ":" + a.Refusal.Says + "。"
	}
	return says
}

// Needs are what the household is asked for: what the office wrote, else papers and facts that are missing.
func (a Application) Needs() (list []string) {
	if n := len(a.Log); n > 0 && a.Log[n-1].State == AppNeedMore && a.Log[n-1].Text != "" {
		return []string{a.Log[n-1].Text}
	}
	for _, kind := range a.Lacks {
		list = append(list, PaperLabel(kind))
	}
	for _, l := range a.Trace {
		if l.Result == ResultMissing {
			list = append(list, l.Says)
		}
	}
	return list
}

// ShortOr is 12月5日, or other for an empty date.
func (d Date) ShortOr(other string) string {
	if d == "" {
		return other
	}
	t := d.Start()
	return fmt.Sprintf("%d月%d日", t.Month(), t.Day())
}

// Explain is the refusal in full: the rule, the value that was used, its source and date, and how to object.
func (r Refusal) Explain() string {
	text := "原因:" + label(refusalLabels, r.Reason) + "。" + strings.TrimRight(r.Says, "。") + "。"
	if r.Rule != "" {
		text += "(条件" + r.Rule + ")"
	}
	if r.Shown != "" {
		text += fmt.Sprintf("\n用到的内容:%s(%s,%s)。", r.Shown, r.Source, r.AsOf.LongYear())
	}
	if r.Words != "" && r.Words != r.Shown {
		text += "\n扶贫办说:" + r.Words
	}
	if r.Change != "" {
		text += "\n怎样就能办:" + r.Change
	}
	return text + fmt.Sprintf("\n不同意的,%s前可以提出异议,会重新核对。", r.ObjectUntil.ShortOr("15天"))
}

// Approve adds one person's yes to the sum, and reports whether that is enough: whoever verified the application
// is never alone, and above the programme's limit two persons say yes.
func (a *Application) Approve(p Programme, by string, sum Fen, at time.Time) (enough bool, err error) {
	switch {
	case a.State != AppVerified:
		return false, NewError(KindConflict, "application_state", "这份申请现在是“"+a.State.Label()+"”,还不能批")
	case sum <= 0 || p.Amount > 0 && sum != p.Amount || p.Ceiling > 0 && sum > p.Ceiling:
		return false, NewError(KindInvalid, "amount", "金额不对:"+p.Title+p.AmountText())
	case len(a.Approvals) > 0 && a.Amount != sum:
		return false, NewError(KindConflict, "amount_differs", "前一位批的是"+a.Amount.Yuan()+"元,两个人批的金额要一样")
	case slices.ContainsFunc(a.Approvals, func(x Approval) bool { return x.By == by }):
		return false, NewError(KindForbidden, "second_person", "您已经批过了,要另一个人再批")
	}
	a.Amount = sum
	a.Approvals = append(a.Approvals, Approval{By: by, At: at.UTC(), Amount: sum})
	others := slices.ContainsFunc(a.Approvals, func(x Approval) bool { return x.By != a.HandlerID })
	return others && (sum <= p.SecondAbove || len(a.Approvals) > 1), nil
}
