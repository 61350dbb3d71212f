package staff_test

import (
	"net/http"
	"slices"
	"testing"

	"bangfu/cmd/app/apptest"
	"bangfu/service/model"
	"bangfu/service/sheets"
)

// What the console reads beside the records themselves.
func TestWhatTheConsoleReads(t *testing.T) {
	r := apptest.Boot(t)
	office, secretary := r.Office("boss"), r.Staff("sec", "", model.RoleAssignment{Role: model.RoleSecretary, UnitID: "U-area-1"})

	var me struct {
		Permissions []model.Permission
		Today       model.Date
	}
	r.Must(http.MethodGet, "/staff/v1/me", secretary, nil, &me)
	if !slices.Contains(me.Permissions, model.MayPair) || slices.Contains(me.Permissions, model.MayImport) || me.Today == "" {
		t.Errorf("me: %+v", me)
	}

	var here, beyond struct {
		Pairings []struct {
			No string `json:"household_no"`
		}
	}
	r.Must(http.MethodGet, "/staff/v1/pairings?household_no=H-001,H-036,H-999", office, nil, &here)
	r.Must(http.MethodGet, "/staff/v1/pairings?household_no=H-001,H-036", secretary, nil, &beyond)
	if len(here.Pairings) < 5 || len(beyond.Pairings) != 3 || beyond.Pairings[0].No != "H-001" {
		t.Errorf("pairings: %+v, within the area %+v", here, beyond)
	}

	// The cell that is wrong, with what stood there; what is sensitive stays masked, wrong or not.
	sheet := "人员编号,户号,姓名,与户主关系,身份证号,入户日期\nP-901,H-001,赵小明,子女,23010119800101123,2017-02-30\n"
	var checked struct {
		ID      string
		Refused []sheets.RowError
	}
	r.Call(http.MethodPost, "/staff/v1/imports?kind=persons&name=p.csv", office, sheet).JSON(t, &checked)
	if len(checked.Refused) != 1 {
		t.Fatalf("refused: %+v", checked)
	}
	cells := map[string]sheets.RefusedValue{}
	for _, c := range checked.Refused[0].Cells {
		cells[c.Title] = c
	}
	if c := cells["入户日期"]; c.Text != "2017-02-30" || c.Problem == "" {
		t.Errorf("the wrong day: %+v", c)
	}
	if c := cells["身份证号"]; c.Text != "***" || c.Problem == "" {
		t.Errorf("the wrong number: %+v", c)
	}
	if c := cells["姓名"]; c.Text != "赵**" || c.Problem != "" {
		t.Errorf("the name: %+v", c)
	}

	var list struct {
		Imports []struct{ ID, State string }
	}
	r.Must(http.MethodGet, "/staff/v1/imports", office, nil, &list)
	if len(list.Imports) != 1 || list.Imports[0].ID != checked.ID || list.Imports[0].State != "checked" {
		t.Errorf("imports: %+v", list)
	}
	if a := r.Call(http.MethodGet, "/console/", "", nil); a.Status != http.StatusOK {
		t.Errorf("the console: %d", a.Status)
	}
}
