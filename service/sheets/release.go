package sheets

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"bangfu/service/model"
)

// File is a list, row by row, that is about to leave the house: a sheet, the results of a broadcast, a report by
// household. All of them go out through Give.
type File struct {
	What   string   // names the file: the same one always has the same name ("exports/persons.csv")
	Title  string   // what people call it
	Masked bool     // what is sensitive in it is masked, so that it needs no reason
	Fields []string // the columns that it shows in full, for the audit log
	// Write makes the file. It calls row for every row, with the groups of fields that the row opens and the households
	// that it is about.
	Write func(w io.Writer, row func(opened []model.FieldGroup, households ...string)) error
}

// Taker is who takes a file out.
type Taker struct {
	Actor  string
	Duties []model.Role
	Alone  bool // at the machine itself, where no second person can be asked
}

// TakerOf is the member of staff.
func TakerOf(staff model.Staff) Taker { return Taker{Actor: staff.Actor(), Duties: staff.Roles()} }

var (
	errReason    = model.NewError(model.KindInvalid, "reason_missing", "请写明导出来做什么用,至少4个字;表里的每一户都看得到")
	errNoRequest = model.NewError(model.KindNotFound, "no_such_request", "没有这次申请")
	errNotYours  = model.NewError(model.KindForbidden, "export_not_agreed", "这份表还没有人同意,或者过了时间,请重新提请")
	errGrown     = model.NewError(model.KindConflict, "export_grown", "同意以后表里多了很多行,请重新提请")
)

// errSecond is KindForbidden, "export_second": a file of so many rows is not one person's to take.
func errSecond(rows, limit int) error {
	return model.NewError(model.KindForbidden, "export_second",
		fmt.Sprintf("这份表有%d行,超过%d行,要另一位同事同意才能拿:请写明用途,提请同意", rows, limit))
}

// made is a file that is there, and still in the house.
type made struct {
	content    []byte
	rows       int
	households map[string][]model.FieldGroup // with what is open of each
	farm       bool                          // some row is about no household, but the farm
}

func (f File) make() (m made, err error) {
	var b bytes.Buffer
	m.households = map[string][]model.FieldGroup{}
	err = f.Write(&b, func(opened []model.FieldGroup, households ...string) {
		m.rows++
		m.farm = m.farm || len(households) == 0
		for _, id := range households {
			if id == "" {
				m.farm = true
			} else {
				m.households[id] = opened
			}
		}
	})
	if err != nil {
		return m, fmt.Errorf("export: %w", err)
	}
	m.content = b.Bytes()
	return m, nil
}

// Give makes the file and gives it out: for a reason, unless it is masked; with the consent of a second person, by the
// request, when it has more rows than one person may take. Before anything is given out it is in the audit log and with
// each household in it, under 谁看过.
func (s *Service) Give(ctx context.Context, t Taker, f File, reason, requestID string) (content []byte, rows int, err error) {
	most := 0
	if requestID != "" {
		r, err := s.agreed(ctx, t, f, requestID)
		if err != nil {
			return nil, 0, err
		}
		reason, most = r.Reason, r.Rows
	}
	reason = strings.TrimSpace(reason)
	if !model.GoodReason(reason) && !(f.Masked && reason == "") {
		return nil, 0, errReason
	}
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return nil, 0, err
	}
	m, err := f.make()
	if err != nil {
		return nil, 0, err
	}
	limit := settings.ExportLimit()
	switch {
	case t.Alone:
	case requestID == "" && m.rows > limit:
		return nil, 0, errSecond(m.rows, limit)
	case requestID != "" && m.rows > most+limit:
		return nil, 0, errGrown
	}
	if err := s.noteTaken(ctx, t, f, m, reason); err != nil {
		return nil, 0, err
	}
	return m.content, m.rows, nil
}

