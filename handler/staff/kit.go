package staff

import (
	"cmp"
	"context"
	"maps"
	"net/url"
	"slices"
	"time"

	"bangfu/handler/scope"
	"bangfu/service/model"

	"github.com/danielgtaylor/huma/v2"
)

// open adds an operation that needs no log-in.
func open[I, O any](a *api, o huma.Operation, do func(context.Context, *I) (*O, error)) {
	huma.Register(a.huma, o, do)
}

// route adds an operation for staff who may do this, where its scope reaches.
func route[T, I, O any](a *api, o huma.Operation, may model.Permission, s reach[T], do func(context.Context, T, *I) (*O, error)) {
	o.Security = []map[string][]string{{Bearer: {}}}
	o.Middlewares = huma.Middlewares{a.authenticate, a.require(may)}
	o.Extensions = map[string]any{"x-permission": may}
	scope.Register(a.huma, o, func(ctx context.Context) caller { return caller{a, staffOf(ctx), may} }, s, do)
}

// download is a file to be saved.
type download struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

func saved(typ, name string, body []byte) *download {
	return &download{ContentType: typ, Disposition: "attachment; filename*=UTF-8''" + url.PathEscape(name), Body: body}
}

// ByNo names a household in the path.
type ByNo struct {
	No string `path:"no" maxLength:"40" doc:"户号"`
}

// Keyed is a request that may be sent again: the same key does it once.
type Keyed struct {
	Key string `json:"client_key" minLength:"8" maxLength:"64" pattern:"^[A-Za-z0-9._-]+$" doc:"自己编的,重发时不变,就只记一次"`
}

// id is what is entered under the key: it belongs to who enters it, for the household (empty: for none).
func (k Keyed) id(ctx context.Context, householdID string) string {
	return model.ClientKey(staffOf(ctx).Actor(), householdID, k.Key)
}

// Span names the days that are asked about: from and to, or a year, or a year up to a day.
type Span struct {
	From string `query:"from" format:"date" doc:"起,含当天"`
	To   string `query:"to" format:"date" doc:"止,含当天"`
	AsOf string `query:"as_of" format:"date" doc:"当年1月1日到这一天"`
	Year int    `query:"year" minimum:"0" maximum:"9999" doc:"一整年;都不写就是今年"`
}

func (s Span) days(now time.Time) (from, to model.Date) {
	year := s.Year
	switch {
	case s.AsOf != "":
		return model.NewDate(model.Date(s.AsOf).Year(), 1, 1), model.Date(s.AsOf)
	case s.From != "" || s.To != "":
		return model.Date(s.From), model.Date(s.To)
	case year == 0:
		year = model.DateOf(now).Year()
	}
	return model.NewDate(year, 1, 1), model.NewDate(year, 12, 31)
}

// Paging is how lists are asked for page by page.
type Paging struct {
	After string `query:"after" maxLength:"300" doc:"上一页的next"`
	Limit int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

// Paged asks for one page of a list.
type Paged struct {
	After string `query:"after" maxLength:"100" doc:"上一页的next"`
	Limit int64  `query:"limit" minimum:"1" maximum:"500" default:"100"`
}

// OfYear asks for one page of a year's list.
type OfYear struct {
	Paged
	Year int `query:"year" minimum:"2000" maximum:"2100" required:"true"`
}

// rowsOutput is a page of a list.
type rowsOutput[T any] struct {
	Body struct {
		Rows []T    `json:"rows"`
		Next string `json:"next,omitempty" doc:"还有下一页时,作为after带回来"`
	}
}

func rowsAnswer[M, T any](list []M, next string, err error, view func(M) T) (*rowsOutput[T], error) {
	if err != nil {
		return nil, err
	}
	out := &rowsOutput[T]{}
	out.Body.Rows, out.Body.Next = make([]T, len(list)), next
	for i, m := range list {
		out.Body.Rows[i] = view(m)
	}
	return out, nil
}

// oneOutput is one record.
type oneOutput[T any] struct{ Body T }

func oneAnswer[M, T any](m M, err error, view func(M) T) (*oneOutput[T], error) {
	if err != nil {
		return nil, err
	}
	return &oneOutput[T]{Body: view(m)}, nil
}

// Amount of money in its three forms: fen to reckon with, yuan and 万元 to show.
type Amount struct {
	Fen  int64  `json:"fen"`
	Yuan string `json:"yuan"`
	Wan  string `json:"wan" doc:"万元"`
}

func amountOf(f model.Fen) Amount { return Amount{int64(f), f.Yuan(), f.Wan()} }

// yuanReader reads amounts until one is wrong.
type yuanReader struct{ err error }

func (y *yuanReader) fen(text string) model.Fen {
	f, err := model.ParseYuan(text)
	if y.err == nil {
		y.err = err
	}
	return f
}

// looked notes that the caller looks at something of households; it comes before the answer.
func (a *api) looked(ctx context.Context, kind model.AccessKind, householdIDs ...string) error {
	return a.People.NoteAccess(ctx, staffOf(ctx), kind, householdIDs...)
}

// lookedAt is looked for the households of a list.
func lookedAt[T any](ctx context.Context, a *api, kind model.AccessKind, list []T, household func(T) string) error {
	ids := make([]string, len(list))
	for i, x := range list {
		ids[i] = household(x)
	}
	return a.looked(ctx, kind, ids...)
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }

type revInput struct {
	ID   string `path:"id" maxLength:"40"`
	Body struct {
		Rev int64 `json:"rev" minimum:"1" doc:"看过的是第几版"`
	}
}

type whyInput struct {
	ID   string `path:"id" maxLength:"40"`
	Body struct {
		Why string `json:"why" minLength:"1" maxLength:"200"`
	}
}

func shanghaiTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(model.Shanghai).Format("2006-01-02 15:04:05")
}
