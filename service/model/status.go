package model

import (
	"fmt"
	"slices"
)

// moves are the steps a household's status can take, domain.md 2.2; closing and removing are open to all
// that have not ended.
var moves = map[HouseholdStatus][]HouseholdStatus{
	"":                    {StatusIdentified},
	StatusIdentified:      {StatusRegistered, StatusRejected},
	StatusRegistered:      {StatusUnderAssistance},
	StatusUnderAssistance: {StatusExitProposed},
	StatusExitProposed:    {StatusExited, StatusUnderAssistance},
	StatusExited:          {StatusConsolidated, StatusRelapseWarning},
	StatusConsolidated:    {StatusRelapseWarning},
	StatusRelapseWarning:  {StatusConsolidated, StatusRelapsed},
	StatusRelapsed:        {StatusUnderAssistance},
}

// Ended reports whether nothing follows the status any more.
func (s HouseholdStatus) Ended() bool {
	return slices.Contains([]HouseholdStatus{StatusRemoved, StatusRejected, StatusClosed}, s)
}

// Known reports whether it is a status at all.
func (s HouseholdStatus) Known() bool { _, ok := statusLabels[s]; return ok }

// NeedsCadre reports whether a household of this status must have a cadre: from its assistance until it
// leaves the register for good.
func (s HouseholdStatus) NeedsCadre() bool {
	return slices.Contains([]HouseholdStatus{
		StatusUnderAssistance, StatusExitProposed, StatusExited, StatusConsolidated, StatusRelapseWarning, StatusRelapsed,
	}, s)
}

// Nexts are the statuses that may follow.
func (s HouseholdStatus) Nexts() []HouseholdStatus {
	if s.Ended() {
		return nil
	}
	return append(slices.Clone(moves[s]), StatusRemoved, StatusClosed)
}

// NoticeDays is the shortest public notice.
const NoticeDays = 7

// Facts are what the guards of a move look at besides the household itself.
type Facts struct {
	On            Date // the day of the move
	Today         Date
	Incomes       []IncomeRecord
	OpenPairings  int
	OpenMembers   int // alive and belonging on the day
	ExitLine      Fen
	Mover         string // who makes the move
	MonitoringFor string // of a move into relapse warning: one of MonitoringKinds

	Notices    []Notice // that were published as disclosures, beside the household's own
	Objections int      // of the public against what names the household, without an answer
}

// MonitoringKinds are the three kinds of households that are watched, 防返贫监测.
var MonitoringKinds = []string{"unstable_exited", "marginal", "sudden_hardship"}

// Unmet are the conditions that keep the household from taking the status, each with the value that was
// used, where it comes from and its date. None means that it may.
func (h Household) Unmet(to HouseholdStatus, f Facts) []Reason {
	if !slices.Contains(h.Status.Nexts(), to) {
		return []Reason{{"no_such_move", fmt.Sprintf("现在是“%s”,不能直接改成“%s”", h.Status.Label(), to.Label())}}
	}
	var g guard
	g.check(f.On > f.Today, "future", "日期%s还没到", f.On)
	g.check(f.On < h.StatusSince, "before_present", "日期%s早于现在户情的开始日期%s；以前的记错了，请用“更正”", f.On, h.StatusSince)
	switch to {
	case StatusRegistered:
		h.checkNotice(&g, PurposeRegistration, "纳入", f)
	case StatusUnderAssistance:
		g.check(f.OpenPairings == 0, "no_pairing", "还没有结对的干部（结对登记，%s）", f.On)
		g.check(!h.HasPlan(PlanAid, f.On), "no_plan", "还没有帮扶计划（户档案，%s）", f.On)
	case StatusExited:
		h.checkExit(&g, f)
	case StatusConsolidated:
		g.check(!h.HasPlan(PlanConsolidation, f.On), "no_plan", "还没有巩固计划（户档案，%s）", f.On)
	case StatusRelapseWarning:
		g.check(!slices.Contains(MonitoringKinds, f.MonitoringFor), "no_signal", "要写明是哪一类监测对象：脱贫不稳定、边缘易致贫或突发严重困难")
	case StatusRelapsed:
		h.checkRelapse(&g, f)
	case StatusClosed:
		g.check(f.OpenMembers > 0, "has_members", "户里还有%d口人（人员登记，%s）；请先办理去世或迁出", f.OpenMembers, f.On)
	}
	return g.unmet
}

// guard collects unmet conditions.
type guard struct{ unmet []Reason }

func (g *guard) check(failed bool, code, format string, args ...any) {
	if failed {
		g.unmet = append(g.unmet, Reason{code, fmt.Sprintf(format, args...)})
	}
}

