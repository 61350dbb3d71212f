package people

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"bangfu/service/access"
	"bangfu/service/model"
)

// noted holds which lines of today this process has written, so that looking again costs nothing.
type noted struct {
	mu    sync.Mutex
	day   model.Date
	lines map[string]bool
}

// mostNoted bounds what is held; beyond it the lines are written again, which changes nothing.
const mostNoted = 200_000

// missing are those of the lines that were not written yet.
func (n *noted) missing(day model.Date, looks []model.AccessRecord) []model.AccessRecord {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.day != day || len(n.lines) > mostNoted {
		n.day, n.lines = day, map[string]bool{}
	}
	return slices.DeleteFunc(looks, func(l model.AccessRecord) bool { return n.lines[l.ID] })
}

func (n *noted) wrote(looks []model.AccessRecord) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, l := range looks {
		if l.Day == n.day {
			n.lines[l.ID] = true
		}
	}
}

// NoteAccess notes that the member of staff looks at something of households that is not masked: what they were paid, their
// visits, difficulties, papers, doctor. It comes before the answer: what cannot be noted is not given out. There is one
// line for a person, household, day and kind, written once; the household sees them under 谁看过.
func (s *Service) NoteAccess(ctx context.Context, staff model.Staff, kind model.AccessKind, householdIDs ...string) error {
	now := s.now()
	day, actor, roles := model.DateOf(now), staff.Actor(), staff.Roles()
	looks := make([]model.AccessRecord, 0, len(householdIDs))
	for _, id := range distinct(slices.Clone(householdIDs)) {
		looks = append(looks, model.AccessRecord{
			ID: model.AccessRecordID(day, id, actor, string(kind)), HouseholdID: id, Day: day, At: now.UTC(), Actor: actor, Roles: roles, Kind: kind,
		})
	}
	looks = s.noted.missing(day, looks)
	if err := s.store.AddAccessRecords(ctx, looks); err != nil {
		return err
	}
	s.noted.wrote(looks)
	return nil
}

// AccessRecord is one time that somebody read what is hidden of a household or took it out in a file, with the reason; or one
// day on which they looked at it in passing, without one.
type AccessRecord struct {
	At         string // 2017年12月5日 09:30; of a day in passing without the time
	Who        string // the reader's roles, and the name of the log-in's owner
	What       []string
	Reason     string
	BreakGlass bool
	Passing    bool // what their role shows them anyway

	at time.Time
}

// AccessRecords are who looked at the household, newest first: 谁看过我家资料. At most limit readings of what is hidden, and as
// many lines of files and of days.
func (s *Service) AccessRecords(ctx context.Context, house access.Household, limit int) ([]AccessRecord, error) {
	lines, err := s.store.ReadingsOf(ctx, house.ID(), int64(limit))
	if err != nil {
		return nil, err
	}
	rows, err := s.store.AccessRecordsOf(ctx, house.ID(), int64(limit))
	if err != nil {
		return nil, err
	}
	known := map[string]model.Staff{}
	looks := make([]AccessRecord, 0, len(lines)+len(rows))
	for _, l := range lines {
		look := AccessRecord{at: l.At, At: minute(l.At), What: []string{}, Reason: l.Reason, BreakGlass: l.Action == model.AuditBreakGlass}
		for _, f := range l.Fields {
			look.What = append(look.What, model.FieldGroup(f).Label())
		}
		if look.Who, err = s.reader(ctx, known, l.Actor, nil); err != nil {
			return nil, err
		}
		looks = append(looks, look)
	}
	for i, r := range rows {
		if merged := i > 0 && r.Kind != model.AccessExport && sameDay(rows[i-1], r); merged {
			last := &looks[len(looks)-1]
			last.What = append(last.What, r.Kind.Label())
			continue
		}
		look := lookOf(r)
		if look.Who, err = s.reader(ctx, known, r.Actor, r.Roles); err != nil {
			return nil, err
		}
		looks = append(looks, look)
	}
	slices.SortStableFunc(looks, func(a, b AccessRecord) int { return b.at.Compare(a.at) })
	return looks, nil
}

// sameDay reports whether two lines are of one person's day; such lines come one after the other.
func sameDay(a, b model.AccessRecord) bool {
	return a.Day == b.Day && a.Actor == b.Actor && a.Kind != model.AccessExport
}

func lookOf(r model.AccessRecord) AccessRecord {
	if r.Kind != model.AccessExport {
		return AccessRecord{at: r.At, At: r.Day.LongYear(), What: []string{r.Kind.Label()}, Passing: true}
	}
	look := AccessRecord{at: r.At, At: minute(r.At), What: []string{"导出" + r.What}, Reason: r.Reason}
	for _, g := range r.Groups {
		look.What = append(look.What, g.Label())
	}
	return look
}

func minute(at time.Time) string { return at.In(model.Shanghai).Format("2006年1月2日 15:04") }

// reader is who a household is told: the person's name and roles, those of today where none are given.
func (s *Service) reader(ctx context.Context, known map[string]model.Staff, actor string, roles []model.Role) (string, error) {
	if cadreID, isCadre := strings.CutPrefix(actor, "cadre:"); isCadre {
		c, err := s.store.Cadre(ctx, cadreID)
		return c.Name + "(帮扶干部)", keep(err)
	}
	id, ok := strings.CutPrefix(actor, "staff:")
	if !ok {
		return "系统", nil
	}
	staff, ok := known[id]
	if !ok {
		var err error
		if staff, err = s.store.Staff(ctx, id); err != nil {
			return "已注销的工作人员", keep(err)
		}
		known[id] = staff
	}
	if roles == nil {
		roles = staff.Roles()
	}
	labels := make([]string, len(roles))
	for i, d := range roles {
		labels[i] = d.Label()
	}
	return staff.Name + "(" + strings.Join(labels, "、") + ")", nil
}
