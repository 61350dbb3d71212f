package sheets

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"bangfu/service/model"
)

// column is one field of a sheet, and everything that reading, writing and explaining it needs.
type column struct {
	key, title string
	aliases    []string
	need       need
	parse      parser
	group      model.FieldGroup // masked in exports unless the group is opened; empty: never
	fen        bool             // an amount: yuan in the cell, fen in normal form
	day        bool             // a day: only here a number may be shown as one
	example    string
	words      vocabulary // of the cells, for the template's drop-down list
	field      string     // the type of a flexible field; empty for columns of ours
}

type need int

const (
	optional  need = iota
	toCreate       // a new record needs it; for one that is there a blank leaves what it has
	always         // tells which record the row is about
	alwaysOne      // one of the columns marked so must tell
)

// sheet is one kind of sheet.
type sheet struct {
	kind    model.SheetKind
	title   string
	columns []column
}

func (s sheet) column(key string) (column, bool) {
	for _, c := range s.columns {
		if c.key == key {
			return c, true
		}
	}
	return column{}, false
}

func labelled[T ~string](label func(T) string, codes ...T) vocabulary {
	v := make(vocabulary, len(codes))
	for i, c := range codes {
		v[i] = word{code: string(c), label: label(c)}
	}
	return v
}

func (v vocabulary) also(code string, others ...string) vocabulary {
	for i := range v {
		if v[i].code == code {
			v[i].others = others
		}
	}
	return v
}

var (
	statuses = labelled(model.HouseholdStatus.Label,
		model.StatusIdentified, model.StatusRegistered, model.StatusUnderAssistance, model.StatusExitProposed, model.StatusExited,
		model.StatusConsolidated, model.StatusRelapseWarning, model.StatusRelapsed, model.StatusRemoved, model.StatusRejected,
		model.StatusClosed).
		also("registered", "已建档").also("under_assistance", "在帮扶", "未脱贫").also("exited", "脱贫").
		also("consolidated", "巩固期", "巩固提升").also("exit_proposed", "拟脱贫", "预脱贫").also("identified", "拟纳入")
	relations = labelled(model.Relation.Label,
		model.RelationHead, model.RelationSpouse, model.RelationChild, model.RelationDaughterInLaw, model.RelationSonInLaw, model.RelationGrandchild,
		model.RelationParent, model.RelationGrandparent, model.RelationSibling, model.RelationOther).
		also("head", "本人", "本人或户主").also("spouse", "妻子", "丈夫", "妻", "夫").also("child", "儿子", "女儿", "子", "女", "长子", "长女", "次子", "次女").
		also("daughter_in_law", "儿媳妇").also("son_in_law", "姑爷").
		also("grandchild", "孙辈", "孙子", "孙女", "外孙", "外孙女", "外孙子女").also("parent", "父亲", "母亲", "父", "母").
		also("grandparent", "祖辈", "祖父", "祖母", "爷爷", "奶奶", "外祖父", "外祖母", "姥爷", "姥姥", "外祖父母").
		also("sibling", "兄弟", "姐妹", "姊妹", "兄", "弟", "姐", "妹", "哥哥", "弟弟", "姐姐", "妹妹").also("other", "其他成员", "其他关系")
	roles = labelled(model.PairingRole.Label, model.PairingLead, model.PairingMember).also("lead", "牵头").also("member", "成员")
	sexes = vocabulary{{"male", "男", []string{"男性"}}, {"female", "女", []string{"女性"}}}

	labours = vocabulary{
		{"full", "有劳动能力", []string{"普通劳动力", "技能劳动力", "有", "全劳力"}},
		{"weak", "弱劳动能力", []string{"弱劳动力", "半劳动力", "半劳力", "弱"}},
		{"none", "无劳动能力", []string{"无劳动力", "丧失劳动力", "无"}},
	}
	stages = vocabulary{
		{"", "不在读", []string{"否", "无", "非在校生", "-"}}, {"nursery", "学前", []string{"幼儿园", "学前教育"}},
		{"primary", "小学", nil}, {"secondary", "中学", []string{"初中", "高中", "中专", "职高"}},
		{"university", "大学", []string{"大专", "本科", "高职", "研究生"}},
	}
	lives      = vocabulary{{"alive", "健在", []string{"正常"}}, {"deceased", "去世", []string{"死亡", "已故"}}, {"moved_out", "迁出", nil}}
	dutyStates = vocabulary{{"active", "在岗", []string{"在职"}}, {"away", "外出", []string{"暂离"}}, {"left", "调离", []string{"离职", "退休"}}}

	insuranceKinds = vocabulary{
		{model.InsuranceBasic, "基本医疗保险", []string{"基本医疗", "新农合", "城乡居民医疗保险", "居民医保", "医保"}},
		{model.InsuranceGroup, "团体医疗保险", []string{"团体医疗", "团体保险", "互助保险"}},
	}
)

