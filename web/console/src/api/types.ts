// The shapes of /staff/v1 that the console uses; /openapi.json is where they come from.

export type Permission =
  | 'self' | 'households.read' | 'households.write' | 'status.change' | 'pairings.write' | 'incomes.write' | 'codes.issue'
  | 'fields.read' | 'fields.break_glass' | 'audit.read' | 'staff.manage' | 'forms.write' | 'data.import' | 'data.export'
  | 'money.read' | 'money.post' | 'money.close' | 'coop.read' | 'coop.write' | 'coop.approve' | 'programmes.write'
  | 'applications.read' | 'applications.handle' | 'applications.approve' | 'notices.read' | 'notices.write'
  | 'notices.approve' | 'notices.send' | 'public.write' | 'public.approve' | 'alerts.read' | 'posts.confirm'

export interface Post { duty: string; unit_id: string }

export interface Me {
  id: string; name: string; posts: Post[]; cadre_id: string; must_change_password: boolean; totp: boolean
  must_enrol_totp: boolean; totp_required: boolean; waiting_posts: Post[]
  permissions: Permission[]; today: string
}

export interface Session { id: string; created_at: string; expires_at: string; address?: string; machine?: string; this: boolean }

export interface Attribute { kind: string; from: string; to: string }

export interface Household {
  household_no: string; rev: number; unit_id: string; unit?: string; head: string; status: string; status_label: string
  status_since: string; registered_on: string; exited_on: string; poverty_causes: string[] | null; attributes: Attribute[] | null
  merged_into?: string; form_version: number; attrs?: Record<string, unknown>
  member_count?: number; cadre_names?: string[]
}

export interface Member {
  person_id: string; rev: number; name: string; relation: string; relation_label: string; sex?: string; age: number; student_stage?: string
  attrs?: Record<string, unknown>
}
export interface Helper { pairing_id: string; cadre_id: string; name: string; role: string; unit: string; from: string }
export interface StatusChange { status: string; on: string; by: string; at: string; evidence: string; corrects: number }
export interface Guarantee { kind: string; ok: boolean; checked_on: string; checked_by: string; note: string }
export interface Notice { purpose: string; from: string; to: string; open_objections: number; where: string }
export interface Signature { purpose: string; on: string; evidence: string }
export interface Plan { kind: string; year: number; on: string; measures: string[] | null }

export interface HouseholdFile extends Household {
  members: Member[]; cadres: Helper[]; status_history: StatusChange[] | null; guarantees: Guarantee[] | null
  notices: Notice[] | null; signatures: Signature[] | null; plans: Plan[] | null; muted: { reason: string; from: string; until: string }
  opens: string[]
}

export interface Filter { name: string; text?: string; unit_id?: string; status?: string; attribute?: string; attrs?: Record<string, string> }

export interface Revision { rev: number; at: string; by: string; why: string; of?: string; fields: FieldChange[] }
export interface FieldChange { field?: string; path?: string; before?: unknown; after?: unknown; [key: string]: unknown }
export interface Look { at?: string; on?: string; [key: string]: unknown }

export interface Income {
  year: number; rev: number; wage_yuan: string; operating_yuan: string; property_yuan: string; transfer_yuan: string
  costs_yuan: string; members: number; net_yuan: string; per_head_yuan: string
}

export interface MemberFields {
  person_id: string; name?: string; national_id?: string; birth_date?: string; phone?: string; bank_account?: string
  labour_ability?: string; disability?: string; chronic?: string[]
}

export interface Fields { members: MemberFields[]; address?: string; incomes?: Income[] }

export interface Unit { id: string; rev?: number; name: string; kind: string; parent_id?: string; path?: string[] }
export interface Cadre { id: string; rev?: number; name: string; rank: string; unit_id: string; branch_id?: string; status?: string; phone?: string }
export interface Load { id: string; name: string; unit_id: string; pairings: number }
export interface Loads { cadres: Load[]; units: Load[]; uncared: string[] }
export interface OpenPairing { pairing_id: string; household_no: string; cadre_id: string; role: string; from: string }
export interface Register { households: number; persons: number; paired_cadres: number; by_status: Record<string, number>; identified: number }

