package model

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
)

// ObjectionState is how far an objection has come.
type ObjectionState string

// The states of an objection. It is open until it is answered, or set aside. What one network sends beyond measure is
// held back: it holds things up as any other, but does not stand among those that the office works on before somebody
// has sorted it.
const (
	ObjectionHeld     ObjectionState = "held"
	ObjectionReceived ObjectionState = "received"
	ObjectionAssigned ObjectionState = "assigned"
	ObjectionAnswered ObjectionState = "answered"
	ObjectionClosed   ObjectionState = "closed"
	ObjectionAside    ObjectionState = "set_aside"
)

// OpenObjections are the states that hold up what the objection is about.
var OpenObjections = []ObjectionState{ObjectionHeld, ObjectionReceived, ObjectionAssigned}

// WorkObjections are those of the open ones that the office works on.
var WorkObjections = []ObjectionState{ObjectionReceived, ObjectionAssigned}

// ObjectionStates lists every state.
var ObjectionStates = []ObjectionState{
	ObjectionHeld, ObjectionReceived, ObjectionAssigned, ObjectionAnswered, ObjectionClosed, ObjectionAside,
}

var objectionLabels = map[ObjectionState]string{
	ObjectionHeld: "一个来源提得多,等人挑拣", ObjectionAside: "没有作为异议办理",
	ObjectionReceived: "已收到，等人阅看", ObjectionAssigned: "正在核实", ObjectionAnswered: "已答复", ObjectionClosed: "已办结",
}

// Label of the state.
func (s ObjectionState) Label() string { return label(objectionLabels, s) }

// AsideReason is why an objection that was held back is not looked into; strangers read it, so there is a list.
type AsideReason string

// The reasons.
const (
	AsideRepeated AsideReason = "repeated"
	AsideNoMatter AsideReason = "no_matter"
)

var asideLabels = map[AsideReason]string{
	AsideRepeated: "和已经收到的另一条说的是同一件事", AsideNoMatter: "没有说哪里不对",
}

// Label of the reason; empty for one that is none.
func (r AsideReason) Label() string { return asideLabels[r] }

// Objection is what somebody says against a disclosure, 异议. ID is a keyed hash, so that nobody guesses the page
// on which its answer stands.
type Objection struct {
	ID           string `bson:"_id"`
	Record       `bson:",inline"`
	DisclosureID string         `bson:"disclosure_id"`
	HouseholdID  string         `bson:"household_id"` // whom it is about; empty: nobody known to us, or the whole
	Named        string         `bson:"named"`        // the household number as it was written
	Text         string         `bson:"text"`
	Contact      Sealed         `bson:"contact"`
	State        ObjectionState `bson:"state"`
	OwnerID      string         `bson:"owner_id"` // a member of staff
	DueOn        Date           `bson:"due_on"`
	Answer       string         `bson:"answer"` // whoever objected reads it
	Draft        string         `bson:"draft"`  // an answer that waits for a second person
	Review       `bson:",inline"`
	Source       string         `bson:"source"` // of one that was held back: a keyed hash of its network and the day
	Aside        AsideReason    `bson:"aside"`
	Log          []ObjectionLog `bson:"log"`
}

// ObjectionLog is one step of an objection.
type ObjectionLog struct {
	At    time.Time      `bson:"at"`
	By    string         `bson:"by"`
	State ObjectionState `bson:"state"`
}

// Open reports whether it waits for its answer.
func (o Objection) Open() bool { return slices.Contains(OpenObjections, o.State) }

// PublicState is the state as whoever objected reads it: that theirs was held back is the office's business.
func (o Objection) PublicState() ObjectionState {
	if o.State == ObjectionHeld {
		return ObjectionReceived
	}
	return o.State
}

var errNoDraft = NewError(KindConflict, "no_answer_yet", "还没有写好的答复")

// Propose writes the answer that a second person is to let out.
func (o *Objection) Propose(by, text string) {
	o.Draft = text
	o.Review.Write(by)
}

// Approve gives the answer that was proposed. KindForbidden for whoever wrote it.
func (o *Objection) Approve(by string, at time.Time) error {
	if o.Draft == "" {
		return errNoDraft
	}
	if err := o.Review.Approve(by, at); err != nil {
		return err
	}
	o.Answer, o.Draft = o.Draft, ""
	o.Step(ObjectionAnswered, by, at)
	return nil
}

// Step moves the objection on.
func (o *Objection) Step(state ObjectionState, by string, at time.Time) {
	o.State = state
	o.Log = append(o.Log, ObjectionLog{At: at.UTC(), By: by, State: state})
}

// Blocks reports whether the objection holds up the household: it is about it, or about a whole notice that
// names it.
func (o Objection) Blocks(householdID string, notices []Disclosure) bool {
	if !o.Open() {
		return false
	}
	if o.HouseholdID != "" {
		return o.HouseholdID == householdID
	}
	for _, d := range notices {
		if d.ID == o.DisclosureID && d.Names(householdID) {
			return true
		}
	}
	return false
}

// The limits of what a stranger may write, in characters.
const (
	ObjectionLeast = 5
	ObjectionMost  = 500
	ContactMost    = 100
)

var (
	// A dot between letters, as in example.com, is taken for an address, too: better one sentence refused.
	link = regexp.MustCompile(`(?i)(https?:|www\.|://|[a-z0-9-]+\.(com|cn|net|org|top|xyz|vip|cc|info|ly|me)\b)`)
	// idNumber and phoneNumber find numbers that are written with blanks, strokes or dots in between, too, in a text whose
	// digits are folded.
	idNumber    = regexp.MustCompile(`[1-9]([ .·•_\n-]{0,3}[0-9]){16}[ .·•_\n-]{0,3}[0-9Xx]`)
	phoneNumber = regexp.MustCompile(`1[ .·•_\n-]{0,3}[3-9]([ .·•_\n-]{0,3}[0-9]){9}`)
)

var (
	errObjectionText = NewError(KindInvalid, "objection_text", "请用5到500个字说清楚哪里不对")
	errObjectionLink = NewError(KindInvalid, "objection_link", "请不要写网址")
	errObjectionID   = NewError(KindInvalid, "objection_numbers", "请不要在这里写身份证号和电话;您的电话请写在“联系方式”里")
	errContact       = NewError(KindInvalid, "objection_contact", "联系方式太长了,写一个电话就行")
)

// CheckObjection is KindInvalid for words that no form of ours takes from a stranger. A person reads all the
// others before anything happens.
func CheckObjection(text, contact string) error {
	n := len([]rune(strings.TrimSpace(text)))
	switch {
	case n < ObjectionLeast || n > ObjectionMost || !readable(text):
		return errObjectionText
	case link.MatchString(text) || link.MatchString(contact):
		return errObjectionLink
	case HoldsNumber(text):
		return errObjectionID
	case len([]rune(contact)) > ContactMost || !readable(contact):
		return errContact
	}
	return nil
}

// readable is text without control characters, in which at least something is a letter.
func readable(text string) bool {
	letters := text == ""
	for _, r := range text {
		if unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' || r == unicode.ReplacementChar {
			return false
		}
		letters = letters || unicode.IsLetter(r) || unicode.IsDigit(r)
	}
	return letters
}

// HoldsNumber reports whether the text holds something like an id number or a mobile phone's number.
func HoldsNumber(text string) bool { return numberIn(text) != "" }

// numberIn is the first such number, empty without one.
func numberIn(text string) string {
	text = FoldDigits(text)
	return cmp.Or(idNumber.FindString(text), phoneNumber.FindString(text))
}
