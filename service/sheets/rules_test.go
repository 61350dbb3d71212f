package sheets_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bangfu/repo"
	"bangfu/service/model"
	"bangfu/service/sheets"
)

// importer checks and commits CSV texts.
type importer struct {
	t     *testing.T
	s     *sheets.Service
	store *repo.Store
}

func (x importer) check(kind model.SheetKind, text string) model.Import {
	x.t.Helper()
	path := filepath.Join(x.t.TempDir(), "x.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		x.t.Fatal(err)
	}
	return check(x.t, x.s, kind, path)
}

// takes brings a sheet in, of which nothing may be refused.
func (x importer) takes(kind model.SheetKind, text string) model.ImportCount {
	x.t.Helper()
	imp := x.check(kind, text)
	done := commit(x.t, x.s, imp.ID).Done
	if done.Refused > 0 || done != imp.Expected {
		x.t.Fatalf("%s: %+v, expected %+v: %v", text, done, imp.Expected, complaints(x.t, x.s, imp.ID))
	}
	return done
}

// village has H-001 with Wang (head) and his wife, H-002 with Li, H-003 that is closed, and cadres C-01 (paired with
// H-001), C-02, C-03 who has left.
func village(t *testing.T) importer {
	t.Helper()
	s, store := empty(t)
	x := importer{t, s, store}
	x.takes(model.SheetHouseholds, "户号,单位,建档日期,户情,户情起\nH-001,第一管理区,2016-03-01,帮扶中,2016-04-01\nH-002,第一管理区,2016-03-01,,\nH-003,第一管理区,2016-03-01,已注销,2017-01-01\n")
	x.takes(model.SheetPersons, "人员编号,户号,姓名,与户主关系,身份证号,手机号,入户日期,人员状态\n"+
		"P-01,H-001,王一,户主,"+number("1960-05-24", 1)+",19900000001,2016-03-01,健在\n"+
		"P-02,H-001,李二,配偶,"+number("1962-05-24", 2)+",,2016-03-01,健在\n"+
		"P-03,H-002,张三,户主,"+number("1964-05-24", 3)+",,2016-03-01,健在\n")
	x.takes(model.SheetCadres, "干部编号,姓名,职级,单位,在岗情况\nC-01,赵甲,副科级,第一管理区,在岗\nC-02,钱乙,副科级,第一管理区,在岗\nC-03,孙丙,副科级,第一管理区,调离\n")
	x.takes(model.SheetPairings, "户号,干部编号,角色,开始\nH-001,C-01,牵头干部,2017-01-05\n")
	return x
}

