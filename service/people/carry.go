package people

import (
	"context"
	"slices"

	"bangfu/repo"
	"bangfu/service/access"
	"bangfu/service/model"
)

// Fate is what becomes of a record when its household or its person changes for good.
type Fate string

// The fates.
const (
	Stays     Fate = "stays"      // it tells what was: when it happened it was so
	Moves     Fate = "moves"      // it names the other household from now on, and comes back when that is undone
	Read      Fate = "read"       // it stays, and the other household is shown it with its own (model.Household.Numbers)
	Ends      Fate = "ends"       // it holds no more
	Copied    Fate = "copied"     // the other household gets one of its own
	Follows   Fate = "follows"    // it is derived from others, or ends because they do
	WithWhose Fate = "with-whose" // it moves when it is of a person who goes
)

// Carried is one field that holds a household's or a person's number, and what the events of a life do to it.
//
// A new field of that kind gets a line here; TestEveryNumberHasAFate fails without one.
type Carried struct {
	Collection, Field string // as they are stored; {} stands for what lies in a list
	Type              string // the type and the field in service/model or repo
	Merge             Fate   // its household goes into another
	Split             Fate   // some members make a household of their own
	End               Fate   // its household leaves the register for good: closed, removed
	Leave             Fate   // its person dies or moves out
	mover             *mover // of what moves
}

// mover moves records of one kind from household to household.
type mover struct {
	// held are the records that a household has now, each with the person it is for, if it is for one.
	held func(ctx context.Context, s *Service, householdID string) (map[string]string, error)
	// put moves one that is still the first household's; doing so twice is no error.
	put func(ctx context.Context, s *Service, id, from, to string, by model.ChangeInfo) error
}

