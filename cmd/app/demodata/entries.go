package demodata

import (
	"fmt"

	"bangfu/service/model"
	"bangfu/service/verify"
)

// entryList is all aid of the year. What the report gives in detail goes to households; the rest of each
// category is one entry that belongs to none.
func entryList(families []family) []model.Entry {
	var entries []model.Entry
	for _, f := range families {
		entries = append(entries, subsistence(f)...)
		entries = append(entries, disability(f)...)
		entries = append(entries, premiums(f)...)
		entries = append(entries, medical(f)...)
		entries = append(entries, education(f)...)
		entries = append(entries, living(f)...)
	}
	return append(entries, notAllotted()...)
}

// entry fills in what all entries of the report's year share. key makes the id; amount is whole yuan.
func entry(key string, amount int, e model.Entry) model.Entry {
	e.ID = "ref/2017/" + key
	e.Amount = yuan(amount)
	return e
}

// monthly is one payment on the tenth of each month from the first.
func monthly(key, title string, first, amount int, e model.Entry) []model.Entry {
	var list []model.Entry
	for month := first; month <= 12; month++ {
		e.PaidOn, e.Title = model.NewDate(year, month, 10), fmt.Sprintf("%d月%s", month, title)
		list = append(list, entry(fmt.Sprintf("%s/%02d", key, month), amount, e))
	}
	return list
}

func subsistence(f family) []model.Entry {
	return monthly("subsistence/"+f.id, "低保金", 1, f.monthly, model.Entry{
		HouseholdID: f.id, Programme: "subsistence", Category: model.CategorySubsistence, System: model.SystemRelief,
		Fund: fundSubsistence, Method: model.MethodTransfer, PayerUnitID: civilAffairsID, Evidence: "低保金发放花名册",
	})
}

// The monthly disability subsidy by grade, in yuan.
const (
	subsidyGrave = 100 // grades 1 and 2
	subsidyLight = 80  // grades 3 and 4
)

// subsidy is what the member gets a month for a disability, by its grade.
func (m member) subsidy() int {
	switch m.grade {
	case 0:
		return 0
	case 1, 2:
		return subsidyGrave
	}
	return subsidyLight
}

// firstSubsidy is the month of the year from which it was paid, to the year's end.
func (m member) firstSubsidy() int { return max(1, m.certified) }

func disability(f family) []model.Entry {
	var list []model.Entry
	for _, m := range f.members {
		if m.grade == 0 {
			continue
		}
		list = append(list, monthly("disability/"+m.id, "残疾人补贴", m.firstSubsidy(), m.subsidy(), model.Entry{
			HouseholdID: f.id, PersonID: m.id, Programme: "disability", Category: model.CategorySubsistence,
			System: model.SystemRelief, Fund: fundDisability, Method: model.MethodTransfer, PayerUnitID: civilAffairsID,
			Evidence: "残疾人补贴发放表",
		})...)
	}
	return list
}

// premiumEach is the yearly basic medical premium that the finance department pays for everyone.
const premiumEach = 210

func premiums(f family) []model.Entry {
	list := make([]model.Entry, len(f.members))
	for i, m := range f.members {
		list[i] = entry("premium/"+m.id, premiumEach, model.Entry{
			HouseholdID: f.id, PersonID: m.id, Programme: verify.ProgrammePremium, Title: "居民医疗保险费",
			Category: model.CategoryPremium, System: model.SystemRelief, Fund: fundFinance, PaidOn: "2017-01-20",
			Method: model.MethodPremium, PayerUnitID: financeID, Evidence: "居民医疗保险缴费票据",
		})
	}
	return list
}

func medical(f family) []model.Entry {
	var list []model.Entry
	for _, m := range f.members {
		if m.reimbursed > 0 {
			list = append(list, entry("chronic/"+m.id, m.reimbursed, model.Entry{
				HouseholdID: f.id, PersonID: m.id, Programme: verify.ProgrammeChronic, Title: "慢性病医药费",
				Category: model.CategoryMedical, System: model.SystemRelief, Fund: fundMedical, PaidOn: "2017-09-15",
				Method: model.MethodReimbursement, PayerUnitID: hospitalID, Evidence: "慢性病报销单据",
			}))
		}
	}
	if f.relief > 0 {
		list = append(list, entry("relief-medical/"+f.id, f.relief, model.Entry{
			HouseholdID: f.id, Programme: verify.ProgrammeReliefMedical, Title: "大病医疗救助", Category: model.CategoryMedical,
			System: model.SystemFund, Fund: fundRelief, PaidOn: "2017-06-20",
			Method: model.MethodCash, PayerUnitID: serviceCentreID, Evidence: "救助审批表",
		}))
	}
	return list
}

