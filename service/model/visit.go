package model

import (
	"fmt"
	"maps"
	"strings"
	"time"
)

// ExpectationState is how far the visit that a pairing owes in a month has come.
type ExpectationState string

// The states of an expectation. Overdue is not stored: it is expected, and the window has passed.
const (
	ExpectedVisit   ExpectationState = "expected"
	VisitedInTime   ExpectationState = "visited"
	VisitedLate     ExpectationState = "visited_late"
	VisitExcused    ExpectationState = "excused"
	VisitCancelled  ExpectationState = "cancelled" // the pairing or the household's membership ended first
	VisitExcuseOpen ExpectationState = "excuse_asked"
)

// Excuse is why a visit cannot be. It counts once somebody else has approved it.
type Excuse struct {
	Reason     string    `bson:"reason"` // one of ExcuseReasons
	Note       string    `bson:"note"`
	AskedBy    string    `bson:"asked_by"`
	AskedAt    time.Time `bson:"asked_at"`
	ApprovedBy string    `bson:"approved_by"`
}

// ExcuseReasons are the reasons that are accepted: the cadre is away or sick, the household is absent, a disaster.
var ExcuseReasons = []string{"cadre_away", "cadre_sick", "household_absent", "disaster"}

var excuseLabels = map[string]string{
	"cadre_away": "干部出差", "cadre_sick": "干部生病", "household_absent": "户里没人", "disaster": "灾害",
}

// ExcuseLabel is what people call the reason.
func ExcuseLabel(reason string) string { return label(excuseLabels, reason) }

// Expectation is the visit that a pairing owes in a month. ID is "2018-01/H-001/C-001".
type Expectation struct {
	ID          string `bson:"_id"`
	Record      `bson:",inline"`
	Period      Period           `bson:"period"`
	HouseholdID string           `bson:"household_id"`
	CadreID     string           `bson:"cadre_id"`
	AidDay      Date             `bson:"aid_day"`
	State       ExpectationState `bson:"state"`
	VisitID     string           `bson:"visit_id"`
	Excuse      Excuse           `bson:"excuse"`
	Heard       string           `bson:"heard"` // of the household, while no visit is recorded: "" | "came" | "did_not_come"
}

// ExpectationID is the id of what the cadre owes the household in the month.
func ExpectationID(p Period, householdID, cadreID string) string {
	return fmt.Sprintf("%s/%s/%s", p, householdID, cadreID)
}

// Open reports whether the visit is still to come.
func (e Expectation) Open() bool { return e.State == ExpectedVisit || e.State == VisitExcuseOpen }

// VisitItem is one kind of help at a visit, with how often it was given, 件次.
type VisitItem struct {
	Kind  VisitKind `bson:"kind" json:"kind"`
	Count int       `bson:"count" json:"count"`
	Text  string    `bson:"text" json:"text"`
}

// VisitKind is what a visit brought.
type VisitKind string

// The kinds of help at a visit.
const (
	KindDifficulty VisitKind = "difficulty_solved"
	KindPolicy     VisitKind = "policy_delivered"
	KindTechnology VisitKind = "technology_delivered"
	KindWarmth     VisitKind = "goods"
	KindTalk       VisitKind = "talk"
)

// VisitKinds are the kinds in the order in which they are offered.
var VisitKinds = []VisitKind{KindTalk, KindDifficulty, KindPolicy, KindTechnology, KindWarmth}

var visitLabels = map[VisitKind]string{
	KindTalk: "谈心走访", KindDifficulty: "解难事", KindPolicy: "送政策", KindTechnology: "送技术", KindWarmth: "送温暖",
}

// Label of the kind.
func (k VisitKind) Label() string { return label(visitLabels, k) }

// Known reports whether it is a kind at all.
func (k VisitKind) Known() bool { _, ok := visitLabels[k]; return ok }

// Visit is one cadre's visit to one household on one day. ID is "H-001/C-001/2018-01-05", so that two
// records of the same visit merge.
type Visit struct {
	ID          string `bson:"_id"`
	Record      `bson:",inline"`
	HouseholdID string      `bson:"household_id"`
	CadreID     string      `bson:"cadre_id"`
	Period      Period      `bson:"period"`
	On          Date        `bson:"on"`
	RecordedAt  time.Time   `bson:"recorded_at"`
	DeviceAt    time.Time   `bson:"device_at"` // the phone's own time, zero from the bot
	Keys        []string    `bson:"keys"`      // client keys of the records that were merged
	Items       []VisitItem `bson:"items"`
	SelfFunded  Fen         `bson:"self_funded_fen"`
	Words       string      `bson:"words"`
	Files       []VisitFile `bson:"files"` // pictures and voice messages, if any
	LateReason  string      `bson:"late_reason"`
	AmendedAt   time.Time   `bson:"amended_at"` // the revisions keep what it said before
	Answer      string      `bson:"answer"`     // of the household: "" | "came" | "did_not_come"
	AnsweredAt  time.Time   `bson:"answered_at"`
	Rating      int         `bson:"rating"` // 1 to 5 by the household; 0 without
}

// VisitID is the id of the cadre's visit to the household on the day.
func VisitID(householdID, cadreID string, on Date) string {
	return householdID + "/" + cadreID + "/" + string(on)
}

// HasKey reports whether the record with this client key is in the visit already.
func (v Visit) HasKey(key string) bool {
	for _, k := range v.Keys {
		if k == key {
			return true
		}
	}
	return false
}

// Add puts an item to the visit; the same kind with the same words adds up.
func (v *Visit) Add(item VisitItem) {
	for i, x := range v.Items {
		if x.Kind == item.Kind && (x.Text == item.Text || item.Text == "") {
			v.Items[i].Count += item.Count
			return
		}
	}
	v.Items = append(v.Items, item)
}

