package notify

import (
	"context"
	"strconv"

	"bangfu/service/model"
)

// Record keeps what a subscribe_msg_* event says: each accepted request is one message more that we may
// send with its template, a refusal takes what is left away. The same push counts once.
func (s *Service) Record(ctx context.Context, identity model.Identity, in model.Inbound) error {
	for i, report := range in.Reports {
		if report.Answer == "" && report.ErrorCode != "" {
			if err := s.noticed(ctx, identity, report); err != nil {
				return err
			}
			continue
		}
		if report.TemplateID == "" || report.Answer == "" {
			continue
		}
		key := in.Key() + "#" + strconv.Itoa(i)
		if err := s.recordAnswer(ctx, identity.ID, key, report); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) recordAnswer(ctx context.Context, identityID, key string, r model.TemplateReport) error {
	c := model.Consent{
		ID: model.ConsentID(identityID, r.TemplateID), IdentityID: identityID, TemplateID: r.TemplateID, ChangedAt: s.now().UTC(),
	}
	if err := s.store.InsertConsent(ctx, c); err != nil && !model.IsKind(err, model.KindConflict) {
		return err
	}
	add, refused := 0, r.Answer != "accept"
	if !refused {
		add = 1
	}
	return s.store.AnswerConsent(ctx, c.ID, key, r.Answer, add, refused, s.now())
}
