package people

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"regexp"
	"strings"

	"bangfu/service/access"
	"bangfu/service/model"
)

// NewMember is a person who joins a household.
type NewMember struct {
	Name, NationalID, Phone, BankAccount string
	Relation                             model.Relation
	From                                 model.Date
	LabourAbility, StudentStage          string
	Disability                           string
	Chronic                              []string
	Attrs                                map[string]any
}

var (
	phoneForm  = regexp.MustCompile(`^1[3-9][0-9]{9}$`)
	errName    = model.NewError(model.KindInvalid, "name_missing", "请写姓名")
	errPhone   = model.NewError(model.KindInvalid, "phone_form", "手机号要11位数字,1开头")
	errPresent = model.NewError(model.KindConflict, "person_exists", "这个身份证号已经登记过")
)

// AddMember enters a person into a household. The first member becomes its head. KindConflict when the id
// number is registered already.
func (s *Service) AddMember(ctx context.Context, house access.Household, n NewMember) (model.Person, error) {
	h := house.Record()
	if h.Status.Ended() {
		return model.Person{}, errEnded
	}
	p := model.Person{
		ID: newPersonID(), Record: model.NewRecord(s.now(), house.Actor()), Name: strings.TrimSpace(n.Name),
		LabourAbility: n.LabourAbility, StudentStage: n.StudentStage, Disability: n.Disability, Chronic: n.Chronic, Status: model.PersonAlive,
		Memberships: []model.Membership{{HouseholdID: h.ID, Relation: n.Relation, From: n.From}},
	}
	err := s.identify(ctx, &p, n)
	if err != nil {
		return model.Person{}, err
	}
	if p.FormV, p.Attrs, err = s.fillForm(ctx, FormPerson, n.Attrs); err != nil {
		return model.Person{}, err
	}
	if err := s.store.InsertPerson(ctx, p); err != nil {
		return model.Person{}, err
	}
	if n.Relation == model.RelationHead || h.HeadID == "" {
		if err := s.setHead(ctx, house.Pass, h.ID, p.ID, "登记家庭成员"); err != nil {
			return p, err
		}
	}
	if err := s.Reindex(ctx, h.ID); err != nil {
		return p, err
	}
	return p, s.note(ctx, house.Pass, model.AuditChange, "persons/"+p.ID, h.ID, "登记家庭成员")
}

var errEnded = model.NewError(model.KindConflict, "household_ended", "这一户已经不在册")

// newPersonID is a number that says nothing about the person.
func newPersonID() string {
	raw := make([]byte, 10)
	_, _ = rand.Read(raw) // never fails: crypto/rand ends the process first
	return "P-" + base32.StdEncoding.EncodeToString(raw)
}

// identify checks and seals what identifies the person, and claims the id number for them.
func (s *Service) identify(ctx context.Context, p *model.Person, n NewMember) error {
	if p.Name == "" {
		return errName
	}
	id := strings.ToUpper(strings.TrimSpace(n.NationalID))
	born, sex, err := model.CheckNationalID(id)
	if err != nil {
		return err
	}
	p.BirthDate, p.Sex = born, sex
	if p.BirthDate > model.DateOf(s.now()) {
		return model.NewError(model.KindInvalid, "national_id_birth", "身份证号里的出生日期还没到")
	}
	if err := s.sealContact(p, n.Phone, n.BankAccount); err != nil {
		return err
	}
	sealer := s.store.Sealer()
	if p.NationalID, err = sealer.Seal(id, "national_id", p.ID); err != nil {
		return err
	}
	if p.NationalIDHash, err = sealer.Hash(id, "national_id"); err != nil {
		return err
	}
	return s.claim(ctx, p.NationalIDHash, p.ID)
}

func (s *Service) sealContact(p *model.Person, phone, account string) (err error) {
	if phone = strings.TrimSpace(phone); phone != "" && !phoneForm.MatchString(phone) {
		return errPhone
	}
	sealer := s.store.Sealer()
	if p.Phone, err = sealer.Seal(phone, "phone", p.ID); err != nil {
		return err
	}
	if p.PhoneHash, err = sealer.Hash(phone, "phone"); err != nil {
		return err
	}
	p.BankAccount, err = sealer.Seal(strings.ReplaceAll(account, " ", ""), "bank_account", p.ID)
	return err
}

