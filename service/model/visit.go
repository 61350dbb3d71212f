package model

import (
	"strings"
	"time"
)

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
	KindNeed       VisitKind = "difficulty_solved"
	KindPolicy     VisitKind = "policy_delivered"
	KindTechnology VisitKind = "technology_delivered"
	KindGoods      VisitKind = "goods"
	KindTalk       VisitKind = "talk"
)

// VisitKinds are the kinds in the order in which they are offered.
var VisitKinds = []VisitKind{KindTalk, KindNeed, KindPolicy, KindTechnology, KindGoods}

var visitLabels = map[VisitKind]string{
	KindTalk: "谈心走访", KindNeed: "解难事", KindPolicy: "送政策", KindTechnology: "送技术", KindGoods: "送温暖",
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
	Rating      int         `bson:"rating"`       // 1 to 5 by the household; 0 without
	WithdrawnAt time.Time   `bson:"withdrawn_at"` // it was recorded by mistake, and is in no list and no sum
}

// Withdrawn reports whether the visit was taken back.
func (v Visit) Withdrawn() bool { return !v.WithdrawnAt.IsZero() }

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