func (h Household) checkNotice(g *guard, purpose, what string, f Facts) {
	n, ok := latestNotice(purpose, h.Notices, f.Notices)
	if !ok {
		g.check(true, "no_notice", "还没有%s公示（公示登记）", what)
		g.check(f.Objections > 0, "objection_open", "还有%d条公示异议没有答复", f.Objections)
		return
	}
	days := n.From.DaysUntil(n.To) + 1
	g.check(days < NoticeDays, "notice_short", "%s公示只有%d天，要%d天（公示登记，%s至%s）", what, days, NoticeDays, n.From, n.To)
	g.check(f.On <= n.To, "notice_running", "%s公示到%s才满（公示登记）", what, n.To)
	open := n.OpenCount + f.Objections
	g.check(open > 0, "objection_open", "%s公示还有%d条异议没有办完（公示登记，%s至%s）", what, open, n.From, n.To)
}

// checkExit is 精准退出: income, the four guarantees, the household's signature, the notice, a second person.
func (h Household) checkExit(g *guard, f Facts) {
	income, ok := latestIncome(f.Incomes, f.On)
	if !ok {
		g.check(true, "no_income", "还没有收入核算记录")
	} else {
		source := fmt.Sprintf("收入核算,%d年", income.Year)
		perHead, err := income.PerHead()
		g.check(err != nil, "income_wrong", "收入核算的金额太大，算不出人均（%s）", source)
		g.check(err == nil && perHead <= f.ExitLine, "income_low", "人均纯收入%s元，要高于%s元（%s）", perHead.Yuan(), f.ExitLine.Yuan(), source)
		g.check(income.Year < f.On.Year()-1, "income_old", "最近的收入核算是%d年的，太早了", income.Year)
	}
	for _, kind := range GuaranteeKinds {
		h.checkGuarantee(g, kind)
	}
	signed := slices.ContainsFunc(h.Signatures, func(s Signature) bool {
		return s.Purpose == PurposeExit && s.On >= h.StatusSince && s.On <= f.On
	})
	g.check(!signed, "no_signature", "户主还没有签字同意（签字登记，%s起）", h.StatusSince)
	h.checkNotice(g, PurposeExit, "退出", f)
	if line := h.Timeline(); len(line) > 0 {
		proposer := line[len(line)-1].By
		g.check(proposer == f.Mover, "same_person", "提出退出的和批准的要是两个人（%s是您提出的）", h.StatusSince)
	}
}

func (h Household) checkGuarantee(g *guard, kind string) {
	i := slices.IndexFunc(h.Guarantees, func(x Guarantee) bool { return x.Kind == kind })
	if i < 0 {
		g.check(true, "guarantee_"+kind, "%s还没有核查", GuaranteeLabel(kind))
		return
	}
	x := h.Guarantees[i]
	g.check(!x.OK, "guarantee_"+kind, "%s没有达标（%s核查，%s）", GuaranteeLabel(kind), x.CheckedBy, x.CheckedOn)
}

func (h Household) checkRelapse(g *guard, f Facts) {
	income, ok := latestIncome(f.Incomes, f.On)
	if !ok {
		g.check(true, "no_income", "还没有收入核算记录")
		return
	}
	perHead, err := income.PerHead()
	g.check(err != nil, "income_wrong", "收入核算的金额太大，算不出人均（收入核算，%d年）", income.Year)
	g.check(perHead > f.ExitLine, "income_high", "人均纯收入%s元，高于%s元，不算返贫（收入核算，%d年）", perHead.Yuan(), f.ExitLine.Yuan(), income.Year)
}

// latestIncome is the latest accounting that lies before the day, or in its year: what a household is expected to earn
// in years to come decides nothing.
func latestIncome(list []IncomeRecord, day Date) (latest IncomeRecord, ok bool) {
	for _, r := range list {
		if r.Year <= day.Year() && (!ok || r.Year > latest.Year) {
			latest, ok = r, true
		}
	}
	return latest, ok
}

// Take appends the move to the history and makes it the household's status.
func (h *Household) Take(c StatusChange) {
	h.StatusHistory = append(h.StatusHistory, c)
	h.settleStatus()
}

// settleStatus derives the present status, and the dates that follow from it, from the history.
func (h *Household) settleStatus() {
	line := h.Timeline()
	h.ExitedOn = ""
	for _, c := range line {
		h.Status, h.StatusSince = c.Status, c.On
		switch c.Status {
		case StatusRegistered:
			h.RegisteredOn = c.On
		case StatusExited:
			h.ExitedOn = c.On
		case StatusUnderAssistance, StatusRelapsed:
			h.ExitedOn = ""
		}
	}
}
