package demodata

import (
	"slices"

	"bangfu/service/model"
	"bangfu/service/verify"
)

// secondAbove is the sum above which two persons approve. The report says nothing of it; it is a setting.
const secondAbove = 5000

// The rules that several programmes share.
var (
	onRegister = model.Rule{
		Code: "ON_REGISTER", Fact: "status", Op: model.OpIn, Source: "红卫农场精准扶贫实施方案",
		Values: []string{
			string(model.StatusRegistered), string(model.StatusUnderAssistance), string(model.StatusExitProposed), string(model.StatusExited),
			string(model.StatusConsolidated), string(model.StatusRelapseWarning), string(model.StatusRelapsed),
		},
		SaysYes: "您家是建档立卡户", SaysNo: "您家不是建档立卡户", Change: "可以向管理区或社区申请纳入",
	}
	subsistenceIn = model.Rule{
		Code: "SUBSISTENCE_IN", Fact: "subsistence", Op: model.OpEqual, Values: []string{"true"}, Source: "最低生活保障办法",
		SaysYes: "您家享受低保", SaysNo: "您家现在不享受低保", Change: "家里收入少了，可以带收入证明到民政科申请低保",
	}
	onceAYear = model.Rule{
		Code: "ONCE_A_YEAR", Fact: "received_this_year", Op: model.OpEqual, Values: []string{"0"},
		SaysYes: "今年还没有领过", SaysNo: "今年已经领过了", Change: "明年可以再申请",
	}
)

// stage is the rule that somebody is at this stage of schooling.
func stage(code, stage, yes, no string) model.Rule {
	return model.Rule{
		Code: code, Fact: "student_stage", Op: model.OpEqual, Values: []string{stage}, SaysYes: yes, SaysNo: no,
		Change: "上学情况变了，请告诉帮扶干部登记",
	}
}

// programmeList is what the farm gives, as rules. Sums stand only where the report prints them for each person or
// household; the others are by decision.
func programmeList() []model.Programme {
	list := append(livingProgrammes(), medicalProgrammes()...)
	list = append(append(list, educationProgrammes()...), housingProgrammes()...)
	for i := range list {
		p := &list[i]
		p.ID, p.Version, p.From, p.SecondAbove = model.ProgrammeID(p.Code, 1), 1, model.NewDate(year, 1, 1), yuan(secondAbove)
		if p.System == "" {
			p.System = model.SystemRelief
		}
		if p.Method == "" {
			p.Method = model.MethodTransfer
		}
		for j := range p.Rules {
			p.Rules[j].Values = slices.Clone(p.Rules[j].Values) // the shared rules stay as they are written
		}
	}
	return list
}

func livingProgrammes() []model.Programme {
	return []model.Programme{
		{
			Code: "subsistence", Title: "低保金", Summary: "低保户每月发放", Category: model.CategorySubsistence, Automatic: true,
			Fund: "低保资金", PayerUnitID: civilAffairsID, Rules: []model.Rule{onRegister, subsistenceIn},
		},
		{
			Code: "disability", Title: "残疾人补贴", Summary: "持证残疾人每月发放", Category: model.CategorySubsistence, Automatic: true,
			PerPerson: true, Fund: "残疾人补贴资金", PayerUnitID: civilAffairsID,
			Rules: []model.Rule{onRegister, {
				Code: "DISABILITY_GRADED", Fact: "disability_grade", Op: model.OpIn, Values: []string{"1", "2", "3", "4"},
				SaysYes: "登记了残疾等级", SaysNo: "没有登记残疾", SaysMissing: "残疾登记没有写等级，请带残疾人证来补",
				Change: "办了残疾人证，请带来登记",
			}},
		},
		{
			Code: "temporary", Title: "临时救助", Summary: "遇到突发困难的低保户，一次性救助", Category: model.CategorySubsidy, Public: true,
			Fund: "社会救助资金", PayerUnitID: civilAffairsID,
			Rules: []model.Rule{onRegister, subsistenceIn, {
				Code: "SUDDEN_HARDSHIP", Fact: "household.sudden_hardship", Op: model.OpExists, SaysYes: "登记了突发困难",
				SaysNo: "没有登记突发困难", SaysMissing: "还没有登记是什么突发困难，请告诉帮扶干部，核实后登记",
			}},
		},
		{
			Code: "loan", Title: "无息贷款", Summary: "有劳动能力的户发展生产，不要利息", Category: model.CategoryIndustry,
			System: model.SystemIndustry, Ceiling: yuan(loanEach), Lent: true, PayerUnitID: officeID, Documents: []string{"id_card"},
			Rules: []model.Rule{onRegister, {
				Code: "ABLE_TO_WORK", Fact: "has_labour", Op: model.OpEqual, Values: []string{"true"}, SaysYes: "家里有能干活的人",
				SaysNo: "家里登记的都没有劳动能力", Change: "登记得不对，请告诉帮扶干部",
			}},
		},
	}
}

