package model

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"time"
)

// DisclosureItem is one of the things that are made public.
type DisclosureItem string

// The five items that the report names, what was given and by whom, and the two notices without which no household is
// taken onto the register or leaves it. The names of the other five of the ten are settings: "item-6" to "item-10".
const (
	ItemFamilies  DisclosureItem = "families"
	ItemPairings  DisclosureItem = "pairings"
	ItemMeasures  DisclosureItem = "measures"
	ItemFunds     DisclosureItem = "funds"
	ItemProgress  DisclosureItem = "progress"
	ItemDonations DisclosureItem = "donations"
	ItemAdmitted  DisclosureItem = "registrations"
	ItemExits     DisclosureItem = "exits"
)

// DisclosureItems are those that are made from the records, in the order in which people read them.
var DisclosureItems = []DisclosureItem{ItemFamilies, ItemPairings, ItemMeasures, ItemFunds, ItemProgress, ItemDonations, ItemAdmitted, ItemExits}

var itemTitles = map[DisclosureItem]string{
	ItemFamilies: "贫困家庭基本情况", ItemPairings: "结对帮扶", ItemMeasures: "扶贫措施政策", ItemFunds: "资金使用",
	ItemProgress: "阶段性任务目标完成情况", ItemDonations: "捐款捐物", ItemAdmitted: "拟纳入户公示", ItemExits: "拟退出户公示",
}

var ownItem = regexp.MustCompile(`^item-([6-9]|10)$`)

// Own reports whether the farm gives the item its name and its text.
func (i DisclosureItem) Own() bool { return ownItem.MatchString(string(i)) }

// Purpose is what the item is the notice for, as in Notice; empty for those that are none.
func (i DisclosureItem) Purpose() string {
	return map[DisclosureItem]string{ItemAdmitted: PurposeRegistration, ItemExits: PurposeExit}[i]
}

// Subjects is the status of the households that the notice is about.
func (i DisclosureItem) Subjects() HouseholdStatus {
	return map[DisclosureItem]HouseholdStatus{ItemAdmitted: StatusIdentified, ItemExits: StatusExitProposed}[i]
}

// ItemTitle is what people call the item; empty for one that nobody has named.
func (s Settings) ItemTitle(i DisclosureItem) string {
	if t, ok := itemTitles[i]; ok {
		return t
	}
	return s.Public.Titles[string(i)]
}

// PublicSettings are what the farm decides about its disclosures.
type PublicSettings struct {
	Titles     map[string]string `bson:"titles" json:"titles" doc:"其余五项公开的名称:item-6到item-10,没有名称的不公开"`
	Days       int               `bson:"days" json:"days" minimum:"7" maximum:"60" doc:"公示多少天,至少7天"`
	AnswerDays int               `bson:"answer_days" json:"answer_days" minimum:"1" maximum:"60" doc:"异议多少天内答复"`
	Contact    string            `bson:"contact" json:"contact" maxLength:"100" doc:"不上网的人到哪里提异议,印在每份公示上"`
}

// PublicProposal is what somebody wants the public settings to be; strangers read their words on every page.
type PublicProposal struct {
	PublicSettings `bson:",inline"`
	Review         `bson:",inline"`
	At             time.Time `bson:"at"`
}

// Waits reports whether there is a proposal at all.
func (p PublicProposal) Waits() bool { return len(p.Writers) > 0 }

// Same reports whether both say the same.
func (p PublicSettings) Same(o PublicSettings) bool {
	return p.Days == o.Days && p.AnswerDays == o.AnswerDays && p.Contact == o.Contact && maps.Equal(p.Titles, o.Titles)
}

// OrDefault fills in what was never set.
func (p PublicSettings) OrDefault() PublicSettings {
	if p.Titles == nil {
		p.Titles = map[string]string{}
	}
	if p.Contact == "" {
		p.Contact = "农场扶贫办公室"
	}
	if p.AnswerDays == 0 {
		p.AnswerDays = 7
	}
	p.Days = max(p.Days, NoticeDays)
	return p
}

// DisclosureState is how far a disclosure has come.
type DisclosureState string

// The states. The last but one, and closed, are not stored: they are published, and the day says which.
const (
	DisclosureDraft     DisclosureState = "draft"
	DisclosurePreview   DisclosureState = "masked_preview"
	DisclosureApproved  DisclosureState = "approved"
	DisclosurePublished DisclosureState = "published"
	DisclosureObjecting DisclosureState = "objection_period"
	DisclosureClosed    DisclosureState = "closed"
	DisclosureWithdrawn DisclosureState = "withdrawn"
)

