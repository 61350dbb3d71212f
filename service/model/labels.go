package model

// Labels for people, kept out of the stored documents. An unknown value reads as itself,
// so that a new kind is visible rather than blank.

var statusLabels = map[HouseholdStatus]string{
	StatusIdentified: "已识别,拟纳入", StatusRegistered: "建档立卡", StatusUnderAssistance: "帮扶中",
	StatusExitProposed: "拟脱贫,公示核实中", StatusExited: "已脱贫", StatusConsolidated: "已脱贫,巩固期",
	StatusRelapseWarning: "返贫监测中", StatusRelapsed: "返贫,继续帮扶", StatusRemoved: "已清除",
	StatusRejected: "未纳入", StatusClosed: "已注销",
}

// Label of the status.
func (s HouseholdStatus) Label() string { return label(statusLabels, s) }

var categoryLabels = map[Category]string{
	CategorySubsistence: "低保金和残疾人补贴", CategoryPremium: "医疗保险费", CategoryMedical: "医疗救助",
	CategoryEducation: "教育救助", CategoryIndustry: "产业扶贫", CategorySubsidy: "各类补贴及慰问金",
}

// Label of the category.
func (c Category) Label() string { return label(categoryLabels, c) }

var systemLabels = map[System]string{
	SystemLand: "以地扶贫", SystemIndustry: "以业扶贫", SystemPost: "以岗扶贫", SystemTechnology: "科技扶贫",
	SystemCapital: "资本收益扶贫", SystemFund: "基金捐助扶贫", SystemRelief: "社会救助扶贫",
}

// Label of the system.
func (s System) Label() string { return label(systemLabels, s) }

var levelLabels = map[FundLevel]string{
	LevelGeneralBureau: "总局", LevelBureau: "管理局", LevelFarm: "农场", LevelUnion: "工会", LevelSociety: "社会", LevelCadres: "干部自筹",
}

// Label of the level.
func (l FundLevel) Label() string { return label(levelLabels, l) }

var donorLabels = map[DonorKind]string{
	DonorPerson: "个人", DonorEnterprise: "企业", DonorOrganisation: "社会组织", DonorCadre: "干部",
}

// Label of the kind.
func (k DonorKind) Label() string { return label(donorLabels, k) }

var monthLabels = map[MonthState]string{MonthOpen: "没有关账", MonthClosing: "正在关账", MonthClosed: "已关账"}

// Label of the state.
func (s MonthState) Label() string { return label(monthLabels, s) }

var relationLabels = map[Relation]string{
	RelationHead: "户主", RelationSpouse: "配偶", RelationChild: "子女", RelationDaughterInLaw: "儿媳", RelationSonInLaw: "女婿",
	RelationGrandchild: "孙子女", RelationParent: "父母", RelationGrandparent: "祖父母", RelationSibling: "兄弟姐妹", RelationOther: "其他",
}

// Label of the relation.
func (r Relation) Label() string { return label(relationLabels, r) }

var methodLabels = map[Method]string{
	MethodTransfer: "转账", MethodCash: "现金", MethodInKind: "实物", MethodFeeWaiver: "费用减免",
	MethodPremium: "代缴保费", MethodReimbursement: "报销",
}

// Label of the method.
func (m Method) Label() string { return label(methodLabels, m) }

var pairingLabels = map[PairingRole]string{PairingLead: "牵头干部", PairingMember: "帮扶干部"}

// Label of the role.
func (r PairingRole) Label() string { return label(pairingLabels, r) }

var dutyLabels = map[Role]string{
	RoleOffice: "扶贫办", RoleSecretary: "支部书记", RoleCadre: "帮扶干部", RoleFinance: "财务", RoleDoctor: "家庭医生",
	RoleInspector: "检查组", RolePublisher: "宣传公示", RoleAdministrator: "系统管理",
}

// Label of the role.
func (d Role) Label() string { return label(dutyLabels, d) }

var groupLabels = map[FieldGroup]string{
	GroupIdentity: "姓名和身份证号", GroupHealth: "健康情况", GroupMoney: "收入和银行账号", GroupContact: "电话和住址",
	GroupPapers: "上传的材料",
}

// Label of the group.
func (g FieldGroup) Label() string { return label(groupLabels, g) }

var expectationLabels = map[ExpectationState]string{
	ExpectedVisit: "还没走访", VisitedInTime: "已走访", VisitedLate: "已走访(晚了)", VisitExcused: "已准假",
	VisitCancelled: "不用走访", VisitExcuseOpen: "请假待批",
}

// Label of the state.
func (s ExpectationState) Label() string { return label(expectationLabels, s) }

func label[K ~string](labels map[K]string, k K) string {
	if l, ok := labels[k]; ok {
		return l
	}
	return string(k)
}