var insurancePart = regexp.MustCompile(`^(.*?)[ :]*(20\d\d)年?(.*)$`)

// insurances are written 基本医疗保险2017、团体医疗保险2017; normal form basic_medical:2017、group_medical:2017.
func insurances(c cell) (string, string) {
	s, problem := list(c)
	if problem != "" || s == "" {
		return s, problem
	}
	var parts []string
	for p := range strings.SplitSeq(s, "、") {
		m := insurancePart.FindStringSubmatch(narrow(p))
		if m == nil {
			return "", "请写明险种和年度,如 基本医疗保险2017"
		}
		kind, problem := insuranceKinds.parse(cell{text: m[1] + m[3]})
		if problem != "" {
			return "", "险种" + problem
		}
		parts = append(parts, kind+":"+m[2])
	}
	return strings.Join(parts, "、"), ""
}

// career is the history of a household's status, a line each: 2016-03-01 建档立卡 入户调查表. Its normal form
// has the codes of the statuses.
func career(c cell) (string, string) {
	var lines []string
	last := ""
	for line := range strings.SplitSeq(strings.NewReplacer(";", "\n", "\uff1b", "\n").Replace(tidy(c.text)), "\n") {
		fields := strings.SplitN(tidy(line), " ", 3)
		if fields[0] == "" {
			continue
		}
		if len(fields) < 2 {
			return "", "每行写日期、户情、依据,用空格隔开"
		}
		day, problem := date(cell{text: fields[0]})
		if problem != "" {
			return "", "日期" + problem
		}
		status, problem := statuses.parse(cell{text: fields[1]})
		if problem != "" {
			return "", "户情" + problem
		}
		if day < last {
			return "", "要按日期先后写"
		}
		last = day
		evidence := ""
		if len(fields) == 3 {
			evidence = tidy(fields[2])
		}
		lines = append(lines, day+" "+status+" "+evidence)
	}
	return strings.Join(lines, "\n"), ""
}

func changesOf(career string) []model.StatusChange {
	var changes []model.StatusChange
	for line := range strings.SplitSeq(career, "\n") {
		f := strings.SplitN(line, " ", 3)
		if len(f) == 3 {
			changes = append(changes, model.StatusChange{Status: model.HouseholdStatus(f[1]), On: model.Date(f[0]), Evidence: f[2]})
		}
	}
	return changes
}

func insurancesOf(value string) []model.Insurance {
	var all []model.Insurance
	for p := range strings.SplitSeq(value, "、") {
		kind, year, ok := strings.Cut(p, ":")
		n, err := strconv.Atoi(year)
		if ok && err == nil {
			all = append(all, model.Insurance{Kind: kind, Year: n})
		}
	}
	return all
}

func householdNo(n need) column {
	return column{key: "household_id", title: "户号", aliases: []string{"户编号", "贫困户编号", "帮扶户编号", "家庭编号"}, need: n, parse: code, example: "H-001"}
}

