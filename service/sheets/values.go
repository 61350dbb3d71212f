package sheets

import (
	"io"
	"strconv"
	"strings"

	"bangfu/service/model"
)

func householdValues(h model.Household) values {
	v := values{
		"household_id": h.ID, "unit": h.UnitID, "address": h.Address, "status": string(h.Status), "status_since": string(h.StatusSince),
		"registered_on": string(h.RegisteredOn), "exited_on": string(h.ExitedOn), "head": h.HeadID,
		"causes": strings.Join(h.PovertyCauses, "、"),
	}
	for _, a := range h.Attributes {
		if a.Kind == model.AttributeSubsistence && string(a.From) >= v["subsistence_from"] {
			v["subsistence_from"], v["subsistence_to"] = string(a.From), string(a.To)
		}
	}
	history := h.Timeline()
	lines := make([]string, len(history))
	for i, c := range history {
		evidence := strings.NewReplacer("\n", " ", ";", ",", "\uff1b", ",").Replace(c.Evidence)
		lines[i] = string(c.On) + " " + narrow(c.Status.Label()) + " " + evidence
	}
	v["career"] = strings.Join(lines, "\n")
	return attrValues(v, h.Attrs)
}

// personValues are a row for each household that the person ever belonged to, or one without any.
func personValues(p model.Person, number, phone string) []values {
	var policies []string
	for _, i := range p.Insurances {
		policies = append(policies, insuranceKinds.label(i.Kind)+strconv.Itoa(i.Year))
	}
	memberships := p.Memberships
	if len(memberships) == 0 {
		memberships = []model.Membership{{}}
	}
	rows := make([]values, len(memberships))
	for i, m := range memberships {
		rows[i] = values{
			"id": p.ID, "household_id": m.HouseholdID, "name": p.Name, "sex": p.Sex, "relation": string(m.Relation), "national_id": number,
			"phone": phone, "birth_date": string(p.BirthDate), "labour": p.LabourAbility, "disability": p.Disability,
			"chronic": strings.Join(p.Chronic, "、"), "stage": p.StudentStage, "insurances": strings.Join(policies, "、"),
			"from": string(m.From), "to": string(m.To), "life": string(p.Status),
		}
		attrValues(rows[i], p.Attrs)
	}
	return rows
}

func cadreValues(c model.Cadre, phone string) values {
	return values{
		"id": c.ID, "name": c.Name, "rank": c.Rank, "unit": c.UnitID, "branch": c.BranchID, "phone": phone, "duty": string(c.Status),
	}
}

func pairingValues(p model.Pairing) values {
	return values{
		"household_id": p.HouseholdID, "cadre_id": p.CadreID, "role": string(p.Role), "card": p.CardNo,
		"from": string(p.From), "to": string(p.To),
	}
}

func incomeValues(i model.IncomeRecord) values {
	fen := func(f model.Fen) string { return strconv.FormatInt(int64(f), 10) }
	return values{
		"household_id": i.HouseholdID, "year": strconv.Itoa(i.Year), "wage": fen(i.Wage), "operating": fen(i.Operating),
		"property": fen(i.Property), "transfer": fen(i.Transfer), "costs": fen(i.Costs), "members": strconv.Itoa(i.Members),
	}
}

func entryValues(e model.Entry) values {
	v := values{
		"id": e.ID, "household_id": e.HouseholdID, "person_id": e.PersonID, "programme": e.Programme, "title": e.Title,
		"category": string(e.Category), "system": string(e.System), "fund": e.Fund, "amount": strconv.FormatInt(int64(e.Amount), 10),
		"paid_on": string(e.PaidOn), "method": string(e.Method), "payer": e.PayerUnitID, "policy": e.Policy, "evidence": e.Evidence,
	}
	if e.NotAllotted {
		v["rest"] = "yes"
	}
	return v
}

// PlainPerson is a person whose id number and phone are not sealed, for sheets that are made outside the
// registry.
type PlainPerson struct {
	model.Person
	IDNumber, PhoneNumber string
}

// PlainCadre is a cadre whose phone is not sealed.
type PlainCadre struct {
	model.Cadre
	PhoneNumber string
}

// WriteHouseholds writes a workbook of households, as an export would.
func WriteHouseholds(w io.Writer, list []model.Household) error {
	return writeSheet(w, model.SheetHouseholds, list, func(h model.Household) []values { return []values{householdValues(h)} })
}

// WritePersons writes a workbook of persons.
func WritePersons(w io.Writer, list []PlainPerson) error {
	return writeSheet(w, model.SheetPersons, list, func(p PlainPerson) []values { return personValues(p.Person, p.IDNumber, p.PhoneNumber) })
}

// WriteCadres writes a workbook of cadres.
func WriteCadres(w io.Writer, list []PlainCadre) error {
	return writeSheet(w, model.SheetCadres, list, func(c PlainCadre) []values { return []values{cadreValues(c.Cadre, c.PhoneNumber)} })
}

// WritePairings writes a workbook of pairings.
func WritePairings(w io.Writer, list []model.Pairing) error {
	return writeSheet(w, model.SheetPairings, list, func(p model.Pairing) []values { return []values{pairingValues(p)} })
}

// WriteIncomes writes a workbook of income records.
func WriteIncomes(w io.Writer, list []model.IncomeRecord) error {
	return writeSheet(w, model.SheetIncomes, list, func(i model.IncomeRecord) []values { return []values{incomeValues(i)} })
}

// WriteEntries writes a workbook of entries that are not in any books yet: without their numbers.
func WriteEntries(w io.Writer, list []model.Entry) error {
	return writeSheet(w, model.SheetEntries, list, func(e model.Entry) []values {
		e.ID = ""
		return []values{entryValues(e)}
	})
}

func writeSheet[T any](w io.Writer, kind model.SheetKind, list []T, rows func(T) []values) error {
	s, err := firstSheet(kind)
	if err != nil {
		return err
	}
	out, err := newTable(s, false, w)
	if err != nil {
		return err
	}
	for _, record := range list {
		for _, v := range rows(record) {
			cells := make([]string, len(s.columns))
			for i, c := range s.columns {
				cells[i] = c.show(v[c.key])
			}
			if err := out.row(cells); err != nil {
				return err
			}
		}
	}
	return out.end()
}