// agreed is the request by which the person may take the file now.
func (s *Service) agreed(ctx context.Context, t Taker, f File, requestID string) (model.ExportRequest, error) {
	r, err := s.store.ExportRequest(ctx, requestID)
	if model.IsKind(err, model.KindNotFound) || err == nil && (r.CreatedBy != t.Actor || r.What != f.What) {
		return r, errNoRequest
	}
	if err == nil && !r.MayTake(t.Actor, s.now()) {
		err = errNotYours
	}
	return r, err
}

// noteTaken writes down who takes the file: a line in the audit log, and one for each household in it.
func (s *Service) noteTaken(ctx context.Context, t Taker, f File, m made, reason string) error {
	now, why := s.now(), reason
	if why == "" {
		why = "没有写用途,敏感内容遮住了"
	}
	err := s.store.AppendAudit(ctx, model.AuditEntry{
		At: now, Actor: t.Actor, Action: model.AuditExport, Record: f.What, Fields: f.Fields,
		Reason: fmt.Sprintf("%s(%d行,%d户)", why, m.rows, len(m.households)),
	})
	if err != nil {
		return err
	}
	day, minute := model.DateOf(now), now.In(model.Shanghai).Format("15:04")
	looks := make([]model.AccessRecord, 0, len(m.households))
	for _, id := range slices.Sorted(maps.Keys(m.households)) {
		looks = append(looks, model.AccessRecord{
			ID: model.AccessRecordID(day, id, t.Actor, "export|"+f.What+"|"+minute), HouseholdID: id, Day: day, At: now.UTC(), Actor: t.Actor,
			Roles: t.Duties, Kind: model.AccessExport, What: f.Title, Groups: m.households[id], Reason: reason,
		})
	}
	return s.store.AddAccessRecords(ctx, looks)
}

// Propose asks for a second person's consent to a file. The key makes it once.
func (s *Service) Propose(ctx context.Context, staff model.Staff, f File, reason, key string) (model.ExportRequest, error) {
	reason = strings.TrimSpace(reason)
	if !model.GoodReason(reason) {
		return model.ExportRequest{}, errReason
	}
	m, err := f.make()
	if err != nil {
		return model.ExportRequest{}, err
	}
	units, err := s.unitsOf(ctx, m)
	if err != nil {
		return model.ExportRequest{}, err
	}
	r := model.ExportRequest{
		ID: model.ClientKey(staff.Actor(), "", "export:"+key), Record: model.NewRecord(s.now(), staff.Actor()), What: f.What, Title: f.Title, Masked: f.Masked,
		Reason: reason, Rows: m.rows, Households: len(m.households), Units: units, State: model.ExportProposed, Until: s.now().UTC().Add(model.ExportWaits),
	}
	err = s.store.InsertExportRequest(ctx, r)
	if model.IsKind(err, model.KindConflict) {
		stored, err := s.store.ExportRequest(ctx, r.ID)
		if err == nil && (stored.What != r.What || stored.Reason != r.Reason) {
			err = model.NewError(model.KindConflict, "key_used", "这个编号已经提请过另一份表")
		}
		return stored, err
	}
	if err != nil {
		return r, err
	}
	return r, s.noteRequest(ctx, staff, r, fmt.Sprintf("提请导出%s(%d行,%d户):%s", r.Title, r.Rows, r.Households, r.Reason))
}

// unitsOf are the units of the households in a file; the empty one is the whole farm.
func (s *Service) unitsOf(ctx context.Context, m made) ([]string, error) {
	units := map[string]bool{}
	err := s.store.EachHousehold(ctx, func(h model.Household) error {
		if _, in := m.households[h.ID]; in {
			units[h.UnitID] = true
		}
		return nil
	})
	if m.farm {
		units[""] = true
	}
	return slices.Sorted(maps.Keys(units)), err
}

func (s *Service) noteRequest(ctx context.Context, staff model.Staff, r model.ExportRequest, why string) error {
	return s.store.AppendAudit(ctx, model.AuditEntry{
		At: s.now(), Actor: staff.Actor(), Action: model.AuditExport, Record: "export_requests/" + r.ID, Reason: why,
	})
}