// TheCarried is everything that hangs on a household or a person. What a merge, a split, a departure or an end does to
// all of it is decided here and nowhere else; merge.go and life.go go through it.
var TheCarried = []Carried{
	{"households", "head_person_id", "Household.HeadID", Stays, Stays, Stays, Moves, nil},
	{"households", "split_from", "Household.SplitFrom", Stays, Stays, Stays, Stays, nil},
	{"households", "merged_into", "Household.MergedInto", Moves, Stays, Stays, Stays, nil},
	{"households", "absorbed", "Household.Absorbed", Copied, Stays, Stays, Stays, nil},
	{"households", "merge.members{}.person_id", "MergedMember.PersonID", Stays, Stays, Stays, Stays, nil},
	{"persons", "memberships{}.household_id", "Membership.HouseholdID", Moves, WithWhose, Stays, Ends, nil},
	{"national_ids", "person_id", "idClaim.PersonID", Stays, Stays, Stays, Stays, nil},
	{"pairings", "household_id", "Pairing.HouseholdID", Ends, Copied, Ends, Stays, nil},
	{"income_records", "household_id", "IncomeRecord.HouseholdID", Stays, Stays, Stays, Stays, nil},
	{"doctor_contracts", "household_id", "DoctorContract.HouseholdID", Moves, Stays, Stays, Stays, moving(
		(*repo.Store).ContractsOf, (*repo.Store).ChangeContract, func(c *model.DoctorContract) (string, string, *string) { return c.ID, "", &c.HouseholdID })},

	{"accounts", "bindings{}.household_id", "Binding.HouseholdID", Moves, Stays, Ends, Stays, nil},
	{"accounts", "barred{}", "Account.Barred", Copied, Stays, Stays, Stays, nil},
	{"bind_codes", "household_id", "BindCode.HouseholdID", Ends, Stays, Ends, Stays, nil},

	{"ledger_entries", "household_id", "Entry.HouseholdID", Read, Stays, Stays, Stays, nil},
	{"ledger_entries", "person_id", "Entry.PersonID", Stays, Stays, Stays, Stays, nil},
	{"statements", "household_id", "Statement.HouseholdID", Follows, Stays, Stays, Stays, nil},
	{"loans", "household_id", "Loan.HouseholdID", Moves, Stays, Stays, Stays, moving(
		(*repo.Store).LoansOf, (*repo.Store).ChangeLoan, func(l *model.Loan) (string, string, *string) { return l.ID, "", &l.HouseholdID })},
	{"stock_moves", "household_id", "Move.HouseholdID", Stays, Stays, Stays, Stays, nil},

	{"share_subscriptions", "holders{}.household_id", "Holder.HouseholdID", Read, Stays, Stays, Stays, nil},
	{"share_subscriptions", "left_out{}.household_id", "LeftOut.HouseholdID", Read, Stays, Stays, Stays, nil},
	{"dividend_runs", "inputs.holders{}.household_id", "Holder.HouseholdID", Read, Stays, Stays, Stays, nil},
	{"dividend_runs", "result.lines{}.household_id", "DividendLine.HouseholdID", Read, Stays, Stays, Stays, nil},
	{"dividend_runs", "notice.lines{}.household_id", "NoticeLine.HouseholdID", Stays, Stays, Stays, Stays, nil},
	{"dividend_runs", "carried{}.household_id", "PaidBefore.HouseholdID", Stays, Stays, Stays, Stays, nil},
	{"dividend_runs", "reversals{}.household_id", "Reversal.HouseholdID", Stays, Stays, Stays, Stays, nil},
	{"greenhouse_allotments", "household_id", "Allotment.HouseholdID", Stays, Stays, Stays, Stays, nil},
	{"production_batches", "household_id", "Batch.HouseholdID", Stays, Stays, Stays, Stays, nil},
	{"sales", "household_id", "Sale.HouseholdID", Read, Stays, Stays, Stays, nil},
	{"wage_records", "household_id", "Wage.HouseholdID", Read, Stays, Stays, Stays, nil},
	{"wage_records", "person_id", "Wage.PersonID", Stays, Stays, Stays, Stays, nil},

	{"visits", "household_id", "Visit.HouseholdID", Read, Stays, Stays, Stays, nil},
	{"visit_expectations", "household_id", "Expectation.HouseholdID", Follows, Stays, Follows, Stays, nil}, // the plan calls off what no pairing owes
	{"needs", "household_id", "Need.HouseholdID", Moves, Stays, Stays, Stays, &mover{needsOf, moveNeed}},
	{"applications", "household_id", "Application.HouseholdID", Moves, WithWhose, Stays, Stays, moving(
		(*repo.Store).ApplicationsOf, (*repo.Store).ChangeApplication, func(a *model.Application) (string, string, *string) { return a.ID, a.PersonID, &a.HouseholdID })},
	{"applications", "person_id", "Application.PersonID", Stays, Stays, Stays, Stays, nil}, // what is owed for the dead the office decides
	{"papers", "household_id", "Paper.HouseholdID", Moves, WithWhose, Stays, Stays, moving(
		(*repo.Store).PapersOf, (*repo.Store).ChangePaper, func(p *model.Paper) (string, string, *string) { return p.ID, p.PersonID, &p.HouseholdID })},
	{"papers", "person_id", "Paper.PersonID", Stays, Stays, Stays, Stays, nil},
	{"stored_files", "household_id", "StoredFile.HouseholdID", Moves, WithWhose, Stays, Stays, &mover{filesOf, moveFile}}, // of papers; a visit's stays with it

	{"messages", "household_id", "Message.HouseholdID", Moves, Stays, Stays, Stays, &mover{messagesOf, moveMessage}}, // which is not settled
	{"hand_notices", "household_id", "InPersonNotice.HouseholdID", Moves, Stays, Stays, Stays, &mover{handNoticesOf, moveInPersonNotice}},
	{"notice_reads", "household_id", "NoticeRead.HouseholdID", Stays, Stays, Stays, Stays, nil},
	{"broadcast_recipients", "households{}", "Recipient.Households", Stays, Stays, Stays, Stays, nil}, // who gets it was settled when it was frozen
	{"broadcast_waiting", "households{}", "Recipient.Households", Stays, Stays, Stays, Stays, nil},
	{"disclosures", "household_ids{}", "Disclosure.Households", Stays, Stays, Stays, Stays, nil},
	{"objections", "household_id", "Objection.HouseholdID", Read, Stays, Stays, Stays, nil}, // it holds the other household up
	{"activities", "households{}", "Activity.Households", Stays, Stays, Stays, Stays, nil},

	{"alerts", "household_id", "Alert.HouseholdID", Stays, Stays, Stays, Stays, nil},
	{"looks", "household_id", "AccessRecord.HouseholdID", Stays, Stays, Stays, Stays, nil},
	{"audit_log", "household_id", "AuditEntry.HouseholdID", Stays, Stays, Stays, Stays, nil},
}

