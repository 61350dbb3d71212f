package disclose

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"bangfu/cmd/app/demodata"
	"bangfu/service/model"

	"pgregory.net/rapid"
)

func referenceRecords() (records, demodata.Farm) {
	ref := demodata.Build()
	r := ref.Records()
	return records{year: 2017, today: "2017-12-28", told: &telling{}, Farm: model.Farm{
		Settings: r.Settings, Units: r.Units, Cadres: r.Cadres, Households: r.Households, Persons: r.Persons, Pairings: r.Pairings,
		Incomes: r.Incomes, Entries: r.Entries, Visits: r.Visits, Activities: r.Activities, Debriefings: r.Debriefings, Contracts: r.Contracts,
		Donations: r.Donations,
	}}, ref
}

// flat is a table as text, a row to a line.
func flat(tables []model.PublicTable) string {
	var b strings.Builder
	for _, t := range tables {
		for _, r := range append(slices.Clone(t.Rows), model.PublicRow{Cells: t.Total}) {
			b.WriteString(strings.Join(r.Cells, " ") + "\n")
		}
		b.WriteString(t.Note + "\n")
	}
	return b.String()
}

// TestThePublishedFigures holds the items against the report.
func TestThePublishedFigures(t *testing.T) {
	r, _ := referenceRecords()
	for item, figures := range map[model.DisclosureItem][]string{
		model.ItemFamilies: {"合计 36 61\n", "已脱贫 36 61\n", "第一管理区 4 7\n"},
		model.ItemPairings: {"第一管理区 王** 李世然、"},
		model.ItemMeasures: {"冬季取暖补助 36\n", "廉租住房补贴 21\n", "慢性病医药费 5\n", "大病医疗救助 3\n", "其他(4项合并) 7\n"},
		model.ItemFunds: {
			"低保金和残疾人补贴 29.36 36\n", "医疗保险费 5.7 36\n", "医疗救助 29.19 8\n", "教育救助 4.024 7\n", "产业扶贫 115.8 —\n",
			"各类补贴及慰问金 34.458 36\n", "合计 218.532 36\n",
		},
		model.ItemDonations: {"干部 8,600 — 8,600\n", "爱心人士(社会组织) 500 1,800 2,300\n", "合计 18,700 1,800 20,500\n"},
		model.ItemProgress: {
			"脱贫退出 36户 36户\n", "110人", "解难事 — 187件次\n", "送政策 — 108件次\n", "送技术 — 96件次\n", "会议 — 15次\n",
			"志愿者慰问 — 26次\n", "志愿者义诊 — 5次\n", "志愿者帮农 — 4次\n", "36个单位 满意率都在96%以上\n",
		},
	} {
		r.told = &telling{}
		c, err := generate(item, r)
		if err != nil {
			t.Fatal(err)
		}
		text := flat(c.tables)
		for _, f := range figures {
			if !strings.Contains(text, f) {
				t.Errorf("%s has no %q:\n%s", item, f, text)
			}
		}
		if item == model.ItemPairings && (len(c.tables[0].Rows) != 36 || strings.Contains(text, "H-0")) {
			t.Errorf("%d pairings:\n%s", len(c.tables[0].Rows), text)
		}
	}
	if _, err := generate(model.ItemExits, r); err == nil {
		t.Error("a notice about nobody")
	}
}

// TestWhateverTheFarmLooksLike draws all items of farms with any of the households, in any status and unit: no
// small group shows, nobody's name, number or address gets out.
func TestWhateverTheFarmLooksLike(t *testing.T) {
	whole, ref := referenceRecords()
	statuses := []model.HouseholdStatus{
		model.StatusIdentified, model.StatusUnderAssistance, model.StatusExitProposed, model.StatusExited, model.StatusRelapsed, model.StatusRemoved,
	}
	rapid.Check(t, func(t *rapid.T) {
		r, kept := whole, map[string]bool{}
		r.Households, r.Entries = nil, nil
		for _, h := range whole.Households[:rapid.IntRange(0, len(whole.Households)).Draw(t, "households")] {
			if rapid.IntRange(0, 3).Draw(t, "left out") == 0 {
				continue
			}
			h.StatusHistory = []model.StatusChange{{Status: rapid.SampledFrom(statuses).Draw(t, "status"), On: "2017-01-01"}}
			h.UnitID = whole.Units[rapid.IntRange(0, 5).Draw(t, "unit")].ID
			r.Households, kept[h.ID] = append(r.Households, h), true
		}
		for _, e := range whole.Entries {
			if e.HouseholdID == "" || kept[e.HouseholdID] {
				r.Entries = append(r.Entries, e)
			}
		}
		for _, item := range model.DisclosureItems {
			r.told = &telling{}
			c, _ := generate(item, r)
			checkTables(t, item, c, ref)
		}
	})
}

