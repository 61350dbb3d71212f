package notify

import (
	"context"
	"strconv"

	"bangfu/repo"
	"bangfu/service/model"
)

// RecordConsentEvent keeps what a subscribe_msg_* event says: each accepted request is one message more that we may
// send with its template, a refusal takes what is left away. The same push counts once.
func (s *Service) RecordConsentEvent(ctx context.Context, identity model.Identity, in model.Inbound) error {
	for i, report := range in.Reports {
		if report.TemplateID == "" || report.Answer == "" {
			continue
		}
		key := in.Key() + "#" + strconv.Itoa(i)
		if err := s.answered(ctx, identity.ID, key, model.ConsentEvent, report); err != nil {
			return err
		}
	}
	return nil
}

// RecordConsent takes what a page says of a request that was answered there, before WeChat's event comes, if it comes. Key is
// the client's own, and the identity's. Refusals are told as well.
func (s *Service) RecordConsent(ctx context.Context, identityID, key string, reports []model.TemplateReport) error {
	key = model.ClientKey(identityID, "", "consents:"+key)
	if err := s.store.UseKey(ctx, model.NewKeyUse(key, reports, s.now())); err != nil {
		return err
	}
	for i, r := range reports {
		key := key + "#" + strconv.Itoa(i)
		if err := s.answered(ctx, identityID, key, model.ConsentClient, r); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) answered(ctx context.Context, identityID, key, source string, r model.TemplateReport) error {
	c := model.Consent{
		ID: model.ConsentID(identityID, r.TemplateID), IdentityID: identityID, TemplateID: r.TemplateID, ChangedAt: s.now().UTC(),
	}
	if err := s.store.InsertConsent(ctx, c); err != nil && !model.IsKind(err, model.KindConflict) {
		return err
	}
	a := repo.Answer{Key: key, Answer: r.Answer, Source: source, Refused: r.Answer != "accept", At: s.now()}
	if !a.Refused {
		a.Add = 1
	}
	return s.store.AnswerConsent(ctx, c.ID, a)
}
