package verify

import (
	"fmt"

	"bangfu/service/model"
)

// Open is a relation between published figures that does not come out even, or that the report leaves open
// (R11 to R15 of the account of its arithmetic). It is listed as it is: nobody makes up what is missing.
type Open struct{ Code, Text string }

// openRelations says of each what the records hold and what stays without explanation.
func openRelations(r Records) []Open {
	f := figure{AsOf: fmt.Sprint(reportYear)}
	sum := func(c model.Category) model.Fen { return model.Fen(spend(c)(r, f).value) }
	of := func(programmes ...string) model.Fen { return model.Fen(paid(programmes...)(r, f).value) }
	premium, premiums := of(ProgrammePremium), len(receivers(r.perPerson(f, ProgrammePremium)))
	insured := groupInsured(r, f).value
	rest := plus(sum(model.CategoryPremium), premium.Neg())
	chronic := of(ProgrammeChronic)
	heating, housing, relief := of(ProgrammeHeating), of(ProgrammeHousingRent), of(ProgrammeReliefMedical)
	students := of(ProgrammeSeniorSecondary, ProgrammeUniversity)
	return []Open{
		{"R11", fmt.Sprintf("医疗保险费%s元,按人缴费%d人共%s元;其余%s元由%d人团体保险分,%s", sum(model.CategoryPremium).Yuan(), premiums, premium.Yuan(),
			rest.Yuan(), insured, share(rest, insured, "人"))},
		{"R12", fmt.Sprintf("取暖%s元,%s;廉租房%s元,%s;救助基金%s元,%s:各户不同,不当每户标准", heating.Yuan(), r.each(f, ProgrammeHeating, heating),
			housing.Yuan(), r.each(f, ProgrammeHousingRent, housing), relief.Yuan(), r.each(f, ProgrammeReliefMedical, relief))},
		{"R13", fmt.Sprintf("慢性病报销%s元,%s,只是平均数", chronic.Yuan(), r.each(f, ProgrammeChronic, chronic))},
		{"R14", fmt.Sprintf("各类补贴及慰问金%s元,去掉取暖和廉租房还有%s元没有明细;医疗救助%s元,去掉慢性病和救助基金还有%s元没有明细",
			sum(model.CategorySubsidy).Yuan(), plus(sum(model.CategorySubsidy), heating.Neg(), housing.Neg()).Yuan(),
			sum(model.CategoryMedical).Yuan(), plus(sum(model.CategoryMedical), chronic.Neg(), relief.Neg()).Yuan())},
		{"R15", fmt.Sprintf("高中和大学共%s元,报告没有说每人多少,系统里的每人金额是示范数据", students.Yuan())},
	}
}

// each is a sum shared by the households that got of it.
func (r Records) each(f figure, programme string, sum model.Fen) string {
	return share(sum, int64(len(receivers(r.perHousehold(f, programme)))), "户")
}

// share is a sum divided among n, with what is left over, since nothing is rounded away.
func share(sum model.Fen, n int64, unit string) string {
	if n == 0 {
		return "没有" + unit
	}
	each, left := sum.Shared(int(n))
	if left == 0 {
		return fmt.Sprintf("%d%s每%s%s元", n, unit, unit, each.Yuan())
	}
	return fmt.Sprintf("%d%s每%s%s元还余%s元", n, unit, unit, each.Yuan(), left.Yuan())
}