var sheets = []sheet{
	{model.SheetHouseholds, "户表", []column{
		householdNo(always),
		{key: "unit", title: "单位", aliases: []string{"所属单位", "管理区", "社区", "所在单位"}, need: toCreate, parse: text, example: "第一管理区"},
		{key: "address", title: "地址", aliases: []string{"家庭住址", "住址"}, parse: text, group: model.GroupContact, example: "3号楼1单元301室"},
		{key: "status", title: "户情", aliases: []string{"户状态", "状态", "脱贫状态"}, parse: statuses.parse, words: statuses, example: "帮扶中"},
		{key: "status_since", title: "户情起", aliases: []string{"状态日期", "户情起始日期"}, parse: date, day: true, example: "2017-01-05"},
		{key: "registered_on", title: "建档日期", aliases: []string{"建档立卡日期", "识别日期", "建档时间"}, need: toCreate, parse: date, day: true, example: "2016-03-01"},
		{key: "exited_on", title: "脱贫日期", aliases: []string{"脱贫时间", "退出日期"}, parse: date, day: true, example: "2017-12-15"},
		{key: "head", title: "户主", aliases: []string{"户主姓名", "户主编号"}, parse: text, group: model.GroupIdentity, example: "张三"},
		{key: "subsistence_from", title: "低保起", aliases: []string{"低保起始日期", "享受低保日期"}, parse: date, day: true, example: "2016-03-01"},
		{key: "subsistence_to", title: "低保止", aliases: []string{"低保终止日期"}, parse: date, day: true, example: ""},
		{key: "causes", title: "致贫原因", aliases: []string{"主要致贫原因", "贫困原因"}, parse: list, example: "因病、缺劳动力"},
		{key: "career", title: "户情记录", aliases: []string{"状态记录"}, parse: career, example: "2016-03-01 建档立卡 入户调查表"},
	}},
	{model.SheetPersons, "人员表", []column{
		{key: "id", title: "人员编号", aliases: []string{"人员编码", "成员编号"}, need: alwaysOne, parse: code, example: "P-0001"},
		householdNo(toCreate),
		{key: "name", title: "姓名", aliases: []string{"成员姓名"}, need: toCreate, parse: name, group: model.GroupIdentity, example: "张三"},
		{key: "sex", title: "性别", parse: sexes.parse, words: sexes, example: "男"},
		{key: "relation", title: "与户主关系", aliases: []string{"关系", "与户主的关系"}, need: toCreate, parse: relations.parse, words: relations, example: "户主"},
		{key: "national_id", title: "身份证号", aliases: []string{"身份证号码", "身份证", "证件号码", "公民身份号码"}, need: alwaysOne, parse: nationalID, group: model.GroupIdentity, example: "18位,先把这一列设成文本"},
		{key: "phone", title: "手机号", aliases: []string{"手机", "联系电话", "电话", "手机号码"}, parse: phone, group: model.GroupContact, example: "19900000001"},
		{key: "birth_date", title: "出生日期", aliases: []string{"出生年月日", "生日"}, parse: date, day: true, group: model.GroupIdentity, example: "1960-05-24"},
		{key: "labour", title: "劳动能力", aliases: []string{"劳动技能", "劳动力"}, parse: labours.parse, words: labours, group: model.GroupHealth, example: "弱劳动能力"},
		{key: "disability", title: "残疾", aliases: []string{"残疾情况", "残疾类别等级"}, parse: text, group: model.GroupHealth, example: "肢体残疾三级"},
		{key: "chronic", title: "慢性病", aliases: []string{"慢病", "患病情况"}, parse: list, group: model.GroupHealth, example: "高血压、糖尿病"},
		{key: "stage", title: "在读", aliases: []string{"在校生状况", "就学情况", "在读学段"}, parse: stages.parse, words: stages, example: "小学"},
		{key: "insurances", title: "参保", aliases: []string{"参保情况", "保险"}, parse: insurances, example: "基本医疗保险2017"},
		{key: "from", title: "入户日期", aliases: []string{"入户时间", "户内起"}, parse: date, day: true, example: "2016-03-01"},
		{key: "to", title: "离户日期", aliases: []string{"离户时间", "户内止"}, parse: date, day: true, example: ""},
		{key: "life", title: "人员状态", parse: lives.parse, words: lives, example: "健在"},
	}},
	{model.SheetCadres, "干部表", []column{
		{key: "id", title: "干部编号", aliases: []string{"帮扶干部编号", "工号"}, need: always, parse: code, example: "C-001"},
		{key: "name", title: "姓名", aliases: []string{"干部姓名", "帮扶干部"}, need: toCreate, parse: name, example: "李四"},
		{key: "rank", title: "职级", aliases: []string{"职务", "级别", "职务级别"}, need: toCreate, parse: text, example: "副科级"},
		{key: "unit", title: "单位", aliases: []string{"所属单位", "工作单位", "部门"}, need: toCreate, parse: text, example: "财务科"},
		{key: "branch", title: "支部", aliases: []string{"党支部", "所属支部"}, parse: text, example: "财务科党支部"},
		{key: "phone", title: "手机号", aliases: []string{"手机", "联系电话", "电话", "手机号码"}, parse: phone, group: model.GroupContact, example: "19900001001"},
		{key: "duty", title: "在岗情况", parse: dutyStates.parse, words: dutyStates, example: "在岗"},
	}},
	{model.SheetPairings, "结对表", []column{
		householdNo(always),
		{key: "cadre_id", title: "干部编号", aliases: []string{"帮扶干部编号", "工号"}, need: always, parse: code, example: "C-001"},
		{key: "role", title: "角色", aliases: []string{"帮扶角色"}, need: toCreate, parse: roles.parse, words: roles, example: "牵头干部"},
		{key: "card", title: "对接卡号", aliases: []string{"对接卡", "卡号"}, parse: code, example: "红卫对接2017-001"},
		{key: "from", title: "开始", aliases: []string{"开始日期", "结对日期", "帮扶开始"}, need: always, parse: date, day: true, example: "2017-01-05"},
		{key: "to", title: "结束", aliases: []string{"结束日期", "帮扶结束"}, parse: date, day: true, example: ""},
	}},
	{model.SheetIncomes, "收入表", []column{
		householdNo(always),
		{key: "year", title: "年度", aliases: []string{"年份", "核算年度"}, need: always, parse: whole(1990, 2100, "年度"), example: "2017"},
		amount("wage", "工资性", "工资性收入"), amount("operating", "经营性", "经营性收入", "生产经营性收入"),
		amount("property", "财产性", "财产性收入"), amount("transfer", "转移性", "转移性收入"),
		amount("costs", "生产经营支出", "生产经营性支出", "经营支出"),
		{key: "members", title: "人数", aliases: []string{"家庭人口", "人口数", "核算人数"}, need: toCreate, parse: whole(1, 99, "人口"), example: "2"},
	}},
	{model.SheetEntries, "台账表", entryColumns},
}

func amount(key, title string, aliases ...string) column {
	return column{key: key, title: title, aliases: aliases, need: toCreate, parse: money, fen: true, group: model.GroupMoney, example: "3600.00"}
}

// ErrKind is KindInvalid: there is no such kind of sheet.
var ErrKind = model.NewError(model.KindInvalid, "sheet_kind", "没有这种表;可以是 households(户)、persons(人员)、cadres(干部)、pairings(结对)、incomes(收入)、entries(台账)")

func sheetOf(kind model.SheetKind) (sheet, error) {
	for _, s := range sheets {
		if s.kind == kind {
			return s, nil
		}
	}
	return sheet{}, ErrKind.Wrap(fmt.Errorf("kind of %d characters", len(kind)))
}
