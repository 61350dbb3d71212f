package people

import (
	"context"
	"crypto/rand"
	"encoding/base32"
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

// AddMember enters a person into a household. The first member becomes its head. KindConflict when the id
// number is registered already, or the household has a head already.
func (s *Service) AddMember(ctx context.Context, house access.Household, n NewMember) (model.Person, error) {
	h := house.Record()
	if h.HeadID == "" {
		n.Relation = model.RelationHead
	}
	p := model.Person{
		ID: newPersonID(), Record: model.NewRecord(s.now(), house.Actor()), Name: model.CleanName(n.Name),
		LabourAbility: n.LabourAbility, StudentStage: n.StudentStage, Disability: n.Disability, Chronic: n.Chronic, Status: model.PersonAlive,
		Memberships: []model.Membership{{HouseholdID: h.ID, Relation: n.Relation, From: n.From}},
	}
	if err := firstOf(checkJoins(h.Status, p), checkHead(h, p.ID, n.Relation)); err != nil {
		return model.Person{}, err
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
	if n.Relation == model.RelationHead {
		if err := s.setHead(ctx, house.Pass, h.ID, p.ID, "登记家庭成员"); err != nil {
			return p, err
		}
	}
	if err := s.Reindex(ctx, h.ID); err != nil {
		return p, err
	}
	return p, s.note(ctx, house.Pass, model.AuditChange, "persons/"+p.ID, h.ID, "登记家庭成员")
}

// newPersonID is a number that says nothing about the person.
func newPersonID() string {
	raw := make([]byte, 10)
	_, _ = rand.Read(raw) // never fails: crypto/rand ends the process first
	return "P-" + base32.StdEncoding.EncodeToString(raw)
}

// identify checks and seals what identifies the person, and claims the id number for them.
func (s *Service) identify(ctx context.Context, p *model.Person, n NewMember) error {
	id := model.FoldID(n.NationalID)
	err := firstOf(checkName(p.Name), takeNationalID(p, id, model.DateOf(s.now())), s.sealContact(p, n.Phone, n.BankAccount))
	if err != nil {
		return err
	}
	if err := s.sealNumber(p, id); err != nil {
		return err
	}
	return s.claim(ctx, p.NationalIDHash, p.ID)
}

func (s *Service) sealContact(p *model.Person, phone, account string) (err error) {
	if phone = strings.ReplaceAll(model.FoldID(phone), "-", ""); checkPhone(phone) != nil {
		return errPhone
	}
	sealer := s.store.Sealer()
	if p.Phone, err = sealer.Seal(phone, "phone", p.ID); err != nil {
		return err
	}
	if p.PhoneHash, err = sealer.Hash(phone, "phone"); err != nil {
		return err
	}
	p.BankAccount, err = sealer.Seal(model.FoldID(account), "bank_account", p.ID)
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
	NationalID    *string // says birth date and sex; it can be corrected, not taken away
	Sex           *string
	BirthDate     *model.Date
	Phone         *string
	BankAccount   *string
	LabourAbility *string
	StudentStage  *string
	Disability    *string
	Chronic       *[]string
	Relation      *model.Relation // to the head; whoever becomes head takes the place of the one before
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
	if e.Relation != nil {
		if err := s.checkRelation(ctx, house, personID, *e.Relation); err != nil {
			return model.Person{}, err
		}
	}
	before, err := s.store.Person(ctx, personID)
	if err != nil {
		return before, err
	}
	number, err := s.claimNew(ctx, before, e.NationalID)
	if err != nil {
		return before, err
	}
	p, err := s.store.ChangePerson(ctx, personID, e.Rev, house.Pass.ChangeInfo(s.now(), e.Why), func(p *model.Person) error {
		if e.Relation != nil && *e.Relation != model.RelationHead {
			p.Relate(householdID, *e.Relation, model.DateOf(s.now()))
		}
		setIf(&p.Name, e.Name)
		setIf(&p.LabourAbility, e.LabourAbility)
		setIf(&p.StudentStage, e.StudentStage)
		setIf(&p.Disability, e.Disability)
		setIf(&p.Chronic, e.Chronic)
		if err := firstOf(checkName(p.Name), s.editIdentity(p, e, number), s.editContact(p, e)); err != nil || e.Attrs == nil {
			return err
		}
		var err error
		p.FormV, p.Attrs, err = s.fillForm(ctx, FormPerson, e.Attrs)
		return err
	})
	if err == nil && is(e.Relation) == model.RelationHead {
		if err = s.setHead(ctx, house.Pass, householdID, personID, e.Why); err == nil {
			p, err = s.store.Person(ctx, personID)
		}
	}
	if err != nil {
		return p, err
	}
	if before.NationalIDHash != p.NationalIDHash {
		if err := s.store.ReleaseNationalID(ctx, before.NationalIDHash, personID); err != nil {
			return p, err
		}
	}
	if err := s.Reindex(ctx, householdID); err != nil {
		return p, err
	}
	return p, s.note(ctx, house.Pass, model.AuditChange, "persons/"+personID, householdID, e.Why)
}

var errNumberStays = model.NewError(model.KindInvalid, "national_id_stays", "身份证号可以改成对的,不能清空")

// claimNew is the id number that the edit gives the person, made theirs; empty when it gives none, or the one that they
// have. A claim that is made before the person changes is theirs in any case: a repeat finds it.
func (s *Service) claimNew(ctx context.Context, p model.Person, said *string) (number string, err error) {
	if said == nil {
		return "", nil
	}
	number = model.FoldID(*said)
	if number == "" {
		return "", errNumberStays
	}
	if _, _, err := model.CheckNationalID(number); err != nil {
		return "", on("national_id", err)
	}
	hash, err := s.store.Sealer().Hash(number, "national_id")
	if err != nil || hash == p.NationalIDHash {
		return "", err
	}
	return number, on("national_id", s.claim(ctx, hash, p.ID))
}

// editIdentity takes a new id number, or birth date and sex of somebody who has none; with one they have to agree.
func (s *Service) editIdentity(p *model.Person, e PersonEdit, number string) (err error) {
	if number == "" && e.BirthDate == nil && e.Sex == nil {
		return nil
	}
	sealer, today := s.store.Sealer(), model.DateOf(s.now())
	if number == "" {
		if number, err = sealer.Open(p.NationalID, "national_id", p.ID); err != nil {
			return err
		}
	} else if err := s.sealNumber(p, number); err != nil {
		return err
	}
	if number == "" {
		setIf(&p.BirthDate, e.BirthDate)
		setIf(&p.Sex, e.Sex)
		return checkBorn(*p, today)
	}
	p.BirthDate, p.Sex = is(e.BirthDate), is(e.Sex)
	return takeNationalID(p, number, today)
}

func (s *Service) sealNumber(p *model.Person, number string) (err error) {
	sealer := s.store.Sealer()
	if p.NationalID, err = sealer.Seal(number, "national_id", p.ID); err == nil {
		p.NationalIDHash, err = sealer.Hash(number, "national_id")
	}
	return err
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

// PutIncome writes the household's income of a year. rev is that of the record that the person looked at,
// 0 for a new one.
func (s *Service) PutIncome(ctx context.Context, house access.Household, r model.IncomeRecord, rev int64, why string) (model.IncomeRecord, error) {
	if strings.TrimSpace(why) == "" {
		return r, errWhy
	}
	r.HouseholdID = house.ID()
	err := checkIncome(r, model.DateOf(s.now()))
	if err != nil {
		return r, err
	}
	r.ID = model.IncomeID(r.HouseholdID, r.Year)
	if rev == 0 {
		r.Record = model.NewRecord(s.now(), house.Actor())
		err = taken(s.store.InsertIncome(ctx, r), "income_exists", "这一年的收入核算已经有了,请在原来的上面改")
	} else {
		next := r
		r, err = s.store.ChangeIncome(ctx, r.ID, rev, house.Pass.ChangeInfo(s.now(), why), func(old *model.IncomeRecord) error {
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