// Decide is the second person's word on a request. Who proposed it is refused, under another log-in too, and so is whoever
// may not export all that is in it.
func (s *Service) Decide(ctx context.Context, staff model.Staff, id string, agree bool, why string) (model.ExportRequest, error) {
	paths, err := s.unitPaths(ctx)
	if err != nil {
		return model.ExportRequest{}, err
	}
	r, err := s.store.ExportRequest(ctx, id)
	if model.IsKind(err, model.KindNotFound) || err == nil && !mayDecide(staff, paths, r) {
		err = errNoRequest
	}
	if err != nil {
		return model.ExportRequest{}, err
	}
	if err := s.second(ctx, staff, r.CreatedBy); err != nil {
		return model.ExportRequest{}, err
	}
	if why = strings.TrimSpace(why); !agree && why == "" {
		return model.ExportRequest{}, model.NewError(model.KindInvalid, "why_missing", "请写明为什么不同意")
	}
	word := map[bool]string{true: "同意导出", false: "不同意导出"}[agree]
	r, err = s.store.ChangeExportRequest(ctx, id, r.Rev, model.ChangeInfo{Actor: staff.Actor(), Why: word, At: s.now()}, func(r *model.ExportRequest) error {
		if r.State != model.ExportProposed || !s.now().Before(r.Until) {
			return model.NewError(model.KindConflict, "export_state", "这次申请已经有人答复,或者过了时间,请刷新再看")
		}
		r.State, r.DecidedBy, r.Why = model.ExportRefused, staff.Actor(), why
		if agree {
			r.State, r.Until = model.ExportConfirmed, s.now().UTC().Add(model.ExportTaken)
		}
		return nil
	})
	if err != nil {
		return r, err
	}
	return r, s.noteRequest(ctx, staff, r, word+r.Title+":"+r.Reason)
}

// second refuses whoever proposed it: the log-in, and the same cadre under another one.
func (s *Service) second(ctx context.Context, staff model.Staff, proposer string) error {
	same := model.NewError(model.KindForbidden, "second_person", "要由提请人以外的另一个人同意")
	if proposer == staff.Actor() {
		return same
	}
	first, err := s.store.Staff(ctx, strings.TrimPrefix(proposer, "staff:"))
	if model.IsKind(err, model.KindNotFound) {
		return nil
	}
	if err == nil && first.CadreID != "" && first.CadreID == staff.CadreID {
		err = same
	}
	return err
}

// mayDecide reports whether the member of staff may export every row of the file.
func mayDecide(staff model.Staff, paths map[string][]string, r model.ExportRequest) bool {
	return !slices.ContainsFunc(r.Units, func(u string) bool { return !staff.MayIn(model.MayExport, paths[u]) })
}

// shownRequests is how many requests the list goes back.
const shownRequests = 100

// Requests are the latest that the member of staff made, or may decide on, newest first; waits says which wait for
// their word.
func (s *Service) Requests(ctx context.Context, staff model.Staff) (mine []model.ExportRequest, waits map[string]bool, err error) {
	paths, err := s.unitPaths(ctx)
	if err != nil {
		return nil, nil, err
	}
	all, err := s.store.ExportRequests(ctx, shownRequests)
	waits = map[string]bool{}
	for _, r := range all {
		own := r.CreatedBy == staff.Actor()
		may := !own && mayDecide(staff, paths, r)
		if own || may {
			mine = append(mine, r)
			waits[r.ID] = may && r.State == model.ExportProposed && s.now().Before(r.Until)
		}
	}
	return mine, waits, err
}

// NoteWorkbook writes down that somebody takes the workbook of an import out: its cells may hold anything.
func (s *Service) NoteWorkbook(ctx context.Context, staff model.Staff, imp model.Import) error {
	return s.store.AppendAudit(ctx, model.AuditEntry{
		At: s.now(), Actor: staff.Actor(), Action: model.AuditExport, Record: "imports/" + imp.ID, Reason: "下载退回的表",
	})
}
