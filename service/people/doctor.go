package people

import (
	"context"
	"strings"

	"bangfu/service/access"
	"bangfu/service/model"
)

var errContract = model.NewError(model.KindInvalid, "doctor_contract", "签约要有医生姓名和开始日期")

// SignDoctor ties the household to a family doctor from a day on; the contract before ends the day before.
func (s *Service) SignDoctor(ctx context.Context, house access.Household, doctor, unitID string, from model.Date) (model.DoctorContract, error) {
	h := house.Record()
	if _, err := model.ParseDate(string(from)); err != nil || strings.TrimSpace(doctor) == "" {
		return model.DoctorContract{}, errContract
	}
	c := model.DoctorContract{
		ID: h.ID + "/" + string(from), Record: model.NewRecord(s.now(), house.Actor()), HouseholdID: h.ID, Doctor: doctor, UnitID: unitID, From: from,
	}
	if err := s.store.InsertContract(ctx, c); err != nil && !model.IsKind(err, model.KindConflict) {
		return c, err
	}
	list, err := s.store.ContractsOf(ctx, h.ID)
	if err != nil {
		return c, err
	}
	for _, old := range list {
		if old.ID == c.ID || !old.OpenOn(from) {
			continue
		}
		_, err := s.store.ChangeContract(ctx, old.ID, 0, house.Pass.ChangeInfo(s.now(), "另签家庭医生"), func(old *model.DoctorContract) error {
			old.To = from.AddDays(-1)
			return nil
		})
		if err != nil {
			return c, err
		}
	}
	return c, s.note(ctx, house.Pass, model.AuditChange, "doctor_contracts/"+c.ID, h.ID, "签约家庭医生")
}

// Doctors are the household's contracts, oldest first.
func (s *Service) Doctors(ctx context.Context, house access.Household) ([]model.DoctorContract, error) {
	h := house.Record()
	return s.store.ContractsOf(ctx, h.ID)
}
