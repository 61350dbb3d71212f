package people

import (
	"context"
	"encoding/base32"
	"fmt"
	"slices"

	"bangfu/service/model"
)

// PersonRow is what a row says of a person and of one of their memberships. Of somebody who is known it cannot say that
// they died, moved out or live after all.
type PersonRow struct {
	ID, HouseholdID              string
	Name, Sex, NationalID, Phone *string
	BirthDate                    *model.Date
	LabourAbility, StudentStage  *string
	Disability                   *string
	Chronic                      *[]string
	Insurances                   []model.Insurance
	Relation                     *model.Relation
	From, To                     *model.Date // the first and the last day in the household
	Status                       *model.PersonStatus
	Attrs                        map[string]any
}

func (row PersonRow) reads(b *Batch, into *reads) {
	into.households = append(into.households, row.HouseholdID)
	hash, err := b.store.Sealer().Hash(is(row.NationalID), "national_id")
	if err != nil {
		return // settle says so
	}
	if hash != "" {
		into.idNumbers = append(into.idNumbers, hash)
	}
	if id, err := b.personID(row.ID, hash); err == nil {
		into.persons = append(into.persons, id)
	}
}

func (row PersonRow) settle(ctx context.Context, b *Batch, l Line, write bool) (Outcome, error) {
	hash, err := b.store.Sealer().Hash(is(row.NationalID), "national_id")
	if err != nil {
		return Outcome{}, err
	}
	if row.ID, err = b.personID(row.ID, hash); err != nil {
		return Outcome{}, err
	}
	if row.HouseholdID != "" && !b.Knows(row.HouseholdID) {
		return Outcome{}, refuse("household_id", "没有这一户,请先导入户表")
	}
	var house model.Household // of a row that says who is head
	if is(row.Relation) == model.RelationHead && is(row.To) == "" && row.HouseholdID != "" {
		if house, err = b.gather.Households.Get(ctx, row.HouseholdID); err != nil {
			return Outcome{}, err
		}
		if err := checkHead(house, row.ID, model.RelationHead); err != nil {
			return Outcome{}, on("relation", err)
		}
	}
	done, err := apply(ctx, b, b.gather.Persons, b.known.Persons,
		row.ID, l, write, model.Person{ID: row.ID, Status: model.PersonAlive}, func(p *model.Person, isNew bool) error {
			if err := row.edit(ctx, b, p, isNew); err != nil || !write || p.NationalIDHash == "" {
				return err
			}
			return b.claim(p.NationalIDHash, p.ID) // after everything that may refuse the row: a claim stays
		})
	if err != nil || !write {
		return done, err
	}
	if hash != "" {
		b.known.ByNationalID[hash] = row.ID
	}
	if house.ID != "" && house.HeadID == "" {
		_, _, err = b.gather.Households.Change(ctx, house.ID, b.by, func(h *model.Household) error {
			if h.HeadID == "" {
				h.HeadID = row.ID
			}
			return nil
		})
	}
	return done, err
}

// claim makes the id number the person's, unless it is already; it is refused when it is another's.
func (b *Batch) claim(hash, personID string) error {
	switch b.holders[hash] {
	case personID:
	case "":
		b.gather.Claim(hash, personID)
	default:
		return on("national_id", model.NewError(model.KindConflict, errPresent.Code, errPresent.Msg))
	}
	return nil
}

// personID is whom a row is about: by the number, or by the id number's hash.
func (b *Batch) personID(id, hash string) (string, error) {
	registered := b.known.ByNationalID[hash]
	switch {
	case id == "" && hash == "":
		return "", refuse("id", "人员编号和身份证号至少填一个")
	case id == "" && registered != "":
		return registered, nil
	case id == "":
		return personIDOf(hash), nil
	case hash != "" && registered != "" && registered != id:
		return "", refuse("national_id", fmt.Sprintf("已经登记在人员 %s 名下", registered))
	}
	return id, nil
}

// personIDOf makes an id for a person who has none: the same for the same id number, which cannot be read from it.
func personIDOf(hash string) string {
	return "P-" + base32.StdEncoding.EncodeToString([]byte(hash))[:16]
}

func (row PersonRow) edit(ctx context.Context, b *Batch, p *model.Person, isNew bool) error {
	setIf(&p.Name, row.Name)
	setIf(&p.Disability, row.Disability)
	setIf(&p.LabourAbility, row.LabourAbility)
	setIf(&p.StudentStage, row.StudentStage)
	if row.Chronic != nil && !slices.Equal(p.Chronic, *row.Chronic) {
		p.Chronic = *row.Chronic
	}
	var missing []model.Insurance
	for _, i := range row.Insurances {
		if !slices.Contains(p.Insurances, i) && !slices.Contains(missing, i) {
			missing = append(missing, i)
		}
	}
	if len(missing) > 0 {
		p.Insurances = append(slices.Clone(p.Insurances), missing...)
	}
	if err := row.lives(p, isNew); err != nil {
		return err
	}
	if err := b.fill(&p.FormV, &p.Attrs, row.Attrs); err != nil {
		return err
	}
	if err := row.identify(b, p, isNew); err != nil {
		return err
	}
	if err := b.reseal(&p.Phone, &p.PhoneHash, row.Phone, "phone", p.ID, checkPhone); err != nil {
		return on("phone", err)
	}
	return row.belong(ctx, b, p)
}

