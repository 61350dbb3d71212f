package mini

import (
	"context"

	"bangfu/handler/view"
	"bangfu/service/access"
	"bangfu/service/model"
	"bangfu/service/people"
	"bangfu/service/visit"
)

type householdInput struct {
	HouseholdNo string `query:"household_no" maxLength:"40" doc:"登记了几户时,看哪一户;不填看第一户"`
	Year        int    `query:"year" minimum:"0" maximum:"9999" doc:"看哪一年;不填看今年,今年还没有就看最近有的一年"`
}

type householdOutput struct{ Body Household }

// Household is what a household sees of itself.
type Household struct {
	HouseholdNo string         `json:"household_no"`
	View        string         `json:"view" enum:"full,proxy" doc:"proxy是代看:没有家人和每一笔"`
	Status      string         `json:"status" doc:"户情代码"`
	StatusLabel string         `json:"status_label" doc:"户情"`
	Unit        string         `json:"unit" doc:"管理区或社区"`
	Members     []Member       `json:"members"`
	Aid         Aid            `json:"aid"`
	NextVisit   NextVisit      `json:"next_visit"`
	Cadres      []Cadre        `json:"cadres"`
	Pending     []view.Pending `json:"pending" doc:"正在办的申请,钱还没发"`
}

// Member of the household; the name is masked.
type Member struct {
	Name     string `json:"name" doc:"隐去名字"`
	Relation string `json:"relation" doc:"与户主关系"`
}

// Aid of one year. The total is the sum of the categories, and each of those of its entries.
type Aid struct {
	Year       int        `json:"year"`
	Years      []int      `json:"years" doc:"有记录的年份,近的在前"`
	Total      view.Money `json:"total"`
	Categories []Category `json:"categories"`
}

// Category of spending.
type Category struct {
	Code    string     `json:"code"`
	Label   string     `json:"label"`
	Total   view.Money `json:"total"`
	Entries []Entry    `json:"entries"`
}

// Entry is one payment.
type Entry struct {
	ID     string     `json:"id"`
	PaidOn string     `json:"paid_on" format:"date"`
	Title  string     `json:"title"`
	Amount view.Money `json:"amount"`
	Payer  string     `json:"payer"`
	Fund   string     `json:"fund"`
	Method string     `json:"method"`
}

// NextVisit is the coming aid day.
type NextVisit struct {
	Date  string `json:"date" format:"date"`
	Label string `json:"label"`
	Days  int    `json:"days" doc:"还有几天,0是今天"`
}

// Cadre is a cadre paired with the household.
type Cadre struct {
	Name      string `json:"name"`
	RoleLabel string `json:"role_label"`
	Unit      string `json:"unit"`
}

func (a *api) household(ctx context.Context, house access.Household, in *householdInput) (*householdOutput, error) {
	file, err := a.People.File(ctx, house)
	if err != nil {
		return nil, err
	}
	statement, years, err := a.Ledger.Latest(ctx, house)
	if err == nil && in.Year != 0 && in.Year != statement.Year {
		statement, err = a.Ledger.Statement(ctx, house, in.Year)
	}
	if err != nil {
		return nil, err
	}
	next, err := a.Visit.Next(ctx)
	if err != nil {
		return nil, err
	}
	out := render(file, statement, years, next)
	if out.Pending, err = a.pending(ctx, house); err != nil {
		return nil, err
	}
	if out.View = string(house.View()); house.View() != model.ViewFull {
		out.Members, out.Pending = []Member{}, []view.Pending{}
		for i := range out.Aid.Categories {
			out.Aid.Categories[i].Entries = []Entry{}
		}
	}
	return &householdOutput{Body: out}, nil
}

func render(f people.File, st model.Statement, years []int, next visit.Next) Household {
	h := Household{
		HouseholdNo: f.Household.ID, Status: string(f.Household.Status), StatusLabel: f.Household.Status.Label(),
		Unit: f.Unit.Name, Members: make([]Member, len(f.Members)), Cadres: make([]Cadre, len(f.Cadres)),
		Aid:       Aid{Year: st.Year, Years: append([]int{}, years...), Total: view.MoneyOf(st.Total), Categories: categories(st)},
		NextVisit: NextVisit{Date: string(next.Date), Label: next.Date.Long(), Days: next.Days},
	}
	for i, m := range f.Members {
		h.Members[i] = Member{Name: m.Name, Relation: m.Relation.Label()}
	}
	for i, c := range f.Cadres {
		h.Cadres[i] = Cadre{Name: c.Name, RoleLabel: c.Role.Label(), Unit: c.Unit}
	}
	return h
}

func categories(st model.Statement) []Category {
	list := make([]Category, len(st.Categories))
	for i, part := range st.Categories {
		list[i] = Category{
			Code: string(part.Category), Label: part.Category.Label(), Total: view.MoneyOf(part.Total),
			Entries: make([]Entry, len(part.Lines)),
		}
		for j, l := range part.Lines {
			list[i].Entries[j] = Entry{
				ID: model.Outward(l.EntryID), PaidOn: string(l.PaidOn), Title: l.Title, Amount: view.MoneyOf(l.Amount),
				Payer: l.Payer, Fund: l.Fund, Method: l.Method.Label(),
			}
		}
	}
	return list
}
