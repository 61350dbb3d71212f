package staff

import (
	"context"
	"time"

	"bangfu/handler/public"
	"bangfu/service/access"
	"bangfu/service/disclose"
	"bangfu/service/model"
)

// Disclosure is one item of one year as it is made public, with what the office knows of it.
type Disclosure struct {
	ID         string                `json:"id"`
	Rev        int64                 `json:"rev"`
	Item       model.DisclosureItem  `json:"item"`
	Year       int                   `json:"year"`
	Version    int                   `json:"version"`
	Title      string                `json:"title"`
	State      model.DisclosureState `json:"state"`
	StateLabel string                `json:"state_label"`
	AsOf       model.Date            `json:"as_of,omitempty"`
	Text       string                `json:"text,omitempty"`
	Tables     []model.PublicTable   `json:"tables,omitempty" doc:"脱敏后的内容,审核后不再变"`
	Writers    []string              `json:"writers" doc:"起草的人,不能由他们审核"`
	ApprovedBy string                `json:"approved_by,omitempty"`
	From       model.Date            `json:"from,omitempty"`
	To         model.Date            `json:"to,omitempty"`
	Proofs     []DisclosureProof     `json:"proofs"`
	Note       string                `json:"withdrawn_note,omitempty"`
	NoteBy     string                `json:"withdrawn_by,omitempty" doc:"写撤回说明的人,不能由他审核"`
	NoteOut    bool                  `json:"withdrawn_note_public,omitempty" doc:"说明审核过了,公众看得到"`
}

// DisclosureProof is the proof of one showing.
type DisclosureProof struct {
	Channel      model.PublicChannel `json:"channel"`
	ChannelLabel string              `json:"channel_label"`
	On           model.Date          `json:"on"`
	By           string              `json:"by"`
	At           time.Time           `json:"at"`
	Note         string              `json:"note,omitempty"`
	Link         string              `json:"link,omitempty"`
}

func disclosureView(d model.Disclosure) Disclosure {
	v := Disclosure{
		ID: d.ID, Rev: d.Rev, Item: d.Item, Year: d.Year, Version: d.Version, Title: d.Title, State: d.State, StateLabel: d.State.Label(),
		AsOf: d.AsOf, Text: d.Text, Tables: d.Tables, Writers: d.Writers, ApprovedBy: d.ApprovedBy, From: d.From, To: d.To,
		Proofs: []DisclosureProof{}, Note: d.Withdrawn.Note, NoteBy: d.Withdrawn.By, NoteOut: d.PublicNote() != "",
	}
	for _, p := range d.Proofs {
		v.Proofs = append(v.Proofs, DisclosureProof{
			Channel: p.Channel, ChannelLabel: p.Channel.Label(), On: p.On, By: p.By, At: p.At, Note: p.Note, Link: p.Link,
		})
	}
	return v
}

type disclosureOutput struct{ Body Disclosure }

func disclosureOf(d model.Disclosure, err error) (*disclosureOutput, error) {
	if err != nil {
		return nil, err
	}
	return &disclosureOutput{Body: disclosureView(d)}, nil
}

type listDisclosuresInput struct {
	Year  int `query:"year" minimum:"0" maximum:"2100" doc:"不填:所有年份"`
	Limit int `query:"limit" minimum:"1" maximum:"500" default:"100"`
}

type disclosuresOutput struct {
	Body struct {
		Disclosures []Disclosure `json:"disclosures"`
	}
}

func (a *api) disclosures(ctx context.Context, farm access.Farm, in *listDisclosuresInput) (*disclosuresOutput, error) {
	list, err := a.Disclose.Disclosures(ctx, farm, in.Year, in.Limit)
	out := &disclosuresOutput{}
	out.Body.Disclosures = []Disclosure{}
	for _, d := range list {
		out.Body.Disclosures = append(out.Body.Disclosures, disclosureView(d))
	}
	return out, err
}

type draftDisclosureInput struct {
	Body struct {
		Item model.DisclosureItem `json:"item" maxLength:"20" doc:"families、pairings、measures、funds、progress、donations、registrations、exits,或者设置里起了名称的item-6到item-10"`
		Year int                  `json:"year" minimum:"2000" maximum:"2100"`
		Text string               `json:"text,omitempty" maxLength:"5000" doc:"说明;item-6到item-10公开的就是它"`
	}
}

func (a *api) draftDisclosure(ctx context.Context, farm access.Farm, in *draftDisclosureInput) (*disclosureOutput, error) {
	return disclosureOf(a.Disclose.Draft(ctx, farm, in.Body.Item, in.Body.Year, in.Body.Text))
}

// ByDisclosure names a disclosure.
type ByDisclosure struct {
	ID string `path:"id" maxLength:"40"`
}

func (a *api) disclosure(ctx context.Context, farm access.Farm, in *ByDisclosure) (*disclosureOutput, error) {
	return disclosureOf(a.Disclose.Disclosure(ctx, farm, in.ID))
}

type disclosureRevInput struct {
	ByDisclosure
	Body struct {
		Rev int64 `json:"rev" minimum:"1" doc:"看到的是第几版"`
	}
}

func (a *api) previewDisclosure(ctx context.Context, farm access.Farm, in *disclosureRevInput) (*disclosureOutput, error) {
	return disclosureOf(a.Disclose.Preview(ctx, farm, in.ID, in.Body.Rev))
}