// moving is the mover of records that keep revisions. at is a record's id, the person whom it is for, and the field.
func moving[T any](
	list func(*repo.Store, context.Context, string) ([]T, error),
	change func(*repo.Store, context.Context, string, int64, model.ChangeInfo, func(*T) error) (T, error),
	at func(*T) (id, personID string, household *string),
) *mover {
	return &mover{
		held: func(ctx context.Context, s *Service, householdID string) (map[string]string, error) {
			records, err := list(s.store, ctx, householdID)
			held := map[string]string{}
			for i := range records {
				id, person, _ := at(&records[i])
				held[id] = person
			}
			return held, err
		},
		put: func(ctx context.Context, s *Service, id, from, to string, by model.ChangeInfo) error {
			_, err := change(s.store, ctx, id, 0, by, func(r *T) error {
				if _, _, household := at(r); *household == from {
					*household = to
				}
				return nil
			})
			return keep(err)
		},
	}
}

func needsOf(ctx context.Context, s *Service, householdID string) (map[string]string, error) {
	list, err := s.store.NeedsOf(ctx, householdID)
	held := map[string]string{}
	for _, n := range list {
		held[n.ID] = ""
	}
	return held, err
}

// moveNeed moves a need to a cadre of the household where it goes, unless it has one already.
func moveNeed(ctx context.Context, s *Service, id, from, to string, by model.ChangeInfo) error {
	open, err := s.openPairings(ctx, to, model.DateOf(s.now()))
	if err != nil {
		return err
	}
	_, err = s.store.ChangeNeed(ctx, id, 0, by, func(n *model.Need) error {
		if n.HouseholdID != from {
			return nil
		}
		n.HouseholdID = to
		if n.Live() && n.OwnerID != "" && len(open) > 0 && !slices.ContainsFunc(open, func(p model.Pairing) bool { return p.CadreID == n.OwnerID }) {
			n.OwnerID = successor(open, "")
		}
		return nil
	})
	return keep(err)
}

// successor is the cadre to whom what another saw to goes: the lead, or else whoever is first. Not the one who goes.
func successor(open []model.Pairing, goes string) (cadreID string) {
	for _, p := range open {
		if p.CadreID != goes && (cadreID == "" || p.Role == model.PairingLead) {
			cadreID = p.CadreID
		}
	}
	return cadreID
}

// filesOf are those of its papers.
func filesOf(ctx context.Context, s *Service, householdID string) (map[string]string, error) {
	papers, err := s.store.PapersOf(ctx, householdID)
	held := map[string]string{}
	for _, p := range papers {
		held[p.ID] = p.PersonID
	}
	return held, err
}

func moveFile(ctx context.Context, s *Service, id, from, to string, _ model.ChangeInfo) error {
	return s.store.RehouseFile(ctx, id, from, to)
}

func messagesOf(ctx context.Context, s *Service, householdID string) (map[string]string, error) {
	list, err := s.store.UnsettledAbout(ctx, householdID)
	held := map[string]string{}
	for _, m := range list {
		held[m.ID] = ""
	}
	return held, err
}

func moveMessage(ctx context.Context, s *Service, id, from, to string, _ model.ChangeInfo) error {
	return s.store.RehouseMessage(ctx, id, from, to)
}

func handNoticesOf(ctx context.Context, s *Service, householdID string) (map[string]string, error) {
	list, err := s.store.InPersonNotices(ctx)
	held := map[string]string{}
	for _, n := range list {
		if n.HouseholdID == householdID {
			held[n.ID] = ""
		}
	}
	return held, err
}

func moveInPersonNotice(ctx context.Context, s *Service, id, from, to string, _ model.ChangeInfo) error {
	return s.store.RehouseInPersonNotice(ctx, id, from, to)
}

// moved lists what would move, by collection: everything that moves with a merge, or with a split what is of the
// persons who go.
func (s *Service) moved(ctx context.Context, householdID string, persons []string) (map[string][]string, error) {
	moved := map[string][]string{}
	for _, c := range TheCarried {
		if c.mover == nil || persons != nil && c.Split != WithWhose {
			continue
		}
		held, err := c.mover.held(ctx, s, householdID)
		if err != nil {
			return nil, err
		}
		for id, person := range held {
			if persons == nil || slices.Contains(persons, person) {
				moved[c.Collection] = append(moved[c.Collection], id)
			}
		}
		slices.Sort(moved[c.Collection])
	}
	return moved, nil
}

// move moves what is listed, as far as it is still there. A repeat moves the rest.
func (s *Service) move(ctx context.Context, by access.Pass, moved map[string][]string, from, to, why string) error {
	for _, c := range TheCarried {
		if c.mover == nil {
			continue
		}
		for _, id := range moved[c.Collection] {
			if err := c.mover.put(ctx, s, id, from, to, by.ChangeInfo(s.now(), why)); err != nil {
				return err
			}
		}
	}
	return nil
}
