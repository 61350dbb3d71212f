package scripts

import (
	"fmt"
	"go/ast"
	"go/types"
	"maps"
	"slices"
	"strings"
	"testing"
)

const accessPath = module + "service/access"

// unreached are the methods of services that may be called from a handler or the bot without a value of service/access,
// by why that opens nobody's record.
var unreached = map[string][]string{
	"it finds out who somebody is, or is told by WeChat itself": {
		"account.BySession", "account.LogInMini", "account.LogInStaff", "account.LogOut", "account.Identify", "account.StaffBySession", "account.Erase",
		"broadcast.MassFinished", "notify.Take", "notify.RecordConsentEvent", "notify.RecordConsent",
	},
	"it is about the one who is logged in, whom their session names": {
		"account.BindByPhone", "account.ChangePassword", "account.MustEnrol", "account.NeedsCode", "account.Quiet", "account.Redeem", "account.Return", "account.StopTOTP", "account.Strangers",
		"people.NoteAccess", "sheets.Decide", "sheets.Give", "sheets.Propose", "sheets.Requests",
	},
	"it says something of what the caller has got already": {
		"account.LockedTill", "account.MiniCardPicture", "aid.Next", "aid.Says", "aid.What", "broadcast.Named", "coop.Lines", "coop.Workers", "fund.DonorName",
		"ledger.RuleOf", "notify.Questions", "notify.Tell", "people.CadreName",
	},
	"it is the farm's and of nobody: rules, forms, names of units and cadres, policies, sums": {
		"account.CodeAlarm", "aid.InForce", "aid.LatestVersions", "aid.Settings", "aid.Versions", "backups.State", "broadcast.Archive", "broadcast.Archived", "broadcast.Find",
		"broadcast.Notice", "broadcast.Notices", "broadcast.Tags", "disclose.Settings", "sheets.Fields", "sheets.Template", "fund.Accounts",
		"fund.Receipts", "fund.Report", "fund.Stock", "ledger.Matrix", "ledger.MonthsOf", "ledger.Report", "ledger.Years", "people.Cadres",
		"bot.Meanings", "people.Form", "people.Units", "visit.Next", "visit.PreviewSettings", "visit.Settings",
	},
	"it names the household of a printed card, which whoever calls it then asks service/access for": {"account.CardHousehold"},
	"sheets are the whole farm's: their routes ask for Farm or Lists, and what is given out is cut by its taker": {
		"sheets.Check", "sheets.CommitLater", "sheets.Drop", "sheets.Import", "sheets.Imports", "sheets.Marked", "sheets.NoteWorkbook",
		"sheets.Refused", "sheets.Sheet",
	},
}

// TestServicesTakeAuthorisedValues: what the handlers of the office and of the mini-program and the bot call of a service
// takes a value that only service/access makes, so that none can call it for something unchecked.
func TestServicesTakeAuthorisedValues(t *testing.T) {
	all, without := compileAll(t), map[string]bool{}
	for _, path := range []string{"handler/staff", "handler/mini", "handler/view", "service/bot"} {
		for _, used := range checked(t, all, path).Uses {
			if f := serviceMethod(used); f != nil && !takesAccess(f) {
				without[fmt.Sprintf("%s.%s", f.Pkg().Name(), f.Name())] = true
			}
		}
	}
	allowed := slices.Concat(slices.Collect(maps.Values(unreached))...)
	for _, name := range slices.Sorted(maps.Keys(without)) {
		if !slices.Contains(allowed, name) {
			t.Errorf("%s takes nothing that service/access made", name)
		}
	}
	for _, name := range allowed {
		if !without[name] {
			t.Errorf("%s is not called without such a value any more", name)
		}
	}
}

// TestOnlyAccessMakesRights: an authorised value is written out nowhere else. A household, unit, cadre, person or record
// without an id is none, so those may be returned empty beside an error.
func TestOnlyAccessMakesRights(t *testing.T) {
	all, none := compileAll(t), []string{"Household", "Unit", "Cadre", "Person", "Record"}
	for path := range all {
		if path == accessPath || !strings.HasPrefix(path, module) {
			continue
		}
		for expr, made := range checked(t, all, strings.TrimPrefix(path, module)).Types {
			lit, ok := expr.(*ast.CompositeLit)
			named, isNamed := made.Type.(*types.Named)
			if !ok || !isNamed || named.Obj().Pkg() == nil || named.Obj().Pkg().Path() != accessPath {
				continue
			}
			if len(lit.Elts) > 0 || !slices.Contains(none, named.Obj().Name()) {
				t.Errorf("%s makes an access.%s", path, named.Obj().Name())
			}
		}
	}
}

// checked is what go/types says of a package of ours.
func checked(t *testing.T, all map[string]compiled, path string) types.Info {
	t.Helper()
	c, p := newChecker(all), all[module+path]
	files, err := c.parse(p.Dir, p.GoFiles)
	if err != nil {
		t.Fatal(err)
	}
	info := types.Info{Uses: map[*ast.Ident]types.Object{}, Types: map[ast.Expr]types.TypeAndValue{}}
	if _, err := c.Check(module+path, c.set, files, &info); err != nil {
		t.Fatal(err)
	}
	return info
}

// serviceMethod is the exported method of a service that is used; nil for everything else.
func serviceMethod(used types.Object) *types.Func {
	f, ok := used.(*types.Func)
	if !ok || !f.Exported() || f.Pkg() == nil || f.Signature().Recv() == nil || !strings.HasPrefix(f.Pkg().Path(), module+"service/") {
		return nil
	}
	path := f.Pkg().Path()
	if path == module+"service/model" || path == accessPath || !strings.HasSuffix(f.Signature().Recv().Type().String(), ".Service") {
		return nil
	}
	return f
}

func takesAccess(f *types.Func) bool {
	for v := range f.Signature().Params().Variables() {
		if strings.Contains(v.Type().String(), "service/access.") {
			return true
		}
	}
	return false
}