func checkTables(t *rapid.T, item model.DisclosureItem, c content, ref demodata.Farm) {
	text := flat(c.tables)
	for _, p := range ref.Persons {
		for _, secret := range []string{p.Name, p.IDNumber, p.PhoneNumber, string(p.BirthDate)} {
			if secret != "" && strings.Contains(text, secret) {
				t.Fatalf("%s tells %q:\n%s", item, secret, text)
			}
		}
	}
	for _, h := range ref.Households {
		if strings.Contains(text, h.Address) {
			t.Fatalf("%s tells %q", item, h.Address)
		}
	}
	for _, table := range c.tables {
		checkSmall(t, item, table)
	}
}

// checkSmall reads the numbers of households as a stranger would, the total less all the other lines included.
func checkSmall(t *rapid.T, item model.DisclosureItem, table model.PublicTable) {
	for i, f := range table.Fields {
		if !slices.Contains(model.PublicFields(item), f) {
			t.Fatalf("%s shows %s", item, f)
		}
		if f != model.FieldHouseholds {
			continue
		}
		for _, r := range table.Rows {
			if n, _ := strconv.Atoi(r.Cells[i]); n > 0 && n < model.SmallGroup {
				t.Fatalf("%s, %s: a group of %d\n%s", item, table.Caption, n, flat([]model.PublicTable{table}))
			}
		}
	}
	if i := slices.Index(table.Fields, model.FieldUnit); i >= 0 && item == model.ItemPairings {
		n := map[string]int{}
		for _, r := range table.Rows {
			n[r.Cells[i]]++
		}
		for unit, households := range n {
			if households < model.SmallGroup {
				t.Fatalf("%s is named for %d households", unit, households)
			}
		}
	}
}

// TestExitsThatDoNotAddUp: when one household has not left, neither number may tell.
func TestExitsThatDoNotAddUp(t *testing.T) {
	const hidden = "36户 有少于3户的一类,不分列"
	for left, want := range map[int]string{0: "36户 36户", 1: hidden, 2: hidden, 3: "36户 33户", 34: hidden, 36: "36户 0户"} {
		r, _ := referenceRecords()
		for i := range left {
			r.Households[i].StatusHistory = []model.StatusChange{{Status: model.StatusUnderAssistance, On: "2017-01-01"}}
		}
		target, done := exits(r)
		if got := fmt.Sprint(target, " ", done); got != want {
			t.Errorf("%d have not left: %s, want %s", left, got, want)
		}
	}
}

func TestTextsForTheChannels(t *testing.T) {
	r, _ := referenceRecords()
	c, err := generate(model.ItemFunds, r)
	if err != nil {
		t.Fatal(err)
	}
	d := model.Disclosure{
		Title: "红卫农场2017年资金使用", Item: model.ItemFunds, AsOf: c.asOf, Tables: c.tables, Contact: "扶贫办", From: "2017-12-28", To: "2018-01-03",
	}
	article, crawl := Article(d, "https://x.cn/p"), Crawl(d)
	for _, want := range []string{
		"低保金和残疾人补贴:金额29.36万元,户数36\n", "产业扶贫:金额115.8万元\n", "合计:金额218.532万元,户数36\n",
		"公示期:2017年12月28日至2018年1月3日",
	} {
		if !strings.Contains(article, want) {
			t.Errorf("the article has no %q:\n%s", want, article)
		}
	}
	if strings.Contains(crawl, "\n") || !strings.Contains(crawl, "合计:金额218.532万元") || len([]rune(crawl)) > 320 {
		t.Errorf("crawl: %q", crawl)
	}
	d.Item = model.ItemPairings
	if strings.Contains(Crawl(d), "29.36") {
		t.Error("a list is no crawl")
	}
}