export interface VisitItem { kind: string; count: number; text: string }
export interface BoardRow {
  id: string; household_no: string; cadre_id: string; state: string; visit_on?: string; items?: VisitItem[]
  household_answer?: string; late_reason?: string; excuse?: string; reminded?: number
}
export interface Board { aid_day: string; by_state: Record<string, number>; items: Record<string, number> | null; rows: BoardRow[]; reminded: number; confirmed: number; denied: number }
export interface ReminderStep { [key: string]: unknown }
export interface Reminder { id: string; state: string; way?: string; way_label?: string; rid?: string; at: string; errcode?: number; reason?: string; steps?: ReminderStep[] }
export interface Stage { key: string; days: number; hour: number; hours: number; to: string }
export interface AidDaySettings {
  rev: number; aid_day: number; window_before: number; window_after: number; stages: Stage[]; quiet_from: number; quiet_to: number
  cap_per_day: number; need_days: number; kind_days?: Record<string, number>; day_quota?: Record<string, number>; templates?: Record<string, { subscription: string; message: string }>
  search_per_hour?: number; export_rows?: number
}
export interface OfficeSettings { rev: number; office: { phone: string; hours: string }; urgent_minutes: number; tell_postings: boolean }
export interface UnheardList {
  sentences: { id: string; role: string; text: string; times: number; last_at: string }[]; intents: { intent: string; says: string }[]
}
export interface Cue { id: string; intent: string; text: string; at: string }
export interface Preview { aid_day: string; cadres: number; messages: Record<string, number>; text: string }

export interface Count { in: number; created: number; updated: number; unchanged: number; refused: number }
export interface RefusedCell { title: string; text: string; problem?: string }
export interface ChangedRow { row: number; about: string; cells: { title: string; before: string; after: string; masked?: boolean }[] }
export interface RefusedRow { row: number; reason: string; cells: RefusedCell[] }
export interface Import {
  id: string; kind: string; file: string; sheet: string; header_row: number; columns: { title: string; key: string }[]
  ignored: string[] | null; fields: string[]; notes: string[] | null; state: 'checking' | 'checked' | 'committing' | 'done' | 'dropped'
  expected: Count; done: Count; next_row: number; last_row: number; refused: RefusedRow[]; checked_at: string; checked_by: string
}

export interface Proposal extends Post { cadre_id?: string; by: string; at: string; refused?: string }
export interface WaitingPost extends Proposal { id: string; rev: number; name: string; own: boolean }
export interface Bell { alerts: number; posts: number }
export interface Alert {
  id: string; at: string; who: string; household_no: string; what: string[]; reason: string; open: boolean; own: boolean
  acknowledged_by?: string; acknowledged_at?: string; note?: string
}
export interface StaffMember {
  id: string; rev: number; name: string; posts: Post[]; proposed: Proposal[]; cadre_id: string; disabled: boolean; must_change_password: boolean
  totp: boolean; locked_till?: string
}
export interface Duty { duty: string; label: string; permissions: Permission[]; groups: string[] }
export interface AuditLine {
  seq: string; at: string; actor: string; action: string; record: string; household_no?: string; fields: string[]; reason: string
}

export interface FormField { title: string; type: string; enum?: string[]; 'x-unit'?: string; 'x-order'?: number }
export interface Schema { type: string; properties?: Record<string, FormField>; [key: string]: unknown }
export interface Form { kind: string; version: number; schema: Schema }

export interface NeedStep { at: string; by: string; state: string; text?: string }
export interface Need {
  id: string; household_no: string; text: string; kind: string; kind_label: string; source: string; about?: string; owner_id?: string
  due_on: string; overdue: boolean; promised: boolean; state: string; state_label: string; log: NeedStep[]; urgent: boolean; files: { id: string; kind: string }[]
}

export interface Visit {
  id: string; on: string; cadre_id: string; items: VisitItem[] | null; words?: string; self_funded_fen: number; recorded_at: string
  late_reason?: string; amended: boolean; household_answer?: string; rating?: number
}
export interface CalendarDay { on: string; events: { kind: string; text: string; household_no?: string }[] | null }
export interface Tally { visits: number; items: Record<string, number> | null }
export interface MonthCounts { period: string; total: Tally; self_funded_fen: number; units: Record<string, Tally> | null }
export interface Activity {
  id: string; rev?: number; kind: string; kind_label?: string; title: string; on: string; participants: number; households?: string[]; text?: string
}
export interface Ballots { very_satisfied: number; satisfied: number; fair: number; unsatisfied: number }
export interface Debriefing { unit_id: string; year: number; rev?: number; on: string; ballots: Ballots; satisfaction_percent?: number }
export interface Doctor { doctor: string; unit_id?: string; from: string; to?: string }
export interface Sending {
  holds: { way: string; until: string; since: string; errcode: number; reason: string }[]; today: Record<string, number> | null
  quota: Record<string, number> | null; troubles: (Reminder & { purpose: string; household_no?: string })[]
  to_tell: { id: string; household_no: string; text: string; until: string }[]; alarms: string[]
}
export interface Backups { planned: boolean; at?: string; last_good?: string; state?: string; late: boolean }

export interface Binding { id: string; view: string; since: string; until?: string; by: string; mine: boolean; can_end: boolean }

export interface Sum { fen: number; yuan: string }
export interface Statement {
  year: number; years: number[] | null; total: Sum; count: number
  categories: { code: string; label: string; total: Sum; lines: { entry_id: string; paid_on: string; amount: Sum; sentence: string }[] | null }[] | null
}