// TestASheetMeetsTheRulesOfTheRegistry: what the office's pages refuse, a sheet cannot bring in either, and the reason
// stands at its column.
func TestASheetMeetsTheRulesOfTheRegistry(t *testing.T) {
	x := village(t)
	_, err := x.store.ChangePerson(t.Context(), "P-02", 0, model.ChangeInfo{Actor: "test", Why: "死亡证明", At: start}, func(p *model.Person) error {
		p.Status, p.StatusOn = model.PersonDeceased, "2017-12-01"
		p.EndMembership("H-001", "2017-12-01")
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	persons := "人员编号,户号,姓名,性别,与户主关系,身份证号,出生日期,手机号,入户日期,离户日期,人员状态\n"
	pairings, cadres := "户号,干部编号,角色,开始,结束\n", "干部编号,姓名,职级,单位,支部,手机号,在岗情况\n"
	incomes := "户号,年度,工资性,经营性,财产性,转移性,生产经营支出,人数\n"
	born := "1970-01-02"
	for name, c := range map[string]struct {
		kind      model.SheetKind
		row, want string
	}{
		"a cadre who left":               {model.SheetPairings, pairings + "H-001,C-03,帮扶干部,2017-06-01,", "干部编号:没有这位干部,或已经调离"},
		"a closed household":             {model.SheetPairings, pairings + "H-003,C-02,帮扶干部,2017-06-01,", "户号:这一户已经不在册"},
		"the last cadre":                 {model.SheetPairings, pairings + "H-001,C-01,牵头干部,2017-01-05,2017-12-01", "结束:这是最后一位帮扶干部"},
		"a pairing that ends before":     {model.SheetPairings, pairings + "H-001,C-02,帮扶干部,2017-06-01,2017-05-01", "结束:结束的日期不对"},
		"a cadre who leaves and helps":   {model.SheetCadres, cadres + "C-01,,,,,,调离", "在岗情况:还结对着H-001,请先交接"},
		"a cadre who is back":            {model.SheetCadres, cadres + "C-03,,,,,,在岗", "在岗情况:这位干部已经调离"},
		"a branch that is none":          {model.SheetCadres, cadres + "C-02,,,,第一管理区,,", "支部:不是党支部"},
		"a cadre's landline":             {model.SheetCadres, cadres + "C-02,,,,,0453-5551234,", "手机号:手机号要11位数字,1开头"},
		"a number of a cadre":            {model.SheetCadres, cadres + "干部一,周丁,副科级,第一管理区,,,", "干部编号:干部编号要2到40位"},
		"the dead alive":                 {model.SheetPersons, persons + "P-02,H-001,李二,,配偶,,,,2016-03-01,,健在", "人员状态:去世、迁出只能在系统里办理"},
		"the dead back in the household": {model.SheetPersons, persons + "P-02,H-002,,,其他,,,,2017-12-10,,", "户号:这个人已经去世或迁出"},
		"a death":                        {model.SheetPersons, persons + "P-03,,,,,,,,,,去世", "人员状态:去世、迁出只能在系统里办理"},
		"somebody for a closed one":      {model.SheetPersons, persons + "P-09,H-003,周九,,配偶," + number(born, 9) + ",,,2017-01-05,,", "户号:这一户已经不在册"},
		"a second head":                  {model.SheetPersons, persons + "P-09,H-001,周九,,户主," + number(born, 9) + ",,,2017-01-05,,", "与户主关系:这一户已经有户主"},
		"a head who is none":             {model.SheetPersons, persons + "P-01,H-001,,,子女,,,,,,", "与户主关系:这个人是户主"},
		"a head who goes":                {model.SheetPersons, persons + "P-01,H-001,,,,,,,,2017-12-01,", "离户日期:这个人是户主"},
		"a landline":                     {model.SheetPersons, persons + "P-03,,,,,,,0453-5551234,,,", "手机号:手机号要11位数字,1开头"},
		"another birth date":             {model.SheetPersons, persons + "P-03,,,,,,1964-05-25,,,,", "出生日期:与身份证号里的不同"},
		"another sex":                    {model.SheetPersons, persons + "P-09,H-001,周九,女,子女," + number(born, 9) + ",,,2017-01-05,,", "性别:与身份证号里的不同"},
		"an id number not born yet":      {model.SheetPersons, persons + "P-09,H-001,周九,,子女," + number("2018-05-01", 9) + ",,,2017-01-05,,", "身份证号:身份证号里的出生日期还没到"},
		"an id number of no day":         {model.SheetPersons, persons + "P-09,H-001,周九,,子女," + number("1999-02-30", 9) + ",,,2017-01-05,,", "身份证号:身份证号里的出生日期不对"},
		"another head by number":         {model.SheetHouseholds, "户号,户主\nH-001,P-02\n", "户主:这一户已经有户主"},
		"a household's number":           {model.SheetHouseholds, "户号,单位,建档日期\n红卫一号,第一管理区,2016-03-01\n", "户号:户号要2到20位"},
		"an income of a year to come":    {model.SheetIncomes, incomes + "H-001,2021,1,0,0,0,0,2", "年度:年度或人数不对"},
		"an income of long ago":          {model.SheetIncomes, incomes + "H-001,1995,1,0,0,0,0,2", "年度:年度或人数不对"},
	} {
		imp := x.check(c.kind, c.row)
		if said := complaints(t, x.s, imp.ID)[2]; !strings.Contains(said, c.want) {
			t.Errorf("%s: %q, want %q (%+v)", name, said, c.want, imp.Expected)
		}
		if done := commit(t, x.s, imp.ID).Done; done.Refused != 1 {
			t.Errorf("%s: the commit brings it in: %+v", name, done)
		}
	}
	p := must[model.Person](t)(x.store.Person(t.Context(), "P-02"))
	if p.Status != model.PersonDeceased || p.BelongsAnywhere("2017-12-20") {
		t.Errorf("%+v", p)
	}
}

// TestASheetBringsHistory: what is over needs neither a cadre who is there nor a household that is open, a sheet that
// ends a pairing after the row of whoever takes over is right, and a row that says what the registry has is none's
// business.
func TestASheetBringsHistory(t *testing.T) {
	x := village(t)
	const pairings = "户号,干部编号,角色,开始,结束\n"
	x.takes(model.SheetPairings, pairings+"H-003,C-03,帮扶干部,2016-06-01,2016-12-31\n")
	x.takes(model.SheetPairings, pairings+"H-001,C-02,牵头干部,2017-12-01,\nH-001,C-01,牵头干部,2017-01-05,2017-11-30\n")
	x.takes(model.SheetPersons, "人员编号,户号,姓名,与户主关系,身份证号,入户日期,离户日期,人员状态\nP-08,H-001,周八,父母,"+number("1930-05-24", 1)+",2016-03-01,2017-05-01,去世\n")
	p := must[model.Person](t)(x.store.Person(t.Context(), "P-08"))
	if p.Status != model.PersonDeceased || p.StatusOn != "2017-05-02" {
		t.Errorf("%+v", p)
	}
	again := x.takes(model.SheetPairings, pairings+"H-003,C-03,帮扶干部,2016-06-01,2016-12-31\nH-001,C-01,牵头干部,2017-01-05,2017-11-30\n")
	if again.Unchanged != 2 {
		t.Errorf("%+v", again)
	}
}
