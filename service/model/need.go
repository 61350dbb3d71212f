package model

import (
	"slices"
	"strings"
	"time"
)

// NeedState is how far a difficulty has come, from the words to the household's own yes.
type NeedState string

// The states of a need.
const (
	NeedOpen       NeedState = "open"
	NeedDone       NeedState = "done_by_cadre"
	NeedConfirmed  NeedState = "confirmed"
	NeedReopened   NeedState = "reopened"
	NeedImpossible NeedState = "not_possible" // the office's word, with a reason that the household reads
	NeedWithdrawn  NeedState = "withdrawn"    // the word of whoever raised it
)

// NeedStates lists every state.
var NeedStates = []NeedState{NeedOpen, NeedReopened, NeedDone, NeedConfirmed, NeedImpossible, NeedWithdrawn}

var needLabels = map[NeedState]string{
	NeedOpen: "正在办", NeedReopened: "还没办好,接着办", NeedDone: "干部说办好了,等户里确认", NeedConfirmed: "办好了", NeedImpossible: "办不了",
	NeedWithdrawn: "已撤回",
}

// Label of the state.
func (s NeedState) Label() string { return label(needLabels, s) }

// NeedKind is what a difficulty is about; each kind has its own time to be seen to.
type NeedKind string

// The kinds of needs.
const (
	NeedHousing   NeedKind = "housing"
	NeedMedical   NeedKind = "medical"
	NeedSchooling NeedKind = "schooling"
	NeedIncome    NeedKind = "income"
	NeedLiving    NeedKind = "living"
	NeedMoney     NeedKind = "money" // a question about an entry of the books
	NeedOther     NeedKind = "other"
)

// The kinds that are the office's own to see to, whoever says them.
const (
	NeedComplaint  NeedKind = "complaint"   // against a cadre, a unit or unfairness; see Need.Confidential
	NeedCallBack   NeedKind = "call_back"   // somebody wants to be called
	NeedLifeEvent  NeedKind = "life_event"  // a death, a birth, a move: what changes a household
	NeedSelfReport NeedKind = "self_report" // somebody says that they fall into hardship, or back into it
	NeedMessage    NeedKind = "message"     // a sentence that nobody understood, handed over as it is
)

// NeedKinds lists every kind, in the order in which they are offered.
var NeedKinds = []NeedKind{
	NeedHousing, NeedMedical, NeedSchooling, NeedIncome, NeedLiving, NeedMoney, NeedOther,
	NeedComplaint, NeedCallBack, NeedLifeEvent, NeedSelfReport, NeedMessage,
}

var needKinds = map[NeedKind]struct {
	label string
	words []string
}{
	NeedHousing:   {"住房", []string{"房", "屋", "漏", "墙", "炕", "取暖", "暖气"}},
	NeedMedical:   {"看病", []string{"病", "药", "医", "疼", "残"}},
	NeedSchooling: {"上学", []string{"学", "书本", "幼儿园", "考上"}},
	NeedIncome:    {"增收", []string{"活干", "工作", "打工", "木耳", "大棚", "贷款", "种地", "卖"}},
	NeedLiving:    {"生活", []string{"粮", "米", "煤", "柴", "衣", "被", "水", "电"}},
	NeedMoney:     {"钱款", []string{"没到账", "少发", "哪笔", "这笔"}},
	NeedOther:     {"其他", nil},

	NeedComplaint: {"投诉", nil}, NeedCallBack: {"请回电话", nil}, NeedLifeEvent: {"家里有变化", nil},
	NeedSelfReport: {"自己说有困难", nil}, NeedMessage: {"转来的话", nil},
}

// Label of the kind.
func (k NeedKind) Label() string { return needKinds[k].label }

// Known reports whether it is a kind at all.
func (k NeedKind) Known() bool { _, ok := needKinds[k]; return ok }

// OfOffice reports whether the office sees to needs of the kind, and no cadre.
func (k NeedKind) OfOffice() bool {
	switch k {
	case NeedComplaint, NeedCallBack, NeedLifeEvent, NeedSelfReport, NeedMessage:
		return true
	}
	return false
}

// GuessNeed is the kind that the words sound like, NeedOther when like none. People can set another.
func GuessNeed(text string) NeedKind {
	for _, k := range NeedKinds {
		for _, w := range needKinds[k].words {
			if strings.Contains(text, w) {
				return k
			}
		}
	}
	return NeedOther
}

// Need is a difficulty of a household, 难事, with somebody who sees to it.
type Need struct {
	ID          string `bson:"_id"`
	Record      `bson:",inline"`
	HouseholdID string    `bson:"household_id"`
	Source      string    `bson:"source"` // visit | bot | office | ledger
	Kind        NeedKind  `bson:"kind"`
	Promised    bool      `bson:"promised"` // a cadre's own promise at a visit
	About       string    `bson:"about"`    // the record that it is about, as "ledger_entries/…"; empty for none
	Text        string    `bson:"text"`
	OwnerID     string    `bson:"owner_id"`    // a cadre
	OwnedSince  time.Time `bson:"owned_since"` // since when it waits for its owner
	DueOn       Date      `bson:"due_on"`
	State       NeedState `bson:"state"`
	Log         []NeedLog `bson:"log"`

	Urgent bool        `bson:"urgent"` // danger to life or health: told at once, whatever the hour
	Event  string      `bson:"event"`  // of a life event: "death", "birth", …
	Files  []VisitFile `bson:"files"`  // pictures and voice messages that came with the words

	// What accuses somebody, or names a cadre of the household, is read by the office and inspectors only, and never by
	// the cadres whom it concerns.
	Confidential bool     `bson:"confidential"`
	Concerns     []string `bson:"concerns"` // those cadres
	From         string   `bson:"from"`     // the account of somebody without a household, so that they can be answered
}

// NeedLog is one step of a need.
type NeedLog struct {
	At    time.Time `bson:"at"`
	By    string    `bson:"by"`
	State NeedState `bson:"state"`
	Text  string    `bson:"text"`
}

// Live reports whether somebody still has to do something.
func (n Need) Live() bool {
	return n.State != NeedConfirmed && n.State != NeedImpossible && n.State != NeedWithdrawn
}

// Shown reports whether a member of staff may see the need at all: what is confidential is for the office and for
// inspectors, and not for those of them whom it concerns.
func (n Need) Shown(to Staff) bool {
	if !n.Confidential {
		return true
	}
	if to.CadreID != "" && slices.Contains(n.Concerns, to.CadreID) {
		return false
	}
	return to.Has(RoleOffice) || to.Has(RoleInspector)
}

// Mourns reports whether it is a death that nobody has dealt with yet: until then the household is not reminded of
// anything.
func (n Need) Mourns() bool { return n.Kind == NeedLifeEvent && n.Event == EventDeath && n.Waits() }

// EventDeath is the life event after which a household is left in peace.
const EventDeath = "death"

// Waits reports whether its owner has to act, rather than the household.
func (n Need) Waits() bool { return n.State == NeedOpen || n.State == NeedReopened }

// Step moves the need on.
func (n *Need) Step(state NeedState, by, text string, at time.Time) {
	if n.State = state; n.Waits() {
		n.OwnedSince = at.UTC()
	}
	n.Log = append(n.Log, NeedLog{At: at.UTC(), By: by, State: state, Text: text})
}
