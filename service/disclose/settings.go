package disclose

import (
	"context"
	"strings"

	"bangfu/service/access"
	"bangfu/service/model"
)

// Settings of the disclosures, and what somebody wants them to be.
func (s *Service) Settings(ctx context.Context) (model.Settings, error) {
	settings, err := s.store.Settings(ctx)
	settings.Public = settings.Public.OrDefault()
	return settings, err
}

var (
	errSettings   = model.NewError(model.KindInvalid, "public_settings", "公示至少7天;其余五项的代号是item-6到item-10,名称2到20字")
	errNoProposal = model.NewError(model.KindConflict, "no_proposal", "没有等审核的改动")
)

// ProposeSettings writes what they should be, in the place of an earlier proposal: their words stand on every public
// page, so a second person lets them out. What is as it stands takes the proposal back. KindConflict when somebody
// changed the farm's settings since rev.
func (s *Service) ProposeSettings(ctx context.Context, farm access.Farm, rev int64, p model.PublicSettings) (model.Settings, error) {
	p.Contact = strings.TrimSpace(p.Contact)
	for item, title := range p.Titles {
		if n := len([]rune(strings.TrimSpace(title))); !model.DisclosureItem(item).Own() || n < 2 || n > 20 {
			return model.Settings{}, errSettings
		}
	}
	if p.Days < model.NoticeDays || p.AnswerDays < 1 {
		return model.Settings{}, errSettings
	}
	return s.changeSettings(ctx, rev, farm.Pass.ChangeInfo(s.now(), "提出改公示设置"), func(x *model.Settings) error {
		if p.Same(x.Public.OrDefault()) {
			x.PublicNext = model.PublicProposal{}
			return nil
		}
		x.PublicNext = model.PublicProposal{PublicSettings: p, At: s.now().UTC()}
		x.PublicNext.Write(farm.Actor())
		return s.impersonalSettings(ctx, p)
	})
}

// ApproveSettings lets out what was proposed, as it stood at the revision that was looked at.
func (s *Service) ApproveSettings(ctx context.Context, farm access.Farm, rev int64) (model.Settings, error) {
	return s.changeSettings(ctx, rev, farm.Pass.ChangeInfo(s.now(), "审核通过公示设置"), func(x *model.Settings) error {
		next := x.PublicNext
		if !next.Waits() {
			return errNoProposal
		}
		if err := next.Approve(farm.Actor(), s.now()); err != nil {
			return err
		}
		x.Public, x.PublicNext = next.PublicSettings, model.PublicProposal{}
		return s.impersonalSettings(ctx, x.Public)
	})
}

func (s *Service) changeSettings(ctx context.Context, rev int64, by model.ChangeInfo, edit func(*model.Settings) error) (model.Settings, error) {
	x, err := s.store.ChangeSettings(ctx, rev, by, edit)
	x.Public = x.Public.OrDefault()
	return x, err
}

func (s *Service) impersonalSettings(ctx context.Context, p model.PublicSettings) error {
	names, err := s.store.PersonNames(ctx)
	if err != nil {
		return err
	}
	for _, title := range p.Titles {
		if err := model.Impersonal(names, title); err != nil {
			return err
		}
	}
	return s.impersonalContact(ctx, names, p.Contact)
}
