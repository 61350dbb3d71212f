package coop

import (
	"context"
	"reflect"
	"strconv"
	"strings"

	"bangfu/repo"
	"bangfu/service/access"
	"bangfu/service/model"
)

var (
	errGreenhouse = model.NewError(model.KindInvalid, "greenhouse", "大棚要有编号,只用字母、数字和短横")
	errSaleKey    = model.NewError(model.KindConflict, "key_used", "这个编号已经记过另一笔销售")
	errYear       = model.NewError(model.KindInvalid, "year", "年份要在2000到2100之间")
)

// Greenhouses of a page that the member of staff reaches. Next is where the page after begins, empty at the end.
func (s *Service) Greenhouses(ctx context.Context, l access.Lists, after string, limit int64) ([]model.Greenhouse, string, error) {
	list, err := s.store.Greenhouses(ctx, repo.Page{After: after, Limit: limit})
	if err != nil {
		return nil, "", err
	}
	next := nextOf(list, limit, func(g model.Greenhouse) string { return g.ID })
	list, err = reached(ctx, l, list, func(g model.Greenhouse) string { return g.UnitID })
	return list, next, err
}

// nextOf is the id after which the next page begins; empty when this one was not full.
func nextOf[T any](list []T, limit int64, id func(T) string) string {
	if int64(len(list)) < limit || len(list) == 0 {
		return ""
	}
	return id(list[len(list)-1])
}

// PutGreenhouse makes a greenhouse (rev 0) or changes the one that was read at rev.
func (s *Service) PutGreenhouse(ctx context.Context, of access.Record[model.Greenhouse], g model.Greenhouse, rev int64) (model.Greenhouse, error) {
	g.ID = of.ID()
	if !recordID.MatchString(g.ID) {
		return g, errGreenhouse
	}
	if rev == 0 {
		g.Record = model.NewRecord(s.now(), of.Actor())
		return g, taken(s.store.InsertGreenhouse(ctx, g), "greenhouse_exists", "这个大棚编号已经有了")
	}
	return s.store.ChangeGreenhouse(ctx, g.ID, rev, of.Pass.ChangeInfo(s.now(), "修改大棚"), func(old *model.Greenhouse) error {
		old.Site, old.UnitID = g.Site, g.UnitID
		return nil
	})
}

// Allotments of a page of the year, of greenhouses that the member of staff reaches.
func (s *Service) Allotments(ctx context.Context, l access.Lists, year int, after string, limit int64) ([]model.Allotment, string, error) {
	list, err := s.store.Allotments(ctx, repo.Page{Prefix: yearPrefix(year), After: after, Limit: limit})
	if err != nil {
		return nil, "", err
	}
	next := nextOf(list, limit, func(a model.Allotment) string { return a.ID })
	list, err = growingWithin(ctx, s, l, list, func(a model.Allotment) string { return a.GreenhouseID })
	return list, next, err
}

// growingWithin leaves what belongs to greenhouses that the member of staff reaches.
func growingWithin[T any](ctx context.Context, s *Service, l access.Lists, list []T, greenhouseOf func(T) string) ([]T, error) {
	units := map[string]string{}
	for _, v := range list {
		id := greenhouseOf(v)
		if _, known := units[id]; known {
			continue
		}
		g, err := s.store.Greenhouse(ctx, id)
		if err != nil {
			return nil, err
		}
		units[id] = g.UnitID
	}
	return reached(ctx, l, list, func(v T) string { return units[greenhouseOf(v)] })
}

func yearPrefix(year int) string { return strconv.Itoa(year) + "/" }

// Allot gives a greenhouse to a household for a year (rev 0), or changes to whom it was given.
func (s *Service) Allot(ctx context.Context, house access.Household, a model.Allotment, rev int64) (model.Allotment, error) {
	if a.Year < 2000 || a.Year > 2100 {
		return a, errYear
	}
	if _, err := s.access.Greenhouse(ctx, house.Staff(), house.May(), a.GreenhouseID); err != nil {
		return a, err
	}
	a.HouseholdID = house.ID()
	a.ID = model.AllotmentID(a.Year, a.GreenhouseID)
	if rev == 0 {
		a.Record = model.NewRecord(s.now(), house.Actor())
		return a, taken(s.store.InsertAllotment(ctx, a), "allotted", "这个大棚这一年已经分给别的户")
	}
	return s.store.ChangeAllotment(ctx, a.ID, rev, house.Pass.ChangeInfo(s.now(), "修改大棚分配"), func(old *model.Allotment) error {
		old.HouseholdID, old.FeeWaived = a.HouseholdID, a.FeeWaived
		return nil
	})
}

