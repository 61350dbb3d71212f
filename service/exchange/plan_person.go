package exchange

import (
	"context"
	"encoding/base32"
	"slices"
	"strconv"

	"bangfu/service/model"
)

func itoa(n int) string { return strconv.Itoa(n) }

// personRow is what a row says about a person, with what had to be looked up for it.
type personRow struct {
	values
	id, hash string
	house    model.Household // of a row that says 户主
}

func (r *run) person(ctx context.Context, v values) (model.RowState, error) {
	p := personRow{values: v, id: v["id"]}
	var err error
	if p.hash, err = r.store.Sealer().Hash(v["national_id"], "national_id"); err != nil {
		return "", err
	}
	registered := r.ids.ByNationalID[p.hash]
	switch {
	case p.id == "" && p.hash == "":
		return "", refuse("id", "人员编号和身份证号至少填一个")
	case p.id == "" && registered != "":
		p.id = registered
	case p.id == "":
		p.id = personIDOf(p.hash)
	case p.hash != "" && registered != "" && registered != p.id:
		return "", refuse("national_id", "已经登记在人员 %s 名下", registered)
	}
	house := v["household_id"]
	if house != "" && !r.ids.Households[house] {
		return "", refuse("household_id", "没有这一户,请先导入户表")
	}
	isHead := v["relation"] == string(model.RelationHead) && v["to"] == ""
	if isHead && house != "" {
		if p.house, err = r.store.Household(ctx, house); err != nil {
			return "", err
		}
		if p.house.HeadID != "" && p.house.HeadID != p.id {
			return "", refuse("relation", "%s 的户主登记的是人员 %s", house, p.house.HeadID)
		}
	}
	state, err := apply(ctx, r, access[model.Person]{r.ids.Persons, r.store.Person, r.store.InsertPerson, r.store.ChangePerson},
		p.id, v, model.Person{ID: p.id, Status: "alive"}, func(d *model.Person, isNew bool) error {
			if err := r.editPerson(d, p, isNew); err != nil || !r.write || d.NationalIDHash == "" {
				return err
			}
			// After everything that may refuse the row: a claim stays.
			err := r.store.ClaimNationalID(ctx, d.NationalIDHash, d.ID)
			if model.IsKind(err, model.KindConflict) {
				return refuse("national_id", "已经登记在别人名下")
			}
			return err
		})
	if err != nil || !r.write {
		return state, err
	}
	if p.hash != "" {
		r.ids.ByNationalID[p.hash] = p.id
	}
	if p.house.ID != "" && p.house.HeadID == "" {
		_, err = r.store.ChangeHousehold(ctx, p.house.ID, 0, r.by, func(h *model.Household) error {
			if h.HeadID == "" {
				h.HeadID = p.id
			}
			return nil
		})
	}
	return state, err
}

// personIDOf makes an id for a person whose sheet gives none: the same for the same id number, which
// cannot be read from it.
func personIDOf(hash string) string {
	return "P-" + base32.StdEncoding.EncodeToString([]byte(hash))[:16]
}

func (r *run) editPerson(d *model.Person, p personRow, isNew bool) error {
	v := p.values
	put(&d.Name, v, "name")
	put(&d.Disability, v, "disability")
	put(&d.LabourAbility, v, "labour")
	put(&d.StudentStage, v, "stage")
	if life := v["life"]; life != "" {
		put(&d.Status, v, "life")
	}
	if chronic, ok := v["chronic"]; ok && !slices.Equal(d.Chronic, split(chronic)) {
		d.Chronic = split(chronic)
	}
	var missing []model.Insurance
	for _, i := range insurancesOf(v["insurances"]) {
		if !slices.Contains(d.Insurances, i) && !slices.Contains(missing, i) {
			missing = append(missing, i)
		}
	}
	if len(missing) > 0 {
		d.Insurances = append(slices.Clone(d.Insurances), missing...)
	}
	if err := r.fill(&d.FormV, &d.Attrs, v); err != nil {
		return err
	}
	if err := r.identify(d, p); err != nil {
		return err
	}
	if isNew && (d.BirthDate == "" || d.Sex == "") {
		return refuse("birth_date", "没有身份证号的,要填出生日期和性别")
	}
	if err := r.reseal(&d.Phone, &d.PhoneHash, v, "phone", d.ID); err != nil {
		return err
	}
	return belong(d, v)
}

// identify sets id number, birth date and sex, which must agree: the number holds the other two.
func (r *run) identify(d *model.Person, p personRow) error {
	put(&d.BirthDate, p.values, "birth_date")
	put(&d.Sex, p.values, "sex")
	if err := r.reseal(&d.NationalID, &d.NationalIDHash, p.values, "national_id", d.ID); err != nil {
		return err
	}
	number := p.values["national_id"]
	if number == "" {
		if p.values["birth_date"] == "" && p.values["sex"] == "" {
			return nil
		}
		var err error
		if number, err = r.store.Sealer().Open(d.NationalID, "national_id", d.ID); err != nil {
			return err
		}
	}
	if len(number) != 18 {
		return nil
	}
	born, _ := bornOf(number)
	if p.values["birth_date"] == "" {
		d.BirthDate = born
	}
	if p.values["sex"] == "" {
		d.Sex = sexOf(number)
	}
	switch {
	case d.BirthDate != born:
		return refuse("birth_date", "与身份证号里的不同")
	case d.Sex != sexOf(number):
		return refuse("sex", "与身份证号里的不同")
	}
	return nil
}

// reseal seals a text for its record, unless it is the one that is sealed there already.
func (r *run) reseal(sealed *model.Sealed, hash *string, v values, field, id string) error {
	plain, said := v[field]
	if !said {
		return nil
	}
	h, err := r.store.Sealer().Hash(plain, field)
	if err != nil || h == *hash {
		return err
	}
	*hash = h
	*sealed, err = r.store.Sealer().Seal(plain, field, id)
	return err
}

// belong sets the person's membership of the row's household: the one that began on the row's day, or else
// the latest there.
func belong(d *model.Person, v values) error {
	house, from := v["household_id"], model.Date(v["from"])
	if house == "" {
		return nil
	}
	list := slices.Clone(d.Memberships)
	i := -1
	for j, m := range list {
		if m.HouseholdID == house && (from == "" || m.From == from) {
			i = j
		}
	}
	if i < 0 {
		if from == "" {
			if len(list) > 0 {
				return refuse("from", "以前登记在别的户,换户要填入户日期")
			}
			return refuse("from", "新登记的要填入户日期")
		}
		list = append(list, model.Membership{HouseholdID: house, From: from})
		i = len(list) - 1
	}
	m := &list[i]
	put(&m.Relation, v, "relation")
	put(&m.To, v, "to")
	if m.Relation == "" {
		return refuse("relation", "要填")
	}
	if m.To != "" && m.To < m.From {
		return refuse("to", "早于入户日期")
	}
	for j, o := range list {
		if j != i && overlap(o.From, o.To, m.From, m.To) {
			return refuse("household_id", "这段时间已经登记在 %s 户,请先填那里的离户日期", o.HouseholdID)
		}
	}
	if !slices.Equal(list, d.Memberships) {
		d.Memberships = list
	}
	return nil
}

// overlap reports whether two spells share a day; the last day belongs to each.
func overlap(from, to, from2, to2 model.Date) bool {
	return (to == "" || from2 <= to) && (to2 == "" || from <= to2)
}
