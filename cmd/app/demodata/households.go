package demodata

import (
	"slices"
	"time"

	"bangfu/service/model"
)

// The days of the reference farm's year.
const (
	registeredOn   = model.Date("2016-03-01")
	exitProposedOn = model.Date("2017-11-15")
	exitedOn       = model.Date("2017-12-15")
	consolidatedOn = model.Date("2018-01-01")
)

func householdList(families []family) []model.Household {
	households := make([]model.Household, len(families))
	for i, f := range families {
		households[i] = model.Household{
			ID: f.id, HeadID: f.members[0].id, UnitID: f.unit, Address: f.house,
			Attributes:    []model.HouseholdAttribute{{Kind: model.AttributeSubsistence, From: registeredOn}},
			PovertyCauses: slices.Clone(f.causes), RegisteredOn: registeredOn, ExitedOn: exitedOn,
			Status: model.StatusConsolidated, StatusSince: consolidatedOn, StatusHistory: statusHistory(f.id),
			Guarantees: guaranteesOf(f), Notices: noticesOf(), Signatures: signaturesOf(f.id), Plans: plansOf(),
			FormV: 1, Attrs: map[string]any{"housing_type": f.housing(), "housing_area": f.area},
		}
	}
	return households
}

// housing is whether the home is rented with the subsidy or owned, in the words of the form.
func (f family) housing() string {
	if f.rent > 0 {
		return "廉租房"
	}
	return "自有楼房"
}

// statusHistory is the same for all: the report says that all exited by the end of the year and that
// assistance goes on.
func statusHistory(householdID string) []model.StatusChange {
	change := func(status model.HouseholdStatus, on model.Date, evidence string) model.StatusChange {
		return model.StatusChange{
			Status: status, On: on, By: officeID, At: on.Start().Add(9 * time.Hour).UTC(), Evidence: evidence + " " + householdID,
		}
	}
	return []model.StatusChange{
		change(model.StatusRegistered, registeredOn, "入户调查表"),
		change(model.StatusUnderAssistance, pairedFrom, "结对帮扶对接卡"),
		change(model.StatusExitProposed, exitProposedOn, "收入核算表、民主评议记录"),
		change(model.StatusExited, exitedOn, "公示期满记录、批准文件"),
		change(model.StatusConsolidated, consolidatedOn, "巩固计划"),
	}
}

// What the rules ask for before a household changes its status is there for each change of the history.

func guaranteesOf(f family) []model.Guarantee {
	list := make([]model.Guarantee, len(model.GuaranteeKinds))
	for i, kind := range model.GuaranteeKinds {
		list[i] = model.Guarantee{Kind: kind, OK: true, CheckedOn: exitProposedOn, CheckedBy: "驻场核查组", Note: ""}
		if kind == "housing" {
			list[i].Note = f.housing()
		}
	}
	return list
}

func noticesOf() []model.Notice {
	notice := func(purpose string, until model.Date) model.Notice {
		return model.Notice{Purpose: purpose, From: until.AddDays(-model.NoticeDays), To: until.AddDays(-1), Where: "管理区公开栏、公众号"}
	}
	return []model.Notice{notice(model.PurposeRegistration, registeredOn), notice(model.PurposeExit, exitedOn)}
}

func signaturesOf(householdID string) []model.Signature {
	return []model.Signature{{Purpose: model.PurposeExit, On: exitProposedOn, Evidence: "退出确认书 " + householdID}}
}

func plansOf() []model.Plan {
	return []model.Plan{
		{Kind: model.PlanAid, Year: registeredOn.Year(), On: registeredOn, Measures: []string{"落实低保、医疗和教育救助", "黑木耳大棚入股，年底分红"}},
		{Kind: model.PlanConsolidation, Year: consolidatedOn.Year(), On: consolidatedOn, Measures: []string{"帮扶干部每月走访一次", "继续享受原有政策", "黑木耳大棚分红"}},
	}
}
