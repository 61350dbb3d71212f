package model

import "slices"

// Role is what a member of staff is there for.
type Role string

// The roles.
const (
	RoleOffice        Role = "office"        // 扶贫办: keeps the registry and runs the programme
	RoleSecretary     Role = "secretary"     // 支部书记: looks after a unit's households and cadres
	RoleCadre         Role = "cadre"         // 帮扶干部: sees the households they are paired with
	RoleFinance       Role = "finance"       // 财务
	RoleDoctor        Role = "doctor"        // 家庭医生
	RoleInspector     Role = "inspector"     // 检查组: reads, changes nothing
	RolePublisher     Role = "publisher"     // 公示和群发
	RoleAdministrator Role = "administrator" // 系统管理: log-ins and settings, no household
)

// Roles lists every role, in the order in which people read them.
var Roles = []Role{
	RoleOffice, RoleSecretary, RoleCadre, RoleFinance, RoleDoctor, RoleInspector, RolePublisher, RoleAdministrator,
}

// Permission is one thing that a route lets its caller do; it stands on the route's line.
type Permission string

// The permissions.
const (
	MayReadHouseholds     Permission = "households.read"
	MayWriteHouseholds    Permission = "households.write"
	MayChangeStatus       Permission = "status.change"
	MayPair               Permission = "pairings.write"
	MayWriteIncome        Permission = "incomes.write"
	MayIssueCodes         Permission = "codes.issue"
	MayReadFields         Permission = "fields.read" // a masked field in full, for a reason
	MayBreakGlass         Permission = "fields.break_glass"
	MayReadAudit          Permission = "audit.read"
	MayReadAlerts         Permission = "alerts.read" // and say that one was looked into
	MayManageStaff        Permission = "staff.manage"
	MayConfirmAssignments Permission = "posts.confirm" // of another's proposing, for somebody else; see ConfirmsIn
	MayWriteForms         Permission = "forms.write"
	MayImport             Permission = "data.import"
	MayExport             Permission = "data.export"
	MaySelf               Permission = "self" // one's own log-in; everybody may

	MayReadMoney          Permission = "money.read"  // entries, funds, loans, stock, totals
	MayPostMoney          Permission = "money.post"  // entries, reversals, donations, repayments
	MayCloseMonth         Permission = "money.close" // and open again, with a reason
	MayReadCoop           Permission = "coop.read"
	MayWriteCoop          Permission = "coop.write"
	MayApproveCoop        Permission = "coop.approve" // of another's dividend run
	MayWriteProgrammes    Permission = "programmes.write"
	MayReadApplications   Permission = "applications.read"
	MayHandleApplications Permission = "applications.handle"
	MayApproveAid         Permission = "applications.approve" // the second pair of eyes
	MayReadNotices        Permission = "notices.read"
	MayWriteNotices       Permission = "notices.write"
	MayApproveNotices     Permission = "notices.approve" // of another's broadcast
	MaySendNotices        Permission = "notices.send"
	MayPublish            Permission = "public.write"
	MayApprovePublic      Permission = "public.approve"
)

// FieldGroup is a group of sensitive fields that a role reads or does not.
type FieldGroup string

// The groups of fields that are masked unless the reader's role and a reason open them.
const (
	GroupIdentity FieldGroup = "identity" // names, id numbers, birth dates
	GroupHealth   FieldGroup = "health"   // diagnoses, disabilities
	GroupMoney    FieldGroup = "money"    // incomes, bank accounts
	GroupContact  FieldGroup = "contact"  // phones, addresses
)

// GroupPapers stands in the audit log for the content of the papers that a household handed in. No role opens it
// among the fields: papers are opened one by one.
const GroupPapers FieldGroup = "papers"

// FieldGroups lists every group.
var FieldGroups = []FieldGroup{GroupIdentity, GroupHealth, GroupMoney, GroupContact}

// grant is what a role may do and which groups it may open.
type grant struct {
	permissions []Permission
	groups      []FieldGroup
}

