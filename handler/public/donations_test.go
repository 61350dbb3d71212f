package public_test

import (
	"fmt"
	"net/http"
	"testing"

	"bangfu/cmd/app/apptest"
	"bangfu/service/model"
)

// TestOnlyWhoAgreedIsNamed: a donor's choice decides what the list of donations calls them.
func TestOnlyWhoAgreedIsNamed(t *testing.T) {
	r := apptest.Boot(t)
	finance := r.Staff("cashier", "", model.RoleAssignment{Role: model.RoleFinance})
	one, two := r.Office("one"), r.Office("two")
	for donor, agreed := range map[string]bool{"赵不愿名": false, "北安镇金谷米业": true} {
		r.Must(http.MethodPost, "/staff/v1/donations", finance, doc{
			"client_key": "gift-of-" + fmt.Sprint(agreed), "donor_kind": "enterprise", "donor": donor, "public_name_ok": agreed,
			"fund_id": "2017/扶贫救助基金", "cash_yuan": "1234.50", "on": "2017-12-20",
		}, nil)
	}
	r.Must(http.MethodPost, "/staff/v1/disclosures/2017-donations-1/withdraw", one, doc{"note": "补上十二月的捐款"}, nil)
	var d disclosureView
	r.Must(http.MethodPost, "/staff/v1/disclosures", one, doc{"item": "donations", "year": 2017}, &d)
	r.Must(http.MethodPost, "/staff/v1/disclosures/"+d.ID+"/preview", one, doc{"rev": d.Rev}, &d)
	r.Must(http.MethodPost, "/staff/v1/disclosures/"+d.ID+"/approve", two, doc{"rev": d.Rev}, &d)
	r.Must(http.MethodPost, "/staff/v1/disclosures/"+d.ID+"/publications", one, doc{"channel": "board", "on": "2017-12-28", "note": "公开栏"}, nil)
	page := browse(t, r, "/public/items/"+d.ID).Body
	apptest.WantContains(t, page, "北安镇金谷米业(企业)", model.Anonymous, "1,234.50", "22,969")
	apptest.WantWithout(t, page, "赵不愿名")

	r.Must(http.MethodPost, "/staff/v1/disclosures", one, doc{"item": "donations", "year": 2016}, &d)
	r.Refused(400, "nothing_to_publish", http.MethodPost, "/staff/v1/disclosures/"+d.ID+"/preview", one, doc{"rev": d.Rev})
}
