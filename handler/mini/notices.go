package mini

import (
	"context"
	"time"

	"bangfu/service/access"
	"bangfu/service/model"
)

// NoticeBrief is one policy of a list.
type NoticeBrief struct {
	ID          string     `json:"id"`
	Title       string     `json:"title"`
	Summary     string     `json:"summary" doc:"大白话"`
	PublishedAt time.Time  `json:"published_at"`
	ValidTo     model.Date `json:"valid_to,omitempty"`
	Over        bool       `json:"over,omitempty" doc:"已经过了有效期"`
}

type policiesInput struct {
	Word string `query:"q" maxLength:"50" doc:"要找的词;不写就是全部"`
}

type policiesOutput struct {
	Body struct {
		Notices []NoticeBrief `json:"notices" doc:"最对得上的在前,最多50条"`
	}
}

// noticesShown is how many policies a phone shows at once.
const noticesShown = 50

func (a *api) notices(ctx context.Context, own access.Account, in *policiesInput) (*policiesOutput, error) {
	return a.policies(a.Broadcast.Find(ctx, in.Word))
}

// archive is the library for everybody, those too that do not hold any more.
func (a *api) archive(ctx context.Context, in *policiesInput) (*policiesOutput, error) {
	return a.policies(a.Broadcast.Archive(ctx, in.Word))
}

func (a *api) policies(found []model.PolicyNotice, err error) (*policiesOutput, error) {
	if err != nil {
		return nil, err
	}
	out := &policiesOutput{}
	out.Body.Notices = []NoticeBrief{}
	for _, n := range found[:min(len(found), noticesShown)] {
		out.Body.Notices = append(out.Body.Notices, a.briefOf(n))
	}
	return out, nil
}

func (a *api) briefOf(n model.PolicyNotice) NoticeBrief {
	return NoticeBrief{
		ID: n.ID, Title: n.Title, Summary: n.Summary, PublishedAt: n.PublishedAt, ValidTo: n.ValidTo, Over: !n.ValidOn(model.DateOf(a.Now())),
	}
}

type policyInput struct {
	ID string `path:"id" maxLength:"40"`
}

type policyOutput struct {
	Body struct {
		NoticeBrief
		Version     int                `json:"version"`
		Text        string             `json:"text" doc:"全文"`
		Attachments []model.Attachment `json:"attachments"`
	}
}

// notice opens a policy. That counts for the households of which the person sees everything.
func (a *api) notice(ctx context.Context, own access.Account, in *policyInput) (*policyOutput, error) {
	return a.policy(a.Broadcast.Open(ctx, own, in.ID))
}

func (a *api) archived(ctx context.Context, in *policyInput) (*policyOutput, error) {
	return a.policy(a.Broadcast.Archived(ctx, in.ID))
}

func (a *api) policy(n model.PolicyNotice, err error) (*policyOutput, error) {
	if err != nil {
		return nil, err
	}
	out := &policyOutput{}
	out.Body.NoticeBrief, out.Body.Version, out.Body.Text = a.briefOf(n), n.Version, n.Text
	out.Body.Attachments = append([]model.Attachment{}, n.Attachments...)
	return out, nil
}
