package people_test

import (
	"net/http"
	"testing"

	"bangfu/cmd/app/apptest"
)

// TestIncomesBeyondMeasure: two incomes of the largest number that there is came to a net of -0.02.
func TestIncomesBeyondMeasure(t *testing.T) {
	r := apptest.Boot(t)
	office := r.Office("one")
	const path = "/staff/v1/households/H-001/incomes/2016"
	income := func(amount string) doc {
		return doc{
			"why": "核算", "wage_yuan": amount, "operating_yuan": amount, "property_yuan": amount, "transfer_yuan": amount, "costs_yuan": "0", "members": 2,
		}
	}
	for _, amount := range []string{"92233720368547758.07", "1000000000000.01", "99999999999999999999999"} {
		r.Refused(http.StatusBadRequest, "amount_too_large", http.MethodPut, path, office, income(amount))
	}
	var out struct {
		Net     string `json:"net_yuan"`
		PerHead string `json:"per_head_yuan"`
	}
	r.Must(http.MethodPut, path, office, income("1000000000000"), &out)
	if out.Net != "4,000,000,000,000" || out.PerHead != "2,000,000,000,000" {
		t.Errorf("%+v", out)
	}
}
