package staff

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"bangfu/service/access"
	"bangfu/service/ledger"
	"bangfu/service/model"
	"bangfu/service/sheets"
)

// Taking is why a file is taken out.
type Taking struct {
	Reason  string `query:"reason" maxLength:"200" doc:"用途,至少4个字;记入审计,表里的每一户都看得到"`
	Request string `query:"request" maxLength:"40" doc:"行数超过限度的,另一位同事同意了的申请的编号"`
}

// give is the file as a download, if it may leave the house.
func (a *api) give(ctx context.Context, f sheets.File, t Taking, typ, name string) (*download, error) {
	content, _, err := a.Sheets.Give(ctx, sheets.TakerOf(staffOf(ctx)), f, t.Reason, t.Request)
	if err != nil {
		return nil, err
	}
	return saved(typ, name, content), nil
}

// WhichSheet names a sheet.
type WhichSheet struct {
	Kind   string `path:"kind" enum:"households,persons,cadres,pairings,incomes,entries" doc:"哪一种表"`
	Format string `query:"format" enum:"xlsx,csv" default:"xlsx"`
	Masked bool   `query:"masked" doc:"写了用途也遮住敏感内容"`
}

func (a *api) sheetFile(ctx context.Context, in WhichSheet, full bool) (sheets.File, error) {
	who := staffOf(ctx)
	return a.Sheets.Sheet(ctx, sheets.Export{
		Kind: model.SheetKind(in.Kind), CSV: in.Format == "csv", Full: full && !in.Masked, Actor: who.Actor(),
		Sees: func(path []string) bool { return who.MayIn(model.MayExport, path) }, Opens: who.CanReadFields,
	})
}

type exportInput struct {
	WhichSheet
	Taking
}

func (a *api) export(ctx context.Context, cut access.Lists, in *exportInput) (*download, error) {
	f, err := a.sheetFile(ctx, in.WhichSheet, strings.TrimSpace(in.Reason)+in.Request != "")
	if err != nil {
		return nil, err
	}
	typ := typeExcel
	if in.Format == "csv" {
		typ = typeCSV
	}
	return a.give(ctx, f, in.Taking, typ, fmt.Sprintf("%s %s.%s", f.Title, model.DateOf(a.Now()), in.Format))
}

type reportFileInput struct {
	Kind string `path:"kind" enum:"category,month,fund,household,funds"`
	Span
	Taking
}

func (a *api) reportFile(ctx context.Context, farm access.Farm, in *reportFileInput) (*download, error) {
	r, err := a.reportOf(ctx, in.Span, in.Kind)
	if err != nil {
		return nil, err
	}
	name := strings.ReplaceAll(r.Title, "/", "-") + ".xlsx"
	if in.Kind == ledger.ByHousehold {
		return a.give(ctx, reportByHousehold(r), in.Taking, typeExcel, name)
	}
	var b bytes.Buffer
	if err := sheets.WriteReport(&b, r); err != nil {
		return nil, err
	}
	return saved(typeExcel, name, b.Bytes()), nil
}

// reportByHousehold is the only report that says something of single households.
func reportByHousehold(r ledger.Report) sheets.File {
	return sheets.File{
		What: "reports/household/" + string(r.From) + ".." + string(r.To) + ".xlsx", Title: r.Title,
		Write: func(w io.Writer, row func([]model.FieldGroup, ...string)) error {
			for _, x := range r.Rows {
				row(nil, x.Household())
			}
			return sheets.WriteReport(w, r)
		},
	}
}

type exportBroadcastInput struct {
	ID string `path:"id" maxLength:"60"`
	Taking
}

func (a *api) exportBroadcast(ctx context.Context, of access.Record[model.Broadcast], in *exportBroadcastInput) (*download, error) {
	f := a.broadcastFile(ctx, of)
	return a.give(ctx, f, in.Taking, typeCSV, strings.ReplaceAll(f.Title, "/", "-")+".csv")
}

// broadcastFile is the result of every recipient as a table, without names.
func (a *api) broadcastFile(ctx context.Context, of access.Record[model.Broadcast]) sheets.File {
	b := of.Record()
	return sheets.File{
		What: "broadcasts/" + b.ID + ".csv", Title: "群发“" + b.Title + "”的结果",
		Write: func(w io.Writer, row func([]model.FieldGroup, ...string)) error {
			if _, err := io.WriteString(w, "\ufeff"); err != nil { // for spreadsheet programs
				return err
			}
			out := csv.NewWriter(w)
			if err := out.Write([]string{"收件", "户号", "干部", "结果", "原因", "方式", "微信错误码", "时间", "送达"}); err != nil {
				return err
			}
			err := a.Broadcast.Export(ctx, of, func(r model.Recipient) error {
				row(nil, r.Households...)
				return out.Write(guarded(r.Person(), strings.Join(r.Households, "、"), r.CadreID, string(r.State), r.Reason, r.Way,
					strconv.FormatInt(r.ErrCode, 10), shanghaiTime(r.At), shanghaiTime(r.ArrivedAt)))
			})
			out.Flush()
			if err != nil {
				return err
			}
			return out.Error()
		},
	}
}