// grant is a kind of help with education: what it is called, how much it is, when and how it is given.
type grant struct {
	programme, title string
	amount           int
	paidOn           model.Date
	method           model.Method
	evidence         string
}

var (
	newEntrant = grant{verify.ProgrammeNewEntrant, "新考入大中专一次性助学金", 12000, "2017-08-25", model.MethodTransfer, "录取通知书"}
	senior     = grant{verify.ProgrammeSeniorSecondary, "高中助学金", 2000, "2017-09-05", model.MethodTransfer, "在读证明"}
	university = grant{verify.ProgrammeUniversity, "大学助学金", 5000, "2017-09-05", model.MethodTransfer, "在读证明"}
	nursery    = grant{verify.ProgrammeNursery, "幼儿园保教费", 2240, "2017-09-01", model.MethodFeeWaiver, "保教费减免单"}
)

func education(f family) []model.Entry {
	var list []model.Entry
	for _, m := range f.members {
		if g := m.grant; g.programme != "" {
			list = append(list, entry("education/"+m.id, g.amount, model.Entry{
				HouseholdID: f.id, PersonID: m.id, Programme: g.programme, Title: g.title, Category: model.CategoryEducation,
				System: model.SystemRelief, Fund: fundEducation, PaidOn: g.paidOn, Method: g.method, PayerUnitID: educationID,
				Evidence: g.evidence,
			}))
		}
	}
	return list
}

// heatingOf is the winter's aid: 33.5 yuan a square metre, by which the homes' 2,000 square metres make
// the published sum. All areas are even, so it is whole yuan.
func heatingOf(f family) int { return f.area / 2 * 67 }

func living(f family) []model.Entry {
	list := []model.Entry{entry("heating/"+f.id, heatingOf(f), model.Entry{
		HouseholdID: f.id, Programme: verify.ProgrammeHeating, Title: "冬季取暖补助", Category: model.CategorySubsidy,
		System: model.SystemRelief, Fund: fundHeating, PaidOn: "2017-10-15",
		Method: model.MethodFeeWaiver, PayerUnitID: upperBureauID, Evidence: "取暖费减免清单",
	})}
	if f.rent > 0 {
		list = append(list, entry("housing/"+f.id, f.rent, model.Entry{
			HouseholdID: f.id, Programme: verify.ProgrammeHousingRent, Title: "廉租住房补贴", Category: model.CategorySubsidy,
			System: model.SystemRelief, Fund: fundHousing, PaidOn: "2017-11-10",
			Method: model.MethodTransfer, PayerUnitID: constructionID, Evidence: "廉租住房补贴发放表",
		}))
	}
	return list
}

// notAllotted is what the report gives as a sum without saying to whom it went.
func notAllotted() []model.Entry {
	rest := func(key, title string, amount int, c model.Category, s model.System, payer string) model.Entry {
		return entry("not-allotted/"+key, amount, model.Entry{
			Programme: "not_allotted", Title: title + "（报告未列明细）", Category: c, System: s, Fund: fundFarm,
			PaidOn: yearEnd, Method: model.MethodTransfer, PayerUnitID: payer, NotAllotted: true,
			Evidence: "2017年度工作报告",
		})
	}
	return []model.Entry{
		rest("premium", "补充医疗保险费", 44190, model.CategoryPremium, model.SystemRelief, financeID),
		rest("medical", "医疗救助", 277400, model.CategoryMedical, model.SystemRelief, civilAffairsID),
		rest("industry", "产业扶贫投入", 1158000, model.CategoryIndustry, model.SystemIndustry, officeID),
		rest("subsidy", "各类补贴及慰问金", 147380, model.CategorySubsidy, model.SystemRelief, officeID),
	}
}