var disclosureLabels = map[DisclosureState]string{
	DisclosureDraft: "草稿", DisclosurePreview: "待审核", DisclosureApproved: "已审核,待公布", DisclosurePublished: "已公布",
	DisclosureObjecting: "公示中", DisclosureClosed: "公示期满", DisclosureWithdrawn: "已撤回",
}

// Label of the state.
func (s DisclosureState) Label() string { return label(disclosureLabels, s) }

// PublicChannel is where a disclosure was shown.
type PublicChannel string

// The four channels of the report.
const (
	ChannelTV     PublicChannel = "tv"
	ChannelBoard  PublicChannel = "board"
	ChannelPlaza  PublicChannel = "plaza_screen"
	ChannelWeChat PublicChannel = "wechat"
)

var publicChannelLabels = map[PublicChannel]string{
	ChannelTV: "电视", ChannelBoard: "公开栏", ChannelPlaza: "广场大屏幕", ChannelWeChat: "微信公众号",
}

// Label of the channel.
func (c PublicChannel) Label() string { return label(publicChannelLabels, c) }

// Known reports whether it is a channel at all.
func (c PublicChannel) Known() bool { _, ok := publicChannelLabels[c]; return ok }

// Publication is the proof that a disclosure was shown in a channel.
type Publication struct {
	Channel PublicChannel `bson:"channel"`
	On      Date          `bson:"on"`
	By      string        `bson:"by"`
	At      time.Time     `bson:"at"`
	Note    string        `bson:"note"` // where exactly; for the office only
	Link    string        `bson:"link"`
}

// Disclosure is one item of one year as it is made public. ID is "2017-funds-1". What the public reads (Text and
// Tables) holds masked values only and is frozen by the approval; the records may change afterwards.
type Disclosure struct {
	ID         string `bson:"_id"`
	Record     `bson:",inline"`
	Item       DisclosureItem  `bson:"item"`
	Year       int             `bson:"year"`
	Version    int             `bson:"version"`
	Title      string          `bson:"title"`
	State      DisclosureState `bson:"state"`
	AsOf       Date            `bson:"as_of"`
	Text       string          `bson:"text"`
	Tables     []PublicTable   `bson:"tables"`
	Cells      []PublicCell    `bson:"cells"`   // what the tables' numbers are the sums of; never shown
	Counted    bool            `bson:"counted"` // Cells are kept; not so of what was previewed before they were
	Contact    string          `bson:"contact"`
	Households []string        `bson:"household_ids"` // that a notice is about; for the guards, never shown
	Review     `bson:",inline"`
	Days       int           `bson:"days"`
	From       Date          `bson:"from"` // of the notice, both days included; empty until it is published
	To         Date          `bson:"to"`
	Proofs     []Publication `bson:"proofs"`
	Withdrawn  Withdrawal    `bson:"withdrawn"`
}

// Withdrawal is why a disclosure was taken back: at once, by one person. The public reads the note when a second one
// has let it out.
type Withdrawal struct {
	Note       string `bson:"note"`
	On         Date   `bson:"on"`
	By         string `bson:"by"`
	ApprovedBy string `bson:"approved_by"`
}

// DisclosureID is the id of a version of an item of a year; it stands in the addresses of the public pages.
func DisclosureID(year int, item DisclosureItem, version int) string {
	return fmt.Sprintf("%d-%s-%d", year, item, version)
}

// StageOn is the state with the day taken into account. open is how many objections have no answer yet: a
// notice does not close over them.
func (d Disclosure) StageOn(day Date, open int) DisclosureState {
	switch {
	case d.State != DisclosurePublished || day < d.From:
		return d.State
	case day <= d.To || open > 0:
		return DisclosureObjecting
	}
	return DisclosureClosed
}

// Public reports whether strangers may know of it.
func (d Disclosure) Public() bool { return d.From != "" }

// Objectable reports whether an objection is in time.
func (d Disclosure) Objectable(day Date) bool {
	return d.State == DisclosurePublished && d.From <= day && day <= d.To
}

// Editable reports whether it has not been approved yet.
func (d Disclosure) Editable() bool {
	return d.State == DisclosureDraft || d.State == DisclosurePreview
}