func guarded(cells ...string) []string {
	for i, c := range cells {
		cells[i] = sheets.Guard(c)
	}
	return cells
}

// ExportRequest asks for a file that one person may not take alone.
type ExportRequest struct {
	ID         string            `json:"id"`
	Title      string            `json:"title"`
	What       string            `json:"what" doc:"是哪一份文件"`
	Masked     bool              `json:"masked" doc:"敏感内容是遮住的"`
	Reason     string            `json:"reason"`
	Rows       int               `json:"rows" doc:"提请时有几行"`
	Households int               `json:"households"`
	State      model.ExportState `json:"state"`
	StateLabel string            `json:"state_label"`
	ProposedBy string            `json:"proposed_by"`
	ProposedAt time.Time         `json:"proposed_at"`
	DecidedBy  string            `json:"decided_by,omitempty"`
	Why        string            `json:"why,omitempty" doc:"为什么没有同意"`
	Until      time.Time         `json:"until" doc:"到什么时候为止:等同意的,或者拿文件的"`
	Waits      bool              `json:"waits" doc:"等我同意"`
	Ready      bool              `json:"ready" doc:"我现在可以拿"`
}

func (a *api) requestView(ctx context.Context, r model.ExportRequest, waits bool) ExportRequest {
	return ExportRequest{
		ID: r.ID, Title: r.Title, What: r.What, Masked: r.Masked, Reason: r.Reason, Rows: r.Rows, Households: r.Households, State: r.State,
		StateLabel: r.State.Label(), ProposedBy: r.CreatedBy, ProposedAt: r.CreatedAt, DecidedBy: r.DecidedBy, Why: r.Why, Until: r.Until,
		Waits: waits, Ready: r.MayTake(staffOf(ctx).Actor(), a.Now()),
	}
}

type requestOutput struct{ Body ExportRequest }

// Proposal is what somebody says who wants a large file.
type Proposal struct {
	Body struct {
		Key    string `json:"client_key" minLength:"8" maxLength:"64" doc:"页面上生成,重发时不变"`
		Reason string `json:"reason" minLength:"1" maxLength:"200" doc:"用途,至少4个字;表里的每一户都看得到"`
	}
}

func (a *api) propose(ctx context.Context, f sheets.File, err error, p Proposal) (*requestOutput, error) {
	if err != nil {
		return nil, err
	}
	r, err := a.Sheets.Propose(ctx, staffOf(ctx), f, p.Body.Reason, p.Body.Key)
	return &requestOutput{Body: a.requestView(ctx, r, false)}, err
}

type proposeExportInput struct {
	WhichSheet
	Proposal
}

func (a *api) proposeExport(ctx context.Context, cut access.Lists, in *proposeExportInput) (*requestOutput, error) {
	f, err := a.sheetFile(ctx, in.WhichSheet, true)
	return a.propose(ctx, f, err, in.Proposal)
}

type proposeReportInput struct {
	Kind string `path:"kind" enum:"household"`
	Span
	Proposal
}

func (a *api) proposeReport(ctx context.Context, farm access.Farm, in *proposeReportInput) (*requestOutput, error) {
	r, err := a.reportOf(ctx, in.Span, in.Kind)
	return a.propose(ctx, reportByHousehold(r), err, in.Proposal)
}

type proposeBroadcastInput struct {
	ID string `path:"id" maxLength:"60"`
	Proposal
}

func (a *api) proposeBroadcast(ctx context.Context, of access.Record[model.Broadcast], in *proposeBroadcastInput) (*requestOutput, error) {
	return a.propose(ctx, a.broadcastFile(ctx, of), nil, in.Proposal)
}

type requestsOutput struct {
	Body struct {
		Requests []ExportRequest `json:"requests" doc:"最近的,新的在前"`
	}
}

func (a *api) exportRequests(ctx context.Context, own access.Own, _ *struct{}) (*requestsOutput, error) {
	list, waits, err := a.Sheets.Requests(ctx, own.Staff())
	out := &requestsOutput{}
	out.Body.Requests = []ExportRequest{}
	for _, r := range list {
		out.Body.Requests = append(out.Body.Requests, a.requestView(ctx, r, waits[r.ID]))
	}
	return out, err
}

type decideExportInput struct {
	ID   string `path:"id" maxLength:"40"`
	Body struct {
		Agree bool   `json:"agree"`
		Why   string `json:"why,omitempty" maxLength:"200" doc:"不同意的话为什么"`
	}
}

func (a *api) decideExport(ctx context.Context, own access.Own, in *decideExportInput) (*requestOutput, error) {
	r, err := a.Sheets.Decide(ctx, own.Staff(), in.ID, in.Body.Agree, in.Body.Why)
	if err != nil {
		return nil, err
	}
	return &requestOutput{Body: a.requestView(ctx, r, false)}, nil
}
