package model

import (
	"slices"
	"strings"
	"time"
)

// PolicyNotice is a policy or a notice of the office: a plain summary for reading aloud, the full text, and until
// when it holds. Version counts what readers saw; each published one is kept as a NoticeVersion.
type PolicyNotice struct {
	ID          string `bson:"_id"`
	Record      `bson:",inline"`
	NoticeText  `bson:",inline"`
	Version     int       `bson:"version"` // of the latest published; 0 before
	Published   bool      `bson:"published"`
	PublishedAt time.Time `bson:"published_at"`
	Withdrawn   bool      `bson:"withdrawn"`
	Dirty       bool      `bson:"dirty"` // changed since it was published
}

// NoticeText is what readers read.
type NoticeText struct {
	Title       string            `bson:"title" json:"title" minLength:"2" maxLength:"60"`
	Summary     string            `bson:"summary" json:"summary" minLength:"2" maxLength:"400" doc:"大白话,一两句说清给谁、给什么、找谁"`
	Text        string            `bson:"text" json:"text" maxLength:"20000" doc:"全文"`
	Keywords    []string          `bson:"keywords" json:"keywords,omitempty" maxItems:"20" doc:"户里会怎么问"`
	Attachments []Attachment      `bson:"attachments" json:"attachments,omitempty" maxItems:"10"`
	ValidFrom   Date              `bson:"valid_from" json:"valid_from,omitempty" doc:"哪天起有效;不写就是发布当天"`
	ValidTo     Date              `bson:"valid_to" json:"valid_to,omitempty" doc:"最后一天;不写就是长期"`
	Audience    BroadcastAudience `bson:"audience" json:"audience" doc:"要告知哪些户"`
}

// Attachment is a file that a notice points to.
type Attachment struct {
	Name string `bson:"name" json:"name" minLength:"1" maxLength:"60"`
	URL  string `bson:"url" json:"url" pattern:"^https://" maxLength:"500"`
}

// NoticeVersion is a notice as it was published. ID is "notice/version".
type NoticeVersion struct {
	ID          string `bson:"_id"`
	NoticeID    string `bson:"notice_id"`
	Version     int    `bson:"version"`
	NoticeText  `bson:",inline"`
	PublishedAt time.Time `bson:"published_at"`
	PublishedBy string    `bson:"published_by"`
}

// NoticeRead says that a household knows of a notice. ID is "notice/household".
type NoticeRead struct {
	ID          string    `bson:"_id"`
	NoticeID    string    `bson:"notice_id"`
	HouseholdID string    `bson:"household_id"`
	Version     int       `bson:"version"`
	How         string    `bson:"how"` // NoticeOpened or NoticeTold
	By          string    `bson:"by"`
	VisitID     string    `bson:"visit_id"`
	At          time.Time `bson:"at"`
}

// How a household came to know of a notice.
const (
	NoticeOpened = "opened" // in WeChat, by themselves
	NoticeTold   = "told"   // at a visit
)

// NoticeReadID is the id of the row.
func NoticeReadID(noticeID, householdID string) string { return noticeID + "/" + householdID }

// ValidOn reports whether readers find the notice on the day.
func (n PolicyNotice) ValidOn(day Date) bool {
	return n.ValidBy(day) && (n.ValidTo == "" || day <= n.ValidTo)
}

// ValidBy reports whether readers find the notice on the day, or could on an earlier one.
func (n PolicyNotice) ValidBy(day Date) bool {
	return n.Published && !n.Withdrawn && (n.ValidFrom == "" || n.ValidFrom <= day)
}

// Match is how well the notice answers a word: 3 for its title or a keyword, 2 for the summary, 1 for the text,
// 0 for not at all. Every notice answers the empty word.
func (t NoticeText) Match(word string) int {
	word = strings.ToLower(strings.TrimSpace(word))
	has := func(s string) bool { return strings.Contains(strings.ToLower(s), word) }
	asked := func(k string) bool { return has(k) || k != "" && strings.Contains(word, strings.ToLower(k)) }
	switch {
	case has(t.Title) || slices.ContainsFunc(t.Keywords, asked):
		return 3
	case has(t.Summary):
		return 2
	case has(t.Text):
		return 1
	}
	return 0
}
