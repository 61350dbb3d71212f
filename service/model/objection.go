package model

import (
	"regexp"
	"strings"
	"time"
	"unicode"
)

// ObjectionState is how far an objection has come.
type ObjectionState string

// The states of an objection. It is open until it is answered.
const (
	ObjectionReceived ObjectionState = "received"
	ObjectionAssigned ObjectionState = "assigned"
	ObjectionAnswered ObjectionState = "answered"
	ObjectionClosed   ObjectionState = "closed"
)

// OpenObjections are the states that hold up what the objection is about.
var OpenObjections = []ObjectionState{ObjectionReceived, ObjectionAssigned}

// ObjectionStates lists every state.
var ObjectionStates = []ObjectionState{ObjectionReceived, ObjectionAssigned, ObjectionAnswered, ObjectionClosed}

var objectionLabels = map[ObjectionState]string{
	ObjectionReceived: "已收到,等人阅看", ObjectionAssigned: "正在核实", ObjectionAnswered: "已答复", ObjectionClosed: "已办结",
}

// Label of the state.
func (s ObjectionState) Label() string { return label(objectionLabels, s) }

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
	Log          []ObjectionLog `bson:"log"`
}

// ObjectionLog is one step of an objection.
type ObjectionLog struct {
	At    time.Time      `bson:"at"`
	By    string         `bson:"by"`
	State ObjectionState `bson:"state"`
}

// Open reports whether it waits for its answer.
func (o Objection) Open() bool { return o.State == ObjectionReceived || o.State == ObjectionAssigned }

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
	// idNumber and phoneNumber find numbers that are written with blanks or strokes in between, too.
	idNumber    = regexp.MustCompile(`[1-9]([ -]?[0-9]){16}[ -]?[0-9Xx]`)
	phoneNumber = regexp.MustCompile(`1[3-9]([ -]?[0-9]){9}`)
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
func HoldsNumber(text string) bool {
	return idNumber.MatchString(text) || phoneNumber.MatchString(text)
}
