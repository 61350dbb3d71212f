package public_test

import (
	"strings"
	"testing"

	"bangfu/handler/public"
	"bangfu/service/model"
)

// TestPosters: a row has its number, whoever stands before the board finds the page by their phone, and the office's
// telephone where the words that say where to object hold one.
func TestPosters(t *testing.T) {
	for contact, phone := range map[string]string{"扶贫办二楼,电话0451-1234567": "0451-1234567", "扶贫办二楼": ""} {
		d := model.Disclosure{
			ID: "2017-funds-1", Title: "资金使用", Contact: contact, State: model.DisclosurePublished,
			Tables: []model.PublicTable{{Caption: "各户", Fields: []model.PublicField{model.FieldHead}, Rows: []model.PublicRow{{Cells: []string{"王**"}}, {Cells: []string{"李**"}}}}},
		}
		page, err := public.Poster(d, "https://example.test")
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"序号", `<td class="number">2</td><th scope="row">李**</th>`, `class="qr"`} {
			if !strings.Contains(string(page), want) {
				t.Errorf("no %s in\n%s", want, page)
			}
		}
		if got := strings.Contains(string(page), "监督电话："+phone); got != (phone != "") {
			t.Errorf("%s: a telephone: %v", contact, got)
		}
	}
}