func (a *api) approveDisclosure(ctx context.Context, farm access.Farm, in *disclosureRevInput) (*disclosureOutput, error) {
	return disclosureOf(a.Disclose.Approve(ctx, farm, in.ID, in.Body.Rev))
}

type publishDisclosureInput struct {
	ByDisclosure
	Body struct {
		Channel model.PublicChannel `json:"channel" enum:"tv,board,plaza_screen,wechat"`
		On      string              `json:"on" format:"date" doc:"哪一天公布的"`
		Note    string              `json:"note,omitempty" maxLength:"200" doc:"凭据:在哪里、第几次;只给办公室看"`
		Link    string              `json:"link,omitempty" maxLength:"500" doc:"凭据:文章或照片的链接"`
	}
}

func (a *api) publishDisclosure(ctx context.Context, farm access.Farm, in *publishDisclosureInput) (*disclosureOutput, error) {
	w := disclose.PublicationProof{Channel: in.Body.Channel, On: model.Date(in.Body.On), Note: in.Body.Note, Link: in.Body.Link}
	return disclosureOf(a.Disclose.Publish(ctx, farm, in.ID, w))
}

type withdrawDisclosureInput struct {
	ByDisclosure
	Body struct {
		Note string `json:"note" minLength:"1" maxLength:"200" doc:"为什么撤回;另一个人审核以后公众看得到"`
	}
}

func (a *api) withdrawDisclosure(ctx context.Context, farm access.Farm, in *withdrawDisclosureInput) (*disclosureOutput, error) {
	return disclosureOf(a.Disclose.Withdraw(ctx, farm, in.ID, in.Body.Note))
}

func (a *api) approveWithdrawal(ctx context.Context, farm access.Farm, in *disclosureRevInput) (*disclosureOutput, error) {
	return disclosureOf(a.Disclose.ApproveNote(ctx, farm, in.ID, in.Body.Rev))
}

type disclosureMaterialInput struct {
	ByDisclosure
	Kind string `path:"kind" enum:"article,crawl,poster" doc:"公众号文章、电视滚动字幕、公开栏张贴版"`
}

const (
	typeText = "text/plain; charset=utf-8"
	typeHTML = "text/html; charset=utf-8"
)

var errNotFrozen = model.NewError(model.KindConflict, "not_approved", "审核通过以后才有")

// material is what the channels need, from the moment of the approval.
func (a *api) material(ctx context.Context, farm access.Farm, in *disclosureMaterialInput) (*download, error) {
	d, err := a.Disclose.Disclosure(ctx, farm, in.ID)
	if err != nil {
		return nil, err
	}
	if d.State != model.DisclosureApproved && d.State != model.DisclosurePublished {
		return nil, errNotFrozen
	}
	switch in.Kind {
	case "article":
		return saved(typeText, d.ID+"-公众号.txt", []byte(disclose.Article(d, a.BaseURL+"/public/items/"+d.ID))), nil
	case "crawl":
		return saved(typeText, d.ID+"-字幕.txt", []byte(disclose.Crawl(d)+"\n")), nil
	}
	page, err := public.Poster(d, a.BaseURL)
	return saved(typeHTML, d.ID+"-公开栏.html", page), err
}

// ProposedSettings are what somebody wants the public settings to be.
type ProposedSettings struct {
	model.PublicSettings
	By string    `json:"by" doc:"提出的人,不能由他审核"`
	At time.Time `json:"at"`
}

type publicSettingsOutput struct {
	Body struct {
		Rev int64 `json:"rev" doc:"农场设置的版本"`
		model.PublicSettings
		Proposed *ProposedSettings `json:"proposed,omitempty" doc:"等另一个人审核的改动"`
	}
}

func publicSettingsOf(x model.Settings, err error) (*publicSettingsOutput, error) {
	if err != nil {
		return nil, err
	}
	out := &publicSettingsOutput{}
	out.Body.Rev, out.Body.PublicSettings = x.Rev, x.Public
	if next := x.PublicNext; next.Waits() {
		out.Body.Proposed = &ProposedSettings{next.PublicSettings.OrDefault(), next.Writers[0], next.At}
	}
	return out, nil
}

func (a *api) publicSettings(ctx context.Context, farm access.Farm, _ *struct{}) (*publicSettingsOutput, error) {
	return publicSettingsOf(a.Disclose.Settings(ctx))
}

type setPublicInput struct {
	Body struct {
		Rev int64 `json:"rev" minimum:"1" doc:"农场设置的版本"`
		model.PublicSettings
	}
}

func (a *api) setPublic(ctx context.Context, farm access.Farm, in *setPublicInput) (*publicSettingsOutput, error) {
	return publicSettingsOf(a.Disclose.ProposeSettings(ctx, farm, in.Body.Rev, in.Body.PublicSettings))
}

type approvePublicInput struct {
	Body struct {
		Rev int64 `json:"rev" minimum:"1" doc:"看到的农场设置的版本"`
	}
}

func (a *api) approvePublic(ctx context.Context, farm access.Farm, in *approvePublicInput) (*publicSettingsOutput, error) {
	return publicSettingsOf(a.Disclose.ApproveSettings(ctx, farm, in.Body.Rev))
}