// Done reports whether the item may have a further version: a notice once it is out, for other households;
// anything else only when the version before no longer stands.
func (d Disclosure) Done(day Date) bool {
	switch {
	case d.State == DisclosureWithdrawn:
		return true
	case d.Item.Purpose() != "":
		return d.State == DisclosurePublished
	}
	return d.State == DisclosurePublished && day > d.To
}

// Names reports whether the notice is about the household.
func (d Disclosure) Names(householdID string) bool { return slices.Contains(d.Households, householdID) }

// Notice is the disclosure as a public notice for a household that it names.
func (d Disclosure) Notice() Notice {
	return Notice{Purpose: d.Item.Purpose(), From: d.From, To: d.To, Where: "公示" + d.ID}
}

var (
	errNoPreview  = NewError(KindConflict, "not_previewed", "先生成脱敏预览,再审核")
	errNoApproval = NewError(KindConflict, "not_approved", "还没有审核通过,不能公布")
	errApproved   = NewError(KindConflict, "approved_already", "已经审核过了,内容不能再改;有错请撤回后重新起草")
	errWithdrawn  = NewError(KindConflict, "withdrawn_already", "已经撤回了")
	errNoNote     = NewError(KindConflict, "no_note", "没有等审核的撤回说明")
)

// Rewrite changes what people say beside the tables; the preview is to be made again. KindConflict once it is approved.
func (d *Disclosure) Rewrite(by, text string) error {
	if !d.Editable() {
		return errApproved
	}
	if d.Text != text {
		d.Text, d.State = text, DisclosureDraft
		d.Write(by)
	}
	return nil
}

// Numbers reports whether the public has numbers of the disclosure, or will have: those of one that was withdrawn are
// known.
func (d Disclosure) Numbers() bool { return d.Public() || d.State == DisclosureApproved }

// Preview puts the masked content in the place of the one before. KindConflict once it is approved.
func (d *Disclosure) Preview(by string, asOf Date, tables []PublicTable, households []string) error {
	if !d.Editable() {
		return errApproved
	}
	d.State, d.AsOf, d.Tables, d.Households = DisclosurePreview, asOf, tables, households
	d.Write(by)
	return nil
}

// Approve freezes it. KindForbidden for whoever wrote it.
func (d *Disclosure) Approve(by string, at time.Time) error {
	if d.State != DisclosurePreview {
		return errNoPreview
	}
	if err := d.Review.Approve(by, at); err != nil {
		return err
	}
	d.State = DisclosureApproved
	return nil
}

// Publish adds the proof of a channel. The first one opens the notice on the day today.
func (d *Disclosure) Publish(p Publication, today Date) error {
	switch d.State {
	case DisclosureApproved:
		d.State, d.From, d.To = DisclosurePublished, today, today.AddDays(max(d.Days, NoticeDays)-1)
	case DisclosurePublished:
	default:
		return errNoApproval
	}
	for _, x := range d.Proofs {
		if x.Channel == p.Channel && x.On == p.On && x.Note == p.Note && x.Link == p.Link {
			return nil // a repeat
		}
	}
	d.Proofs = append(d.Proofs, p)
	return nil
}

// Withdraw takes it back; what was public stays at its address as the fact alone, and as the note once that is approved.
// Until then the note may be written anew.
func (d *Disclosure) Withdraw(w Withdrawal) error {
	if d.State != DisclosureWithdrawn {
		d.State, d.Withdrawn = DisclosureWithdrawn, w
		return nil
	}
	if d.Withdrawn.ApprovedBy != "" {
		return errWithdrawn
	}
	d.Withdrawn.Note, d.Withdrawn.By = w.Note, w.By
	return nil
}

// ApproveNote lets the note of the withdrawal out. KindForbidden for whoever wrote it.
func (d *Disclosure) ApproveNote(by string) error {
	switch {
	case d.State != DisclosureWithdrawn || d.Withdrawn.ApprovedBy != "":
		return errNoNote
	case d.Withdrawn.By == by:
		return errOwnWork
	}
	d.Withdrawn.ApprovedBy = by
	return nil
}

// PublicNote is the note that strangers read; empty until a second person has let it out.
func (d Disclosure) PublicNote() string {
	if d.Withdrawn.ApprovedBy == "" {
		return ""
	}
	return d.Withdrawn.Note
}