var grants = map[Role]grant{
	RoleOffice: {[]Permission{
		MayReadHouseholds, MayWriteHouseholds, MayChangeStatus, MayPair, MayWriteIncome, MayIssueCodes, MayReadFields,
		MayReadAudit, MayReadAlerts, MayConfirmAssignments, MayWriteForms, MayImport, MayExport, MayReadMoney, MayReadCoop, MayWriteCoop, MayApproveCoop,
		MayWriteProgrammes, MayReadApplications, MayHandleApplications, MayApproveAid, MayReadNotices, MayWriteNotices,
		MayApproveNotices, MaySendNotices, MayPublish, MayApprovePublic,
	}, FieldGroups},
	RoleSecretary: {[]Permission{
		MayReadHouseholds, MayPair, MayIssueCodes, MayReadFields, MayBreakGlass, MayReadApplications, MayReadNotices,
	}, []FieldGroup{GroupIdentity, GroupContact}},
	RoleCadre: {[]Permission{
		MayReadHouseholds, MayReadFields, MayBreakGlass, MayReadApplications, MayReadNotices,
	}, []FieldGroup{GroupContact}},
	RoleFinance: {[]Permission{
		MayReadHouseholds, MayWriteIncome, MayReadFields, MayExport, MayReadMoney, MayPostMoney, MayCloseMonth, MayReadCoop,
		MayApproveCoop, MayReadApplications,
	}, []FieldGroup{GroupIdentity, GroupMoney}},
	RoleDoctor: {[]Permission{MayReadHouseholds, MayReadFields, MayBreakGlass}, []FieldGroup{GroupIdentity, GroupHealth}},
	RoleInspector: {[]Permission{
		MayReadHouseholds, MayReadAudit, MayReadMoney, MayReadCoop, MayReadApplications, MayReadNotices,
	}, nil},
	RolePublisher: {[]Permission{
		MayReadHouseholds, MayReadNotices, MayWriteNotices, MaySendNotices, MayPublish,
	}, nil},
	RoleAdministrator: {[]Permission{
		MayManageStaff, MayConfirmAssignments, MayReadAudit, MayWriteForms,
	}, nil},
}

// Groups are the groups of masked fields that the role opens where it reaches; never nil.
func (d Role) Groups() []FieldGroup { return append([]FieldGroup{}, grants[d].groups...) }

// RoleAssignment is a role in a unit and everything below it; an empty unit is the whole farm.
type RoleAssignment struct {
	Role   Role   `bson:"duty" json:"duty"`
	UnitID string `bson:"unit_id" json:"unit_id"`
}

// covers reports whether the post reaches a unit, given by the ids from the root down to the unit itself.
func (p RoleAssignment) covers(path []string) bool {
	return p.UnitID == "" || slices.Contains(path, p.UnitID)
}

// May reports whether some post allows it, anywhere at all.
func (s Staff) May(want Permission) bool {
	return want == MaySelf || slices.ContainsFunc(s.Assignments, func(p RoleAssignment) bool { return slices.Contains(grants[p.Role].permissions, want) })
}

// Permissions are all that the posts allow, somewhere; a console shows what they open.
func (s Staff) Permissions() []Permission {
	list := []Permission{MaySelf}
	for _, p := range s.Assignments {
		list = append(list, grants[p.Role].permissions...)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// MayIn reports whether some post allows it in the unit with this path (from the root, itself last).
// A cadre's post reaches no unit: they see the households that they are paired with.
func (s Staff) MayIn(want Permission, path []string) bool {
	return slices.ContainsFunc(s.Assignments, func(p RoleAssignment) bool {
		return p.Role != RoleCadre && p.covers(path) && slices.Contains(grants[p.Role].permissions, want)
	})
}

// MayAsCadre reports whether being the household's cadre allows it.
func (s Staff) MayAsCadre(want Permission) bool {
	return s.CadreID != "" && s.Has(RoleCadre) && slices.Contains(grants[RoleCadre].permissions, want)
}

// CanReadFields reports whether some post lets the person read the group of fields in the unit with this path.
func (s Staff) CanReadFields(g FieldGroup, path []string) bool {
	return slices.ContainsFunc(s.Assignments, func(p RoleAssignment) bool {
		return p.Role != RoleCadre && p.covers(path) && slices.Contains(grants[p.Role].groups, g)
	})
}

// CanReadFieldsAsCadre reports whether being the household's cadre opens the group.
func (s Staff) CanReadFieldsAsCadre(g FieldGroup) bool {
	return s.CadreID != "" && s.Has(RoleCadre) && slices.Contains(grants[RoleCadre].groups, g)
}

// ConfirmsIn reports whether the person may confirm a post for the unit with this path, when somebody else has proposed
// it for somebody else: an administrator over the unit, or the head of the office, which is who has the office's post
// for the whole farm. An office's post in one unit is not enough: it would hand out posts beside its own.
func (s Staff) ConfirmsIn(path []string) bool {
	return s.MayIn(MayManageStaff, path) || slices.Contains(s.Assignments, RoleAssignment{Role: RoleOffice})
}

// Roles are those of the person's posts, each once.
func (s Staff) Roles() []Role {
	roles := []Role{}
	for _, p := range s.Assignments {
		if !slices.Contains(roles, p.Role) {
			roles = append(roles, p.Role)
		}
	}
	return roles
}

// Has reports whether the person has the role somewhere.
func (s Staff) Has(d Role) bool {
	return slices.ContainsFunc(s.Assignments, func(p RoleAssignment) bool { return p.Role == d })
}