// Batches of a page of the year.
func (s *Service) Batches(ctx context.Context, l access.Lists, year int, after string, limit int64) ([]model.Batch, string, error) {
	list, err := s.store.Batches(ctx, repo.Page{Prefix: yearPrefix(year), After: after, Limit: limit})
	if err != nil {
		return nil, "", err
	}
	next := nextOf(list, limit, func(b model.Batch) string { return b.ID })
	list, err = growingWithin(ctx, s, l, list, func(b model.Batch) string { return b.GreenhouseID })
	return list, next, err
}

// PutBatch makes a batch (rev 0) or changes the one that was read at rev. Its household is the one to which the
// greenhouse is allotted that year, if it is.
func (s *Service) PutBatch(ctx context.Context, of access.Record[model.Greenhouse], b model.Batch, rev int64) (model.Batch, error) {
	if b.Year < 2000 || b.Year > 2100 {
		return b, errYear
	}
	b.GreenhouseID = of.ID()
	if err := b.Check(); err != nil {
		return b, err
	}
	b.ID = model.BatchID(b.Year, b.GreenhouseID, b.Season)
	if rev != 0 {
		return s.store.ChangeBatch(ctx, b.ID, rev, of.Pass.ChangeInfo(s.now(), "修改栽培批次"), func(old *model.Batch) error {
			b.Record, b.HouseholdID = old.Record, old.HouseholdID
			*old = b
			return nil
		})
	}
	a, err := s.store.Allotment(ctx, model.AllotmentID(b.Year, b.GreenhouseID))
	if err != nil && !model.IsKind(err, model.KindNotFound) {
		return b, err
	}
	b.HouseholdID, b.Record = a.HouseholdID, model.NewRecord(s.now(), of.Actor())
	return b, taken(s.store.InsertBatch(ctx, b), "batch_exists", "这个大棚这一茬已经登记过")
}

// Sales of a page of the year.
func (s *Service) Sales(ctx context.Context, l access.Lists, year int, after string, limit int64) ([]model.Sale, string, error) {
	list, err := s.store.Sales(ctx, repo.Page{Prefix: yearPrefix(year), After: after, Limit: limit})
	if err != nil {
		return nil, "", err
	}
	next := nextOf(list, limit, func(v model.Sale) string { return v.ID })
	list, err = growingWithin(ctx, s, l, list, func(v model.Sale) string { return greenhouseOf(v.BatchID) })
	return list, next, err
}

// greenhouseOf a batch, by its id.
func greenhouseOf(batchID string) string {
	_, rest, _ := strings.Cut(batchID, "/")
	id, _, _ := strings.Cut(rest, "/")
	return id
}

// reachesSale is KindNotFound for a sale whose batch is out of the caller's reach.
func (s *Service) reachesSale(ctx context.Context, p access.Pass, id string) error {
	old, err := s.store.Sale(ctx, id)
	if err != nil {
		return err
	}
	_, err = s.access.Batch(ctx, p.Staff(), p.May(), old.BatchID)
	return err
}

// PutSale settles a sale (rev 0) under the caller's key, or changes the one that was read at rev; why is for a change.
// Settling the same again under the same key changes nothing.
func (s *Service) PutSale(ctx context.Context, of access.Record[model.Batch], v model.Sale, key string, rev int64, why string) (model.Sale, error) {
	if _, err := model.ParseDate(string(v.SoldOn)); err != nil || v.SoldOn > model.DateOf(s.now()) {
		return v, model.NewError(model.KindInvalid, "sold_on", "销售日期不能晚于今天")
	}
	if err := v.Settle(); err != nil {
		return v, err
	}
	v.ID, v.BatchID, v.HouseholdID = yearPrefix(v.SoldOn.Year())+key, of.ID(), of.Record().HouseholdID
	if rev != 0 {
		if err := s.reachesSale(ctx, of.Pass, v.ID); err != nil {
			return v, err
		}
		return s.store.ChangeSale(ctx, v.ID, rev, of.Pass.ChangeInfo(s.now(), why), func(old *model.Sale) error {
			v.Record = old.Record
			*old = v
			return nil
		})
	}
	v.Record = model.NewRecord(s.now(), of.Actor())
	err := s.store.InsertSale(ctx, v)
	if !model.IsKind(err, model.KindConflict) {
		return v, err
	}
	there, err := s.store.Sale(ctx, v.ID)
	v.Record = there.Record
	if err == nil && !reflect.DeepEqual(there, v) {
		err = errSaleKey
	}
	return there, err
}