func medicalProgrammes() []model.Programme {
	return []model.Programme{
		{
			Code: verify.ProgrammePremium, Title: "居民医疗保险费", Summary: "农场替您家每个人交医保", Category: model.CategoryPremium,
			PerPerson: true, Automatic: true, Amount: yuan(premiumEach), Fund: "农场财政资金", Method: model.MethodPremium, PayerUnitID: financeID,
			Rules: []model.Rule{{
				Code: "PREMIUM_210", Fact: "status", Op: model.OpIn, Values: onRegister.Values, Source: onRegister.Source,
				SaysYes: "您家是建档立卡户", SaysNo: onRegister.SaysNo, Change: onRegister.Change,
			}, onceAYear},
		},
		{
			Code: verify.ProgrammeChronic, Title: "慢性病医药费报销", Summary: "登记了慢性病的人，凭票据报销医药费", Category: model.CategoryMedical,
			PerPerson: true, Fund: "医疗救助资金", Method: model.MethodReimbursement, PayerUnitID: hospitalID, Documents: []string{"medical_bills"},
			Rules: []model.Rule{onRegister, {
				Code: "CHRONIC_LISTED", Fact: "chronic", Op: model.OpExists, SaysYes: "登记了慢性病", SaysNo: "没有登记慢性病",
				Change: "医院确诊了，请带诊断证明到农场医院登记",
			}, onceAYear},
		},
		{
			Code: verify.ProgrammeReliefMedical, Title: "大病医疗救助", Summary: "看大病自己花了不少钱的低保户", Category: model.CategoryMedical,
			System: model.SystemFund, Public: true, Fund: "扶贫救助基金", Method: model.MethodCash, PayerUnitID: serviceCentreID,
			Rules: []model.Rule{onRegister, subsistenceIn, {
				Code: "SELF_PAID", Fact: "household.medical_self_paid", Op: model.OpExists, SaysYes: "登记了今年自己付的医药费",
				SaysNo: "登记的自付医药费是0元", SaysMissing: "还没有登记今年自己付了多少医药费，请把票据给扶贫办看",
				Change: "有自己付的医药费，请带票据来登记",
			}, onceAYear},
		},
	}
}

func educationProgrammes() []model.Programme {
	list := []model.Programme{
		{
			Code: verify.ProgrammeNewEntrant, Title: newEntrant.title, Summary: "今年新考入大中专的学生，每人一次", Public: true,
			Amount: yuan(newEntrant.amount), Documents: []string{"admission_letter"},
			Rules: []model.Rule{{
				Code: "NEW_COLLEGE_ENTRANT", Fact: "new_college_entrant", Op: model.OpEqual, Values: []string{"true"},
				SaysYes: "今年新考入大中专", SaysNo: "不是今年新考入大中专的", SaysMissing: "还没有登记哪天考上的，请把录取通知书拿来登记",
				Change: "考上了，请把录取通知书拿来登记",
			}, {
				Code: "ONCE_PER_STUDENT", Fact: "received_times", Op: model.OpEqual, Values: []string{"0"},
				SaysYes: "还没有领过", SaysNo: "这笔助学金每个学生只发一次，已经发过了",
			}},
		},
		{
			Code: verify.ProgrammeSeniorSecondary, Title: senior.title, Summary: "在读高中的学生", Documents: []string{"enrolment_proof"},
			Rules: []model.Rule{stage("IN_SENIOR_SECONDARY", stageSecondary, "在读高中", "不是在读高中"), onceAYear},
		},
		{
			Code: verify.ProgrammeUniversity, Title: university.title, Summary: "以前考上、在读大学的学生", Documents: []string{"enrolment_proof"},
			Rules: []model.Rule{stage("AT_UNIVERSITY", stageUniversity, "在读大中专", "不是在读大中专"), {
				Code: "NOT_NEW_ENTRANT", Fact: "new_college_entrant", Op: model.OpEqual, Values: []string{"false"},
				SaysYes: "不是今年新考入的", SaysNo: "今年新考入的走新生助学金", SaysMissing: "还没有登记哪天考上的，请把录取通知书拿来登记",
				Change: "明年可以申请",
			}, onceAYear},
		},
		{
			Code: verify.ProgrammeNursery, Title: nursery.title + "减免", Summary: "上幼儿园的孩子减免保教费", Method: nursery.method,
			Documents: []string{"enrolment_proof"},
			Rules:     []model.Rule{stage("IN_NURSERY", stageNursery, "在上幼儿园", "不是在上幼儿园"), onceAYear},
		},
	}
	for i := range list {
		p := &list[i]
		p.Category, p.PerPerson, p.Fund, p.PayerUnitID = model.CategoryEducation, true, "教育救助资金", educationID
		p.Rules = append([]model.Rule{onRegister, subsistenceIn}, p.Rules...)
	}
	return list
}

func housingProgrammes() []model.Programme {
	return []model.Programme{
		{
			Code: verify.ProgrammeHeating, Title: "冬季取暖补助", Summary: "低保户冬天的取暖费减免", Category: model.CategorySubsidy, Automatic: true,
			Fund: "上级取暖补助及农场配套", Method: model.MethodFeeWaiver, PayerUnitID: upperBureauID,
			Rules: []model.Rule{onRegister, subsistenceIn, onceAYear},
		},
		{
			Code: verify.ProgrammeHousingRent, Title: "廉租住房补贴", Summary: "住廉租房的低保户", Category: model.CategorySubsidy, Public: true,
			Fund: "住房保障资金", PayerUnitID: constructionID, Documents: []string{"rent_contract"},
			Rules: []model.Rule{onRegister, subsistenceIn, {
				Code: "HOUSING_RENT_ELIGIBLE", Fact: "household.housing_type", Op: model.OpEqual, Values: []string{"廉租房"},
				SaysYes: "您家住廉租房", SaysNo: "您家住的不是廉租房", SaysMissing: "还没有登记住房情况，请告诉帮扶干部",
				Change: "住房情况变了，请带租房合同来登记",
			}, onceAYear},
		},
	}
}
