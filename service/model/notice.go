package model

import (
	"net/url"
	"slices"
	"strings"
	"time"
)

// PolicyNotice is a policy or a notice of the office: a plain summary for reading aloud, the full text, and until
// when it holds. Version counts what readers saw; each published one is kept as a NoticeVersion. What the office works
// on goes draft → submitted → approved, by a second person, and is then published.
type PolicyNotice struct {
	ID          string `bson:"_id"`
	Record      `bson:",inline"`
	NoticeText  `bson:",inline"`
	Review      `bson:",inline"` // of the text since it was last published
	Step        NoticeStep       `bson:"step"`
	Returned    string           `bson:"returned"` // why the second person sent it back
	Version     int              `bson:"version"`  // of the latest published; 0 before
	Published   bool             `bson:"published"`
	PublishedAt time.Time        `bson:"published_at"`
	Withdrawn   bool             `bson:"withdrawn"`
	Dirty       bool             `bson:"dirty"` // changed since it was published
}

// NoticeStep is how far the text has come that the office works on.
type NoticeStep string

// The steps. A notice that is out and that nobody works on has none.
const (
	NoticeDraft     NoticeStep = "draft"
	NoticeSubmitted NoticeStep = "submitted"
	NoticeApproved  NoticeStep = "approved"
)

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
	ApprovedBy  string    `bson:"approved_by"`
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

var (
	errNoticeOut       = NewError(KindConflict, "nothing_to_publish", "发布以后没有改过")
	errNoticeSubmitted = NewError(KindConflict, "submitted_already", "已经提交,正等另一个人审核;要改请先改了再提交")
	errNoticeDraft     = NewError(KindConflict, "not_submitted", "还没有提交审核")
	errNoticeWaits     = NewError(KindConflict, "not_approved", "还没有审核通过,不能发布")
)

// Stage is the step of the text that the office works on; empty when there is none but the published one.
func (n PolicyNotice) Stage() NoticeStep {
	if n.Step == "" && (!n.Published || n.Withdrawn || n.Dirty) {
		return NoticeDraft // one that was written before there were steps
	}
	return n.Step
}

// Rewrite changes the text; it is a draft then, whatever was approved.
func (n *PolicyNotice) Rewrite(by string, t NoticeText) {
	n.NoticeText, n.Dirty, n.Step, n.Returned = t, n.Published, NoticeDraft, ""
	n.Write(by)
}

// Submit asks for the second person. Whoever submits stands for the text as if they had written it.
func (n *PolicyNotice) Submit(by string) error {
	switch n.Stage() {
	case "":
		return errNoticeOut
	case NoticeDraft:
	default:
		return errNoticeSubmitted
	}
	if len(n.Writers) == 0 && n.Version == 0 {
		n.Write(n.UpdatedBy) // of a draft from before there were steps
	}
	n.Write(by)
	n.Step, n.Returned = NoticeSubmitted, ""
	return nil
}

// Approve is the second person's word. KindForbidden for whoever wrote or submitted it.
func (n *PolicyNotice) Approve(by string, at time.Time) error {
	if n.Stage() != NoticeSubmitted {
		return errNoticeDraft
	}
	if err := n.Review.Approve(by, at); err != nil {
		return err
	}
	n.Step = NoticeApproved
	return nil
}

// Return sends it back to its writers, approved or not.
func (n *PolicyNotice) Return(why string) error {
	if s := n.Stage(); s != NoticeSubmitted && s != NoticeApproved {
		return errNoticeDraft
	}
	n.Step, n.Returned, n.ApprovedBy, n.ApprovedAt = NoticeDraft, why, "", time.Time{}
	return nil
}

// Publish shows the approved text to readers, as the next version.
func (n *PolicyNotice) Publish(at time.Time) error {
	switch n.Stage() {
	case "":
		return errNoticeOut
	case NoticeApproved:
	default:
		return errNoticeWaits
	}
	n.Version++
	n.Step, n.Published, n.Withdrawn, n.Dirty, n.PublishedAt = "", true, false, false, at.UTC()
	if n.ValidFrom == "" {
		n.ValidFrom = DateOf(at)
	}
	n.Writers = nil
	return nil
}

// Withdraw takes it away from readers, at once. To come back it goes the whole way again.
func (n *PolicyNotice) Withdraw() {
	n.Withdrawn, n.Step, n.ApprovedBy, n.ApprovedAt = true, NoticeDraft, "", time.Time{}
}

// Texts are all that a stranger reads of the notice or can try out by searching for it.
func (t NoticeText) Texts() []string {
	texts := append([]string{t.Title, t.Summary, t.Text}, t.Keywords...)
	for _, a := range t.Attachments {
		address := a.URL
		if plain, err := url.PathUnescape(a.URL); err == nil {
			address = plain
		}
		texts = append(texts, a.Name, address)
	}
	return texts
}

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
