package model

import "slices"

// Duty is what a member of staff is there for.
type Duty string

// The duties.
const (
	DutyOffice        Duty = "office"        // 扶贫办: keeps the registry and runs the programme
	DutySecretary     Duty = "secretary"     // 支部书记: looks after a unit's households and cadres
	DutyCadre         Duty = "cadre"         // 帮扶干部: sees the households they are paired with
	DutyFinance       Duty = "finance"       // 财务
	DutyDoctor        Duty = "doctor"        // 家庭医生
	DutyInspector     Duty = "inspector"     // 检查组: reads, changes nothing
	DutyPublisher     Duty = "publisher"     // 公示和群发
	DutyAdministrator Duty = "administrator" // 系统管理: log-ins and settings, no household
)

// Duties lists every duty, in the order in which people read them.
var Duties = []Duty{
	DutyOffice, DutySecretary, DutyCadre, DutyFinance, DutyDoctor, DutyInspector, DutyPublisher, DutyAdministrator,
}

// Permission is one thing that a route lets its caller do; it stands on the route's line.
type Permission string

// The permissions.
const (
	MayReadHouseholds  Permission = "households.read"
	MayWriteHouseholds Permission = "households.write"
	MayChangeStatus    Permission = "status.change"
	MayPair            Permission = "pairings.write"
	MayWriteIncome     Permission = "incomes.write"
	MayIssueCodes      Permission = "codes.issue"
	MayReadFields      Permission = "fields.read" // a masked field in full, for a reason
	MayBreakGlass      Permission = "fields.break_glass"
	MayReadAudit       Permission = "audit.read"
	MayReadAlerts      Permission = "alerts.read" // and say that one was looked into
	MayManageStaff     Permission = "staff.manage"
	MayConfirmPosts    Permission = "posts.confirm" // of another's proposing, for somebody else; see ConfirmsIn
	MayWriteForms      Permission = "forms.write"
	MayImport          Permission = "data.import"
	MayExport          Permission = "data.export"
	MaySelf            Permission = "self" // one's own log-in; everybody may

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

// FieldGroup is a group of sensitive fields that a duty reads or does not.
type FieldGroup string

// The groups of fields that are masked unless the reader's duty and a reason open them.
const (
	GroupIdentity FieldGroup = "identity" // names, id numbers, birth dates
	GroupHealth   FieldGroup = "health"   // diagnoses, disabilities
	GroupMoney    FieldGroup = "money"    // incomes, bank accounts
	GroupContact  FieldGroup = "contact"  // phones, addresses
)

// GroupPapers stands in the audit log for the content of the papers that a household handed in. No duty opens it
// among the fields: papers are opened one by one.
const GroupPapers FieldGroup = "papers"

// FieldGroups lists every group.
var FieldGroups = []FieldGroup{GroupIdentity, GroupHealth, GroupMoney, GroupContact}

// grant is what a duty may do and which groups it may open.
type grant struct {
	permissions []Permission
	groups      []FieldGroup
}

var grants = map[Duty]grant{
	DutyOffice: {[]Permission{
		MayReadHouseholds, MayWriteHouseholds, MayChangeStatus, MayPair, MayWriteIncome, MayIssueCodes, MayReadFields,
		MayReadAudit, MayReadAlerts, MayConfirmPosts, MayWriteForms, MayImport, MayExport, MayReadMoney, MayReadCoop, MayWriteCoop, MayApproveCoop,
		MayWriteProgrammes, MayReadApplications, MayHandleApplications, MayApproveAid, MayReadNotices, MayWriteNotices,
		MayApproveNotices, MaySendNotices, MayPublish, MayApprovePublic,
	}, FieldGroups},
	DutySecretary: {[]Permission{
		MayReadHouseholds, MayPair, MayIssueCodes, MayReadFields, MayBreakGlass, MayReadApplications, MayReadNotices,
	}, []FieldGroup{GroupIdentity, GroupContact}},
	DutyCadre: {[]Permission{
		MayReadHouseholds, MayReadFields, MayBreakGlass, MayReadApplications, MayReadNotices,
	}, []FieldGroup{GroupContact}},
	DutyFinance: {[]Permission{
		MayReadHouseholds, MayWriteIncome, MayReadFields, MayExport, MayReadMoney, MayPostMoney, MayCloseMonth, MayReadCoop,
		MayApproveCoop, MayReadApplications,
	}, []FieldGroup{GroupIdentity, GroupMoney}},
	DutyDoctor: {[]Permission{MayReadHouseholds, MayReadFields, MayBreakGlass}, []FieldGroup{GroupIdentity, GroupHealth}},
	DutyInspector: {[]Permission{
		MayReadHouseholds, MayReadAudit, MayReadMoney, MayReadCoop, MayReadApplications, MayReadNotices,
	}, nil},
	DutyPublisher: {[]Permission{
		MayReadHouseholds, MayReadNotices, MayWriteNotices, MaySendNotices, MayPublish,
	}, nil},
	DutyAdministrator: {[]Permission{
		MayManageStaff, MayConfirmPosts, MayReadAudit, MayWriteForms,
	}, nil},
}

// Groups are the groups of masked fields that the duty opens where it reaches; never nil.
func (d Duty) Groups() []FieldGroup { return append([]FieldGroup{}, grants[d].groups...) }

// Post is a duty in a unit and everything below it; an empty unit is the whole farm.
type Post struct {
	Duty   Duty   `bson:"duty" json:"duty"`
	UnitID string `bson:"unit_id" json:"unit_id"`
}

// covers reports whether the post reaches a unit, given by the ids from the root down to the unit itself.
func (p Post) covers(path []string) bool { return p.UnitID == "" || slices.Contains(path, p.UnitID) }

// May reports whether some post allows it, anywhere at all.
func (s Staff) May(want Permission) bool {
	return want == MaySelf || slices.ContainsFunc(s.Posts, func(p Post) bool { return slices.Contains(grants[p.Duty].permissions, want) })
}

// Permissions are all that the posts allow, somewhere; a console shows what they open.
func (s Staff) Permissions() []Permission {
	list := []Permission{MaySelf}
	for _, p := range s.Posts {
		list = append(list, grants[p.Duty].permissions...)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// MayIn reports whether some post allows it in the unit with this path (from the root, itself last).
// A cadre's post reaches no unit: they see the households that they are paired with.
func (s Staff) MayIn(want Permission, path []string) bool {
	return slices.ContainsFunc(s.Posts, func(p Post) bool {
		return p.Duty != DutyCadre && p.covers(path) && slices.Contains(grants[p.Duty].permissions, want)
	})
}

// MayAsCadre reports whether being the household's cadre allows it.
func (s Staff) MayAsCadre(want Permission) bool {
	return s.CadreID != "" && s.Has(DutyCadre) && slices.Contains(grants[DutyCadre].permissions, want)
}

// Opens reports whether some post lets the person read the group of fields in the unit with this path.
func (s Staff) Opens(g FieldGroup, path []string) bool {
	return slices.ContainsFunc(s.Posts, func(p Post) bool {
		return p.Duty != DutyCadre && p.covers(path) && slices.Contains(grants[p.Duty].groups, g)
	})
}

// OpensAsCadre reports whether being the household's cadre opens the group.
func (s Staff) OpensAsCadre(g FieldGroup) bool {
	return s.CadreID != "" && s.Has(DutyCadre) && slices.Contains(grants[DutyCadre].groups, g)
}

// ConfirmsIn reports whether the person may confirm a post for the unit with this path, when somebody else has proposed
// it for somebody else: an administrator over the unit, or the head of the office, which is who has the office's post
// for the whole farm. An office's post in one unit is not enough: it would hand out posts beside its own.
func (s Staff) ConfirmsIn(path []string) bool {
	return s.MayIn(MayManageStaff, path) || slices.Contains(s.Posts, Post{Duty: DutyOffice})
}

// Duties are those of the person's posts, each once.
func (s Staff) Duties() []Duty {
	duties := []Duty{}
	for _, p := range s.Posts {
		if !slices.Contains(duties, p.Duty) {
			duties = append(duties, p.Duty)
		}
	}
	return duties
}

// Has reports whether the person has the duty somewhere.
func (s Staff) Has(d Duty) bool {
	return slices.ContainsFunc(s.Posts, func(p Post) bool { return p.Duty == d })
}

// UnitPath is the path of a unit as May asks for it: its ancestors from the root, then itself.
func (u Unit) UnitPath() []string { return append(slices.Clone(u.Path), u.ID) }
