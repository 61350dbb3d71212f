package fund

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"bangfu/service/access"
	"bangfu/service/model"
)

var errDonation = model.NewError(model.KindInvalid, "donation",
	"捐赠要有捐赠人、日期、资金,钱或者物至少一样,物要有数量和价值,日期要在资金的年度里")

// Donate enters a donation; its ID is the idempotency key, name is the donor's. Its goods go to the stock,
// each line as a move of its own; sending the donation again goes on where a crash stopped, and so does
// Recount.
func (s *Service) Donate(ctx context.Context, farm access.Farm, d model.Donation, name string) (model.Donation, error) {
	name = strings.TrimSpace(name)
	if err := s.checkDonation(ctx, d, name); err != nil {
		return d, err
	}
	var err error
	if d.DonorName, err = s.store.Sealer().Seal(name, "donor_name", d.ID); err != nil {
		return d, err
	}
	d.Record = model.NewRecord(s.now(), farm.Actor())
	err = s.store.InsertDonation(ctx, d)
	if model.IsKind(err, model.KindConflict) {
		d, err = s.donated(ctx, d, name)
	}
	if err != nil {
		return d, err
	}
	return d, s.shelve(ctx, d)
}

func (s *Service) checkDonation(ctx context.Context, d model.Donation, name string) error {
	f, err := s.fundOf(ctx, d.FundID)
	if err != nil {
		return err
	}
	on, dateErr := model.ParseDate(string(d.On))
	bad := dateErr != nil || on.Year() != f.Year || name == "" || d.Cash < 0 || !d.Cash.Within(model.MaxAmount) ||
		d.Cash == 0 && len(d.Goods) == 0 || !slices.Contains(model.DonorKinds, d.DonorKind)
	for _, g := range d.Goods {
		bad = bad || g.Quantity <= 0 || g.Value <= 0 || !g.Value.Within(model.MaxAmount)
	}
	if bad {
		return errDonation
	}
	for _, g := range d.Goods {
		if _, err := s.item(ctx, g.ItemID); err != nil {
			return err
		}
	}
	_, err = d.Value()
	return err
}

// donated is the donation that is there under the key, if it is the same one.
func (s *Service) donated(ctx context.Context, d model.Donation, name string) (model.Donation, error) {
	there, err := s.store.Donation(ctx, d.ID)
	if err != nil {
		return d, err
	}
	was, err := s.DonorName(there)
	if err != nil {
		return d, err
	}
	if was != name || there.FundID != d.FundID || there.Cash != d.Cash || there.On != d.On || there.DonorKind != d.DonorKind ||
		there.PublicNameOK != d.PublicNameOK || !slices.Equal(there.Goods, d.Goods) || there.Note != d.Note {
		return there, model.ErrKeyUsed
	}
	return there, nil
}

// shelve puts the goods of a donation into the stock, once.
func (s *Service) shelve(ctx context.Context, d model.Donation) error {
	for i, g := range d.Goods {
		_, err := s.move(ctx, model.Move{
			ID: fmt.Sprintf("%s#%d", d.ID, i), Record: model.NewRecord(s.now(), d.CreatedBy), ItemID: g.ItemID, Kind: model.MoveIn,
			Quantity: g.Quantity, Value: g.Value, On: d.On, Source: "donation:" + d.ID,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// DonorName opens the donor's name, for those who thank.
func (s *Service) DonorName(d model.Donation) (string, error) { return s.store.DonorName(d) }

// Donations of the days from one to another, oldest first; next is the cursor of the following page.
func (s *Service) Donations(ctx context.Context, _ access.Farm, from, to model.Date, after string, limit int) (list []model.Donation, next string, err error) {
	list, err = s.store.DonationPage(ctx, from, to, after, int64(limit)+1)
	if err != nil || len(list) <= limit {
		return list, "", err
	}
	last := list[limit-1]
	return list[:limit], string(last.On) + "|" + last.ID, nil
}

var errNoDonation = model.NewError(model.KindNotFound, "no_such_donation", "没有这笔捐赠")

// Thanks is the letter to the donor.
func (s *Service) Thanks(ctx context.Context, _ access.Farm, id string) (string, error) {
	d, err := s.store.Donation(ctx, id)
	if model.IsKind(err, model.KindNotFound) {
		err = errNoDonation
	}
	if err != nil {
		return "", err
	}
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return "", err
	}
	f, err := s.fundOf(ctx, d.FundID)
	if err != nil {
		return "", err
	}
	var goods []string
	for _, g := range d.Goods {
		item, err := s.item(ctx, g.ItemID)
		if err != nil {
			return "", err
		}
		goods = append(goods, fmt.Sprintf("%s%d%s", item.Name, g.Quantity, item.Unit))
	}
	name, err := s.DonorName(d)
	return d.Thanks(name, settings.FarmName, f.Name, goods), err
}

// Thanked notes that the donor was thanked; the first one who did stands there.
func (s *Service) Thanked(ctx context.Context, farm access.Farm, id string) (model.Donation, error) {
	by := farm.ChangeInfo(s.now(), "已致谢")
	d, err := s.store.ChangeDonation(ctx, id, 0, by, func(d *model.Donation) error {
		if d.ThankedAt.IsZero() {
			d.ThankedAt, d.ThankedBy = s.now().UTC(), farm.Actor()
		}
		return nil
	})
	if model.IsKind(err, model.KindNotFound) {
		err = errNoDonation
	}
	return d, err
}