// claim makes the id number this person's; KindConflict when it is another's.
func (s *Service) claim(ctx context.Context, hash, personID string) error {
	known, err := s.store.PersonsByNationalID(ctx, hash)
	if err != nil {
		return err
	}
	for _, p := range known {
		if p.ID != personID {
			return errPresent
		}
	}
	return taken(s.store.ClaimNationalID(ctx, hash, personID), errPresent.Code, errPresent.Msg)
}

// PersonEdit changes what is set; nil leaves a field as it is.
type PersonEdit struct {
	Rev           int64
	Why           string
	Name          *string
	Phone         *string
	BankAccount   *string
	LabourAbility *string
	StudentStage  *string
	Disability    *string
	Chronic       *[]string
	Attrs         map[string]any
}

// EditMember changes a member of the household. KindConflict with the newer revision when somebody changed
// them since.
func (s *Service) EditMember(ctx context.Context, who access.Person, e PersonEdit) (model.Person, error) {
	house, personID := who.Household, who.ID()
	householdID := house.ID()
	if strings.TrimSpace(e.Why) == "" {
		return model.Person{}, errWhy
	}
	p, err := s.store.ChangePerson(ctx, personID, e.Rev, s.edit(house.Pass, e.Why), func(p *model.Person) error {
		setIf(&p.Name, e.Name)
		setIf(&p.LabourAbility, e.LabourAbility)
		setIf(&p.StudentStage, e.StudentStage)
		setIf(&p.Disability, e.Disability)
		setIf(&p.Chronic, e.Chronic)
		if p.Name == "" {
			return errName
		}
		if err := s.editContact(p, e); err != nil || e.Attrs == nil {
			return err
		}
		var err error
		p.FormV, p.Attrs, err = s.fillForm(ctx, FormPerson, e.Attrs)
		return err
	})
	if err != nil {
		return p, err
	}
	if err := s.Reindex(ctx, householdID); err != nil {
		return p, err
	}
	return p, s.note(ctx, house.Pass, model.AuditChange, "persons/"+personID, householdID, e.Why)
}

func (s *Service) editContact(p *model.Person, e PersonEdit) error {
	sealer := s.store.Sealer()
	phone, err := sealer.Open(p.Phone, "phone", p.ID)
	if err != nil {
		return err
	}
	account, err := sealer.Open(p.BankAccount, "bank_account", p.ID)
	if err != nil {
		return err
	}
	samePhone, sameAccount := e.Phone == nil || *e.Phone == phone, e.BankAccount == nil || *e.BankAccount == account
	if samePhone && sameAccount {
		return nil // sealing anew would look like a change
	}
	setIf(&phone, e.Phone)
	setIf(&account, e.BankAccount)
	return s.sealContact(p, phone, account)
}

func (s *Service) setHead(ctx context.Context, by access.Pass, householdID, personID, why string) error {
	_, err := s.store.ChangeHousehold(ctx, householdID, 0, s.edit(by, why), func(h *model.Household) error {
		h.HeadID = personID
		return nil
	})
	return err
}

// PutIncome writes the household's income of a year. rev is that of the record that the person looked at,
// 0 for a new one.
func (s *Service) PutIncome(ctx context.Context, house access.Household, r model.IncomeRecord, rev int64, why string) (model.IncomeRecord, error) {
	if strings.TrimSpace(why) == "" {
		return r, errWhy
	}
	r.HouseholdID = house.ID()
	for _, part := range []model.Fen{r.Wage, r.Operating, r.Property, r.Transfer, r.Costs} {
		if part < 0 {
			return r, model.NewError(model.KindInvalid, "income_negative", "收入和支出都不能是负数")
		}
		if !part.Within(model.MaxAmount) {
			return r, model.NewError(model.KindInvalid, "amount_too_large", "金额太大,记不下")
		}
	}
	if r.Year < 2000 || r.Year > model.DateOf(s.now()).Year() || r.Members < 1 {
		return r, model.NewError(model.KindInvalid, "income_year", "年度或人数不对")
	}
	r.ID = model.IncomeID(r.HouseholdID, r.Year)
	var err error
	if rev == 0 {
		r.Record = model.NewRecord(s.now(), house.Actor())
		err = taken(s.store.InsertIncome(ctx, r), "income_exists", "这一年的收入核算已经有了,请在原来的上面改")
	} else {
		next := r
		r, err = s.store.ChangeIncome(ctx, r.ID, rev, s.edit(house.Pass, why), func(old *model.IncomeRecord) error {
			next.Record = old.Record
			*old = next
			return nil
		})
	}
	if err != nil {
		return r, err
	}
	return r, s.note(ctx, house.Pass, model.AuditChange, "income_records/"+r.ID, r.HouseholdID, why)
}