// lives takes the status of somebody who comes into the registry. Whoever is there dies or moves out by a step of its
// own, which takes more along than a row can say.
func (row PersonRow) lives(p *model.Person, isNew bool) error {
	said := is(row.Status)
	switch {
	case said == "" || said == p.Status:
		return nil
	case !isNew:
		return on("life", errLife)
	case is(row.To) == "":
		return refuse("to", "去世或迁出的人要填离户日期")
	}
	p.Status, p.StatusOn = said, row.To.AddDays(1)
	return nil
}

// identify sets name, id number, birth date and sex; the number holds the last two.
func (row PersonRow) identify(b *Batch, p *model.Person, isNew bool) error {
	if err := checkName(p.Name); err != nil {
		return on("name", err)
	}
	if isNew && !recordID.MatchString(p.ID) {
		return on("id", errPersonNo)
	}
	saidDate, saidSex := is(row.BirthDate), is(row.Sex)
	if err := b.reseal(&p.NationalID, &p.NationalIDHash, row.NationalID, "national_id", p.ID, func(string) error { return nil }); err != nil {
		return err
	}
	number := is(row.NationalID)
	if number == "" && (saidDate != "" || saidSex != "") {
		var err error
		if number, err = b.store.Sealer().Open(p.NationalID, "national_id", p.ID); err != nil {
			return err
		}
	}
	if number == "" {
		setIf(&p.BirthDate, row.BirthDate)
		setIf(&p.Sex, row.Sex)
		if isNew && (p.BirthDate == "" || p.Sex == "") {
			return refuse("birth_date", "没有身份证号的,要填出生日期和性别")
		}
		return nil
	}
	p.BirthDate, p.Sex = saidDate, saidSex
	return takeNationalID(p, number, model.DateOf(b.by.At))
}

// belong sets the person's membership of the row's household: the one that began on the row's day, or else the latest
// there.
func (row PersonRow) belong(ctx context.Context, b *Batch, p *model.Person) error {
	if row.HouseholdID == "" {
		return nil
	}
	list, from := slices.Clone(p.Memberships), is(row.From)
	i := -1
	for j, m := range list {
		if m.HouseholdID == row.HouseholdID && (from == "" || m.From == from) {
			i = j
		}
	}
	if i < 0 {
		if from == "" && len(list) > 0 {
			return refuse("from", "以前登记在别的户,换户要填入户日期")
		}
		if from == "" {
			return refuse("from", "新登记的要填入户日期")
		}
		list = append(list, model.Membership{HouseholdID: row.HouseholdID, From: from})
		i = len(list) - 1
	}
	m := &list[i]
	before := *m
	setIf(&m.Relation, row.Relation)
	setIf(&m.To, row.To)
	if m.To != "" && m.To < m.From {
		return refuse("to", "早于入户日期")
	}
	for j, o := range list {
		if j != i && overlap(o.From, o.To, m.From, m.To) {
			return refuse("household_id", fmt.Sprintf("这段时间已经登记在 %s 户,请先填那里的离户日期", o.HouseholdID))
		}
	}
	if *m == before {
		return nil
	}
	if err := b.checkMembership(ctx, *p, before, *m); err != nil {
		return err
	}
	p.Memberships = list
	return nil
}

// checkMembership is for a membership that a row makes or changes: nobody joins a household that is closed, nor after
// their death, and its head neither goes nor becomes something else by a row.
func (b *Batch) checkMembership(ctx context.Context, p model.Person, before, m model.Membership) error {
	today, house := model.DateOf(b.by.At), model.Household{}
	if before.Relation == model.RelationHead {
		var err error
		if house, err = b.gather.Households.Get(ctx, m.HouseholdID); err != nil {
			return err
		}
	}
	switch {
	case m.Relation == "":
		return on("relation", errRelation)
	case m.To == "" || m.To >= today && m.To != before.To:
		if err := checkJoins(b.known.HouseholdStatus[m.HouseholdID], p); err != nil {
			return on("household_id", err)
		}
	case house.HeadID == p.ID && before.To == "":
		return on("to", errHeadLeaves)
	}
	if before.Relation == model.RelationHead && m.Relation != before.Relation {
		return on("relation", checkHead(house, p.ID, m.Relation))
	}
	return nil
}