// VisitFile is a picture or a voice message that a cadre added to a visit; nobody has to.
type VisitFile struct {
	ID      string `bson:"id"` // of the StoredFile, once WeChat gave it to us
	Kind    string `bson:"kind"`
	MediaID string `bson:"media_id"` // by which WeChat gives it, for three days; empty when it came from the mini-program
}

// MaxVisitFiles is how many files a visit may have.
const MaxVisitFiles = 9

// StoredFile is a file of a record, sealed.
type StoredFile struct {
	ID          string    `bson:"_id"`
	Of          string    `bson:"of"` // the record, as "visits/…"
	HouseholdID string    `bson:"household_id"`
	Type        string    `bson:"type"` // as HTTP has it, found from the content
	Size        int       `bson:"size"`
	At          time.Time `bson:"at"`
	By          string    `bson:"by"`
	Content     Sealed    `bson:"content"`
}

// MaxWords is how many characters a visit's words may have.
const MaxWords = 1000

// Say adds words to the visit; the same words are not added twice.
func (v *Visit) Say(words string) {
	words = strings.TrimSpace(words)
	switch {
	case words == "" || strings.Contains(v.Words, words):
	case v.Words == "":
		v.Words = words
	default:
		v.Words += "\n" + words
	}
}

// NeedState is how far a difficulty has come, from the words to the household's own yes.
type NeedState string

// The states of a need.
const (
	NeedOpen       NeedState = "open"
	NeedDone       NeedState = "done_by_cadre"
	NeedConfirmed  NeedState = "confirmed"
	NeedReopened   NeedState = "reopened"
	NeedImpossible NeedState = "not_possible" // the office's word, with a reason that the household reads
)

// NeedStates lists every state.
var NeedStates = []NeedState{NeedOpen, NeedReopened, NeedDone, NeedConfirmed, NeedImpossible}

var needLabels = map[NeedState]string{
	NeedOpen: "正在办", NeedReopened: "还没办好,接着办", NeedDone: "干部说办好了,等户里确认", NeedConfirmed: "办好了", NeedImpossible: "办不了",
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

// NeedKinds lists every kind, in the order in which they are offered.
var NeedKinds = []NeedKind{NeedHousing, NeedMedical, NeedSchooling, NeedIncome, NeedLiving, NeedMoney, NeedOther}

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
}

// Label of the kind.
func (k NeedKind) Label() string { return needKinds[k].label }

// Known reports whether it is a kind at all.
func (k NeedKind) Known() bool { _, ok := needKinds[k]; return ok }

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
	OwnerID     string    `bson:"owner_id"` // a cadre
	DueOn       Date      `bson:"due_on"`
	State       NeedState `bson:"state"`
	Log         []NeedLog `bson:"log"`
}

// NeedLog is one step of a need.
type NeedLog struct {
	At    time.Time `bson:"at"`
	By    string    `bson:"by"`
	State NeedState `bson:"state"`
	Text  string    `bson:"text"`
}

// Live reports whether somebody still has to do something.
func (n Need) Live() bool { return n.State != NeedConfirmed && n.State != NeedImpossible }

// Waits reports whether its owner has to act, rather than the household.
func (n Need) Waits() bool { return n.State == NeedOpen || n.State == NeedReopened }

// Step moves the need on.
func (n *Need) Step(state NeedState, by, text string, at time.Time) {
	n.State = state
	n.Log = append(n.Log, NeedLog{At: at.UTC(), By: by, State: state, Text: text})
}

// Counter is the sums of a month's visits, 件次. They are derived and rebuilt every night.
type Counter struct {
	ID         string                `bson:"_id"`
	Period     Period                `bson:"period"`
	Visits     int                   `bson:"visits"`
	Items      map[VisitKind]int     `bson:"items"`
	SelfFunded Fen                   `bson:"self_funded_fen"`
	Units      map[string]VisitTally `bson:"units"`  // by the household's unit
	Cadres     map[string]VisitTally `bson:"cadres"` // each is for the cadre alone
}

// VisitTally is the visits of a part, with what they brought.
type VisitTally struct {
	Visits int               `bson:"visits" json:"visits"`
	Items  map[VisitKind]int `bson:"items" json:"items"`
}

// CountVisits sums up the visits of a month; unitOf is each household's unit.
func CountVisits(p Period, visits []Visit, unitOf map[string]string) Counter {
	c := Counter{ID: string(p), Period: p, Visits: len(visits), Items: map[VisitKind]int{}, Units: map[string]VisitTally{}, Cadres: map[string]VisitTally{}}
	for _, v := range visits {
		c.SelfFunded = c.SelfFunded.plus(v.SelfFunded)
		countIn(c.Units, unitOf[v.HouseholdID], v)
		countIn(c.Cadres, v.CadreID, v)
		for _, i := range v.Items {
			c.Items[i.Kind] += i.Count
		}
	}
	return c
}

func countIn(tallies map[string]VisitTally, part string, v Visit) {
	t := tallies[part]
	if t.Items == nil {
		t.Items = map[VisitKind]int{}
	}
	t.Visits++
	for _, i := range v.Items {
		t.Items[i.Kind] += i.Count
	}
	tallies[part] = t
}

// Equal reports whether the sums are the same.
func (c Counter) Equal(d Counter) bool {
	return c.Visits == d.Visits && c.SelfFunded == d.SelfFunded && maps.Equal(c.Items, d.Items) &&
		maps.EqualFunc(c.Units, d.Units, VisitTally.equal) && maps.EqualFunc(c.Cadres, d.Cadres, VisitTally.equal)
}

func (t VisitTally) equal(o VisitTally) bool {
	return t.Visits == o.Visits && maps.Equal(t.Items, o.Items)
}
