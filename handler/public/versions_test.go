package public_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"bangfu/cmd/app/apptest"
	"bangfu/service/model"
)

// again withdraws what stands of an item of 2017 and draws it up anew, as far as its preview.
func again(r *apptest.Running, item string, version int, writer string) (d disclosureView) {
	r.Must(http.MethodPost, fmt.Sprintf("/staff/v1/disclosures/2017-%s-%d/withdraw", item, version), writer, doc{"note": "数字有变,重新公布"}, nil)
	r.Must(http.MethodPost, "/staff/v1/disclosures", writer, doc{"item": item, "year": 2017}, &d)
	r.Must(http.MethodPost, "/staff/v1/disclosures/"+d.ID+"/preview", writer, doc{"rev": d.Rev}, &d)
	return d
}

func approveAndPublish(r *apptest.Running, d disclosureView, writer, second string) {
	r.Must(http.MethodPost, "/staff/v1/disclosures/"+d.ID+"/approve", second, doc{"rev": d.Rev}, nil)
	proof := doc{"channel": "board", "on": model.DateOf(r.Clock.Now()), "note": "公开栏"}
	r.Must(http.MethodPost, "/staff/v1/disclosures/"+d.ID+"/publications", writer, proof, nil)
}

// settle brings a household of one onto the register.
func settle(t *testing.T, r *apptest.Running, no int, unit string) {
	t.Helper()
	id := fmt.Sprintf("H-%d", no)
	h := model.Household{ID: id, Record: model.NewRecord(r.Clock.Now(), "test"), UnitID: unit, HeadID: fmt.Sprintf("P-%d", no)}
	h.Take(model.StatusChange{Status: model.StatusUnderAssistance, On: "2017-12-01", By: "test", Evidence: "对接卡"})
	p := model.Person{
		ID: h.HeadID, Record: h.Record, Name: "某某某", Status: model.PersonAlive,
		Memberships: []model.Membership{{HouseholdID: id, Relation: model.RelationHead, From: "2017-12-01"}},
	}
	if err := r.Store().InsertHousehold(t.Context(), h); err != nil {
		t.Fatal(err)
	}
	if err := r.Store().InsertPerson(t.Context(), p); err != nil {
		t.Fatal(err)
	}
}

// TestTheNextVersionTellsOfNobody publishes the families, takes one household more onto the register, and publishes them
// again: neither the page nor the other items say what that household adds.
func TestTheNextVersionTellsOfNobody(t *testing.T) {
	r := apptest.Boot(t)
	one, two := r.Office("one"), r.Office("two")
	unit := ""
	units, err := r.Store().Units(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range units {
		if u.Name == "第一社区居民委" {
			unit = u.ID
		}
	}
	settle(t, r, 901, unit)
	approveAndPublish(r, again(r, "families", 1, one), one, two)
	page := browse(t, r, "/public/items/2017-families-2").Body
	if strings.Contains(page, "第一社区居民委") || strings.Contains(page, ">37<") || strings.Contains(page, ">62<") || !strings.Contains(page, "第二社区居民委") {
		t.Errorf("%s", page)
	}
	approveAndPublish(r, again(r, "progress", 1, one), one, two)
	if page = browse(t, r, "/public/items/2017-progress-2").Body; strings.Contains(page, "37户") || !strings.Contains(page, "变动少于3户") {
		t.Errorf("%s", page)
	}
	// Three have come now.
	settle(t, r, 902, unit)
	settle(t, r, 903, unit)
	approveAndPublish(r, again(r, "families", 2, one), one, two)
	if page = browse(t, r, "/public/items/2017-families-3").Body; !strings.Contains(page, ">39<") || !strings.Contains(page, "第一社区居民委") {
		t.Errorf("%s", page)
	}
}

// TestTwoPreviewsThatTellTogether: each may be shown, but not both; the one that comes second is drawn up again.
func TestTwoPreviewsThatTellTogether(t *testing.T) {
	r := apptest.Boot(t)
	one, two := r.Office("one"), r.Office("two")
	for no := range 3 {
		settle(t, r, 901+no, "U-area-1")
	}
	families := again(r, "families", 1, one)
	settle(t, r, 904, "U-area-2")
	progress := again(r, "progress", 1, one)
	approveAndPublish(r, families, one, two)
	base := "/staff/v1/disclosures/" + progress.ID
	r.Refused(409, "tells_of_few", http.MethodPost, base+"/approve", two, doc{"rev": progress.Rev})
	r.Must(http.MethodPost, base+"/preview", one, doc{"rev": progress.Rev}, &progress)
	approveAndPublish(r, progress, one, two)
	if page := browse(t, r, "/public/items/"+progress.ID).Body; strings.Contains(page, "40户") {
		t.Errorf("%s", page)
	}
}

// TestADisclosureFromBeforeItsNumbersWereKept is held against all the same.
func TestADisclosureFromBeforeItsNumbersWereKept(t *testing.T) {
	r := apptest.Boot(t)
	one := r.Office("one")
	by := model.ChangeInfo{Actor: "test", Why: "as it was", At: r.Clock.Now()}
	_, err := r.Store().ChangeDisclosure(t.Context(), "2017-families-1", 0, by, func(d *model.Disclosure) error {
		d.Cells, d.Counted = nil, false
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	r.Clock.Advance(time.Hour)
	settle(t, r, 901, "U-area-1")
	d := again(r, "families", 1, one)
	for _, table := range d.Tables {
		for _, row := range table.Rows {
			if row.Cells[0] == "第一管理区" {
				t.Errorf("%+v", table)
			}
		}
	}
}
