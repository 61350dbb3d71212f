package app_test

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"bangfu/cmd/app/apptest"
	"bangfu/cmd/app/demodata"
	"bangfu/service/ledger"
	"bangfu/service/model"
	"bangfu/service/verify"
)

// TestTheReferenceYearIsPosted begins with an empty registry. All of the reference year comes in as an office, its
// finance and its cadres would bring it, by sheets and the APIs; then every published figure is what the stored records
// come to, and the books agree with themselves.
func TestTheReferenceYearIsPosted(t *testing.T) {
	r := apptest.Boot(t, apptest.Empty(t, model.Date("2017-01-05").Start()))
	ref := demodata.Build()
	office, finance := r.Office("one"), r.Staff("money", "", model.RoleAssignment{Role: model.RoleFinance})
	noReminders(r, office)
	theRegistry(t, r, office, ref)
	theVisits(t, r, ref.Visits)
	r.TurnTo("2017-12-28", 9)
	whatHappened(r, office, ref)
	theMoney(t, r, finance, ref)
	theCooperative(r, office, finance, ref.Growing)

	farm, err := r.Store().Farm(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	report, err := verify.Compute(verify.Records(farm))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := report.Write(&b); err != nil || report.Differ() {
		t.Errorf("%v\n%s", err, b.String())
	}
	apptest.WantContains(t, b.String(), "相同 57,不同 0")
	var x struct {
		Total struct {
			Amount apptest.Amount
			Count  int
		}
		Differences []string
	}
	r.Must(http.MethodGet, "/staff/v1/ledger/totals?year=2017", finance, nil, &x)
	if x.Total.Amount.Wan != "218.532" || x.Total.Count != len(ref.Entries) || len(x.Differences) > 0 {
		t.Errorf("%+v %q", x.Total, x.Differences)
	}
	for p := model.Period("2017-01"); p <= "2017-11"; p = p.Add(1) {
		r.Must(http.MethodPost, "/staff/v1/ledger/months/"+string(p)+"/close", finance, nil, nil)
	}
	if wrong, err := ledger.New(r.Store(), r.Clock.Now).Recount(t.Context()); err != nil || len(wrong) > 0 {
		t.Errorf("the night finds %q wrong: %v", wrong, err)
	}
	apptest.WantContains(t, r.Say("h-001", "补贴"), apptest.PaidTo("H-001").Total.Yuan()+"元")
}

// noReminders turns off the reminders of twelve aid days: they would only take time.
func noReminders(r *apptest.Running, office string) {
	var settings doc
	r.Must(http.MethodGet, "/staff/v1/aid-day-settings", office, nil, &settings)
	delete(settings, "$schema")
	settings["stages"] = []doc{}
	r.Must(http.MethodPut, "/staff/v1/aid-day-settings", office, settings, nil)
}

// theRegistry comes by sheets, with the history that the households have at the year's end: their visits are recorded
// month by month and need to know them.
func theRegistry(t *testing.T, r *apptest.Running, office string, ref demodata.Farm) {
	t.Helper()
	for _, u := range ref.Units {
		r.Must(http.MethodPut, "/staff/v1/units", office, doc{"id": u.ID, "name": u.Name, "kind": u.Kind, "parent_id": u.ParentID}, nil)
	}
	dir := t.TempDir()
	if err := demodata.WriteWorkbooks(dir); err != nil {
		t.Fatal(err)
	}
	for _, kind := range model.SheetKinds {
		if kind != model.SheetEntries {
			sheet := filepath.Join(dir, string(kind)+".xlsx")
			broughtIn(t, r, office, "/staff/v1/imports", "?kind="+string(kind)+"&name=x.xlsx", sheet)
		}
	}
}

// broughtIn imports a workbook, of which nothing may be refused.
func broughtIn(t *testing.T, r *apptest.Running, token, path, query, file string) {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var imp struct {
		ID, State      string
		Expected, Done model.ImportCount
		Refused        []struct{ Reason string }
	}
	r.Must(http.MethodPost, path+query, token, string(content), &imp)
	if imp.Expected.In == 0 || imp.Expected.Created != imp.Expected.In {
		t.Fatalf("%s: %+v %+v", file, imp.Expected, imp.Refused)
	}
	r.Must(http.MethodPost, path+"/"+imp.ID+"/commit", token, nil, nil)
	apptest.EventuallyAll(t, file+" is in", func() bool {
		r.Must(http.MethodGet, path+"/"+imp.ID, token, nil, &imp)
		return imp.State == "done"
	})
	if imp.Done != imp.Expected {
		t.Errorf("%s: %+v", file, imp.Done)
	}
}

// theVisits are recorded by the cadres on their phones, each on its day.
func theVisits(t *testing.T, r *apptest.Running, list []model.Visit) {
	t.Helper()
	slices.SortStableFunc(list, func(a, b model.Visit) int { return strings.Compare(string(a.On), string(b.On)) })
	tokens := map[string]string{}
	for _, v := range list {
		if model.DateOf(r.Clock.Now()) != v.On {
			r.TurnTo(v.On, 17)
		}
		apptest.Eventually(t, v.ID+" is recorded", func() bool {
			if tokens[v.CadreID] == "" {
				tokens[v.CadreID] = r.LogIn(strings.ToLower(v.CadreID))
			}
			a := r.Call(http.MethodPost, "/mini/v1/visits", tokens[v.CadreID], doc{
				"client_key": "phone-" + v.HouseholdID + "-" + string(v.On), "household_no": v.HouseholdID, "on": v.On, "items": v.Items, "self_funded_yuan": v.SelfFunded.Yuan(),
			})
			switch a.Status {
			case http.StatusUnauthorized: // a log-in ends some time
				tokens[v.CadreID] = ""
			case http.StatusOK, http.StatusForbidden: // the cadre's account is joined to the mini-program in a moment
			default:
				t.Fatalf("%s: %d %s", v.ID, a.Status, a.Body)
			}
			return a.Status == http.StatusOK
		})
	}
}

// whatHappened are the year's meetings, ballots and contracts with doctors.
func whatHappened(r *apptest.Running, office string, ref demodata.Farm) {
	for _, a := range ref.Activities {
		r.Must(http.MethodPut, "/staff/v1/activities", office, doc{
			"id": a.ID, "kind": a.Kind, "title": a.Title, "on": a.On, "participants": a.Participants, "households": a.Households, "text": a.Text,
		}, nil)
	}
	for _, d := range ref.Debriefings {
		r.Must(http.MethodPut, "/staff/v1/debriefings", office, doc{"unit_id": d.UnitID, "year": d.Year, "on": d.On, "ballots": d.Ballots}, nil)
	}
	for _, c := range ref.Contracts {
		r.Must(http.MethodPut, "/staff/v1/households/"+c.HouseholdID+"/doctors", office, doc{"doctor": c.Doctor, "unit_id": c.UnitID, "from": c.From}, nil)
	}
}

// theMoney is where it came from, what is lent, and the sheet of all entries.
func theMoney(t *testing.T, r *apptest.Running, finance string, ref demodata.Farm) {
	t.Helper()
	key := func(id string) string { return strings.NewReplacer("/", "-").Replace(id) }
	for _, f := range ref.Funds {
		r.Must(http.MethodPut, "/staff/v1/funds", finance, doc{
			"year": f.Year, "name": f.Name, "level": f.Level, "regulation": f.Regulation, "planned_yuan": f.Planned.Yuan(),
		}, nil)
	}
	for _, x := range ref.Receipts {
		r.Must(http.MethodPost, "/staff/v1/fund-receipts", finance, doc{
			"client_key": key(x.ID), "fund_id": x.FundID, "amount_yuan": x.Amount.Yuan(), "on": x.On, "from": x.From, "evidence": x.Evidence,
		}, nil)
	}
	for _, i := range ref.Items {
		r.Must(http.MethodPut, "/staff/v1/stock", finance, doc{"id": i.ID, "name": i.Name, "unit": i.Unit}, nil)
	}
	for _, d := range ref.Donations {
		r.Must(http.MethodPost, "/staff/v1/donations", finance, doc{
			"client_key": key(d.ID), "donor_kind": d.DonorKind, "donor": d.Donor, "fund_id": d.FundID, "cash_yuan": d.Cash.Yuan(), "goods": d.Goods,
			"on": d.On, "note": d.Note,
		}, nil)
	}
	for _, l := range ref.Loans {
		r.Must(http.MethodPost, "/staff/v1/loans", finance, doc{
			"client_key": key(l.ID), "household_no": l.HouseholdID, "principal_yuan": l.Principal.Yuan(), "purpose": l.Purpose,
			"lent_on": l.LentOn, "due_on": l.DueOn, "contract": l.Contract,
		}, nil)
	}
	dir := t.TempDir()
	if err := demodata.WriteWorkbooks(dir); err != nil {
		t.Fatal(err)
	}
	broughtIn(t, r, finance, "/staff/v1/batches", "?name=entries.xlsx", filepath.Join(dir, "entries.xlsx"))
}

// theCooperative is what grew, who holds shares, and the dividend as far as the published year brought it.
func theCooperative(r *apptest.Running, office, finance string, g model.Growing) {
	put := func(path string, body doc) { r.Must(http.MethodPut, "/staff/v1"+path, office, body, nil) }
	for _, c := range g.Cooperatives {
		put("/coops", doc{"id": c.ID, "name": c.Name, "unit_id": c.UnitID})
	}
	for _, h := range g.Greenhouses {
		put("/greenhouses", doc{"id": h.ID, "site": h.Site, "unit_id": h.UnitID})
	}
	for _, x := range g.Allotments {
		put("/allotments", doc{"greenhouse_id": x.GreenhouseID, "household_no": x.HouseholdID, "year": x.Year, "contract_fee_waived": x.FeeWaived})
	}
	for _, b := range g.Batches {
		put("/production-batches", doc{
			"greenhouse_id": b.GreenhouseID, "year": b.Year, "season": b.Season, "bags": b.Bags, "dry_millijin_per_bag": b.DryMilliJin,
			"input_yuan": b.Input.Yuan(), "harvested_on": b.HarvestedOn, "actual_millijin": b.ActualMilliJin,
		})
	}
	for _, v := range g.Sales {
		put("/sales", doc{
			"key": "bill-0001", "batch_id": v.BatchID, "sold_on": v.SoldOn, "buyer": v.Buyer, "millijin": v.MilliJin,
			"price_yuan_per_jin": v.PricePerJin.Yuan(), "costs_yuan": v.Costs.Yuan(),
		})
	}
	for _, s := range g.Subscriptions {
		holders := make([]doc, len(s.Holders))
		for i, h := range s.Holders {
			holders[i] = doc{"household_no": h.HouseholdID, "amount_yuan": h.Amount.Yuan()}
		}
		put("/coops/K-001/subscriptions", doc{
			"year": s.Year, "version": s.Version, "fund_yuan": s.Fund.Yuan(), "holders": holders, "left_out": s.LeftOut,
		})
		r.Must(http.MethodPost, "/staff/v1/coops/K-001/subscriptions/2018/1/freeze", office, doc{"rev": 1}, nil)
	}
	for _, d := range g.Dividends {
		in, path := d.Inputs, "/coops/K-001/dividends/2018/base"
		put(path, doc{"subscription_id": in.SubscriptionID, "published": d.Published, "plan": doc{
			"greenhouses": in.Plan.Greenhouses, "crops": in.Plan.Crops, "bags_per_crop": in.Plan.BagsPerCrop,
			"dry_millijin_per_bag": in.Plan.DryMilliJin, "price_yuan_per_jin": in.Plan.PricePerJin.Yuan(), "unit_input_yuan": in.Plan.UnitInput.Yuan(),
		}})
		version := "/staff/v1" + path + "/1"
		for _, step := range []struct{ what, by string }{{"compute", office}, {"check", office}, {"approve", finance}, {"publicise", office}} {
			var run struct{ Rev int64 }
			r.Must(http.MethodGet, version, office, nil, &run)
			r.Must(http.MethodPost, version+"/"+step.what, step.by, doc{"rev": run.Rev}, nil)
		}
	}
}
