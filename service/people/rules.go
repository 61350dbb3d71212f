package people

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"bangfu/service/model"
)

// The rules of what may stand in the registry, and the sentences in which they refuse. Whatever writes a record asks
// them: the office's pages one record at a time, and a Batch for each row of a sheet.

// The forms of the numbers that people type.
var (
	householdNo = regexp.MustCompile(`^[A-Z0-9][A-Z0-9-]{1,19}$`)
	recordID    = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]{1,39}$`)
	phoneForm   = regexp.MustCompile(`^1[3-9][0-9]{9}$`)
)

var (
	errHouseholdNo = model.NewError(model.KindInvalid, "household_no", "户号要2到20位,只用大写字母、数字和短横")
	errPersonNo    = model.NewError(model.KindInvalid, "person_id", "人员编号要2到40位,只用字母、数字和短横")
	errCadreNo     = model.NewError(model.KindInvalid, "cadre_id", "干部编号要2到40位,只用字母、数字和短横")
	errWhy         = model.NewError(model.KindInvalid, "why_missing", "请写明原因,以后查得到")
	errUnit        = model.NewError(model.KindInvalid, "no_such_unit", "没有这个单位")
	errBranch      = model.NewError(model.KindInvalid, "not_a_branch", "不是党支部")
	errName        = model.NewError(model.KindInvalid, "name_missing", "请写姓名")
	errPhone       = model.NewError(model.KindInvalid, "phone_form", "手机号要11位数字,1开头")
	errPresent     = model.NewError(model.KindConflict, "person_exists", "这个身份证号已经登记过")
	errEnded       = model.NewError(model.KindConflict, "household_ended", "这一户已经不在册")
	errNotMember   = model.NewError(model.KindInvalid, "not_a_member", "这个人不在这一户里")
	errHeadExists  = model.NewError(model.KindConflict, "head_exists", "这一户已经有户主;要换户主,请在系统里改新户主的“与户主关系”")
	errHeadStays   = model.NewError(model.KindConflict, "head_stays", "这个人是户主;要换户主,请在系统里改新户主的“与户主关系”")
	errHeadLeaves  = model.NewError(model.KindConflict, "head_leaves", "这个人是户主;要离户,请在系统里办理去世或迁出")
	errRelation    = model.NewError(model.KindInvalid, "relation", "请写与户主关系")
	errGone        = model.NewError(model.KindConflict, "person_gone", "这个人已经去世或迁出,不能再登记在户里")
	errLife        = model.NewError(model.KindConflict, "person_status", "去世、迁出只能在系统里办理")
	errCadre       = model.NewError(model.KindInvalid, "no_such_cadre", "没有这位干部,或已经调离")
	errCadreLeft   = model.NewError(model.KindConflict, "cadre_left", "这位干部已经调离;要恢复在岗,请在系统里改")
	errRole        = model.NewError(model.KindInvalid, "cadre_status", "状态要是在岗、外出或调离")
	errPairingFrom = model.NewError(model.KindInvalid, "pairing_from", "结对的日期不对")
	errPairingTo   = model.NewError(model.KindInvalid, "ending_on", "结束的日期不对")
	errIncomeMinus = model.NewError(model.KindInvalid, "income_negative", "收入和支出都不能是负数")
	errIncomeLarge = model.NewError(model.KindInvalid, "amount_too_large", "金额太大,记不下")
	errIncomeYear  = model.NewError(model.KindInvalid, "income_year", "年度或人数不对")
	errUnborn      = model.NewError(model.KindInvalid, "national_id_birth", "身份证号里的出生日期还没到")
	errBorn        = model.NewError(model.KindInvalid, "birth_date", "与身份证号里的不同")
	errSex         = model.NewError(model.KindInvalid, "sex", "与身份证号里的不同")

	// errNoCadreLeft: a household under assistance is never without a cadre.
	errNoCadreLeft = model.NewError(model.KindInvalid, "no_cadre_left", "这是最后一位帮扶干部,请同时写明由谁接手")
)

// checkHouseholdNo is for a new household: an old number stays as it was given.
func checkHouseholdNo(id string) error {
	if !householdNo.MatchString(id) {
		return errHouseholdNo
	}
	return nil
}

// checkName wants one.
func checkName(name string) error {
	if strings.TrimSpace(name) == "" {
		return errName
	}
	return nil
}

// checkPhone wants a mobile number, or none: messages and log-ins go by it.
func checkPhone(phone string) error {
	if phone != "" && !phoneForm.MatchString(phone) {
		return errPhone
	}
	return nil
}

// takeNationalID sets what an id number says of its person. What was said of them besides has to agree with it.
func takeNationalID(p *model.Person, number string, today model.Date) error {
	born, sex, err := model.CheckNationalID(number)
	switch {
	case err != nil:
		return on("national_id", err)
	case born > today:
		return on("national_id", errUnborn)
	case p.BirthDate != "" && p.BirthDate != born:
		return on("birth_date", errBorn)
	case p.Sex != "" && p.Sex != sex:
		return on("sex", errSex)
	}
	p.BirthDate, p.Sex = born, sex
	return nil
}

// checkBorn is for somebody whom no id number tells of.
func checkBorn(p model.Person, today model.Date) error {
	if _, err := model.ParseDate(string(p.BirthDate)); err != nil || p.BirthDate > today {
		return on("birth_date", errUnborn)
	}
	if p.Sex != "" && p.Sex != "male" && p.Sex != "female" {
		return on("sex", errSex)
	}
	return nil
}

// checkHead keeps a household at one head: whoever is entered as head has to be it already, or the first.
func checkHead(h model.Household, personID string, relation model.Relation) error {
	switch {
	case relation == "":
		return errRelation
	case relation == model.RelationHead && h.HeadID != "" && h.HeadID != personID:
		return errHeadExists
	case relation != model.RelationHead && h.HeadID == personID:
		return errHeadStays
	}
	return nil
}

// checkJoins is for whoever is to belong to the household from now on.
func checkJoins(status model.HouseholdStatus, p model.Person) error {
	switch {
	case status.Ended():
		return errEnded
	case p.Status != model.PersonAlive:
		return errGone
	}
	return nil
}

// unitLookup finds a unit by its id; errUnit when there is none.
type unitLookup func(ctx context.Context, id string) (model.Unit, error)

// unit looks in the store.
func (s *Service) unit(ctx context.Context, id string) (model.Unit, error) {
	u, err := s.store.Unit(ctx, id)
	if model.IsKind(err, model.KindNotFound) {
		err = errUnit
	}
	return u, err
}

// checkUnits are a cadre's own unit and their branch of the party.
func checkUnits(ctx context.Context, c model.Cadre, unit unitLookup) error {
	if c.UnitID != "" {
		if _, err := unit(ctx, c.UnitID); err != nil {
			return on("unit", err)
		}
	}
	if c.BranchID == "" {
		return nil
	}
	b, err := unit(ctx, c.BranchID)
	if err == nil && b.Kind != model.UnitPartyBranch {
		err = errBranch
	}
	return on("branch", err)
}

// checkRole keeps a cadre who helps a household from leaving: those are handed over first.
func (s *Service) checkRole(ctx context.Context, c model.Cadre) error {
	if !slices.Contains([]model.CadreStatus{model.CadreActive, model.CadreAway, model.CadreLeft}, c.Status) {
		return errRole
	}
	if c.Status != model.CadreLeft {
		return nil
	}
	helped, err := s.householdsOf(ctx, c.ID)
	if err == nil && len(helped) > 0 {
		err = model.NewError(model.KindConflict, "cadre_still_paired", "还结对着"+strings.Join(helped, "、")+",请先交接")
	}
	return err
}

// checkPairing is for a pairing that holds today or later: not with a household that has left the register, nor with
// a cadre who has left. One that is over is history.
func checkPairing(p model.Pairing, house model.HouseholdStatus, cadre model.CadreStatus, today model.Date) error {
	if _, err := model.ParseDate(string(p.From)); err != nil {
		return on("from", errPairingFrom)
	}
	switch {
	case p.To != "" && p.To < p.From.AddDays(-1):
		return on("to", errPairingTo)
	case p.To != "" && p.To < today:
		return nil
	case house.Ended():
		return on("household_id", errEnded)
	case cadre == model.CadreLeft:
		return on("cadre_id", errCadre)
	}
	return nil
}

// plannedYears is how far ahead a household's plan says what it will earn. Nothing is decided by such a figure before its
// year has come (model.Facts, model.EligibilityInput).
const plannedYears = 3

// checkIncome refuses an income record that cannot be right.
func checkIncome(r model.IncomeRecord, today model.Date) error {
	for _, part := range []struct {
		field string
		fen   model.Fen
	}{{"wage", r.Wage}, {"operating", r.Operating}, {"property", r.Property}, {"transfer", r.Transfer}, {"costs", r.Costs}} {
		switch {
		case part.fen < 0:
			return on(part.field, errIncomeMinus)
		case !part.fen.Within(model.MaxAmount):
			return on(part.field, errIncomeLarge)
		}
	}
	switch {
	case r.Year < 2000 || r.Year > today.Year()+plannedYears:
		return on("year", errIncomeYear)
	case r.Members < 1:
		return on("members", errIncomeYear)
	}
	return nil
}
