// The shapes of notices, broadcasts, disclosures and objections; /openapi.json is where they come from.

export interface Audience {
  to: 'households' | 'cadres'; units?: string[]; statuses?: string[]; attributes?: string[]; programme?: string; age_from?: number; age_to?: number
  role?: string; filter?: string; ids?: string[]; only?: boolean; except?: string[]; tag_id?: number
}

export interface Attachment { name: string; url: string }
export interface NoticeText {
  title: string; summary: string; text: string; keywords?: string[]; attachments?: Attachment[]; valid_from?: string; valid_to?: string; audience: Audience
}
export interface PolicyNotice {
  id: string; rev: number; version: number; state: 'draft' | 'submitted' | 'approved' | 'published' | 'changed' | 'withdrawn'; out: boolean
  writers: string[]; approved_by?: string; returned?: string; published_at?: string; text: NoticeText
}
export interface NoticeVersion { version: number; published_at: string; published_by: string; approved_by?: string; text: NoticeText }
export interface NoticeFile extends PolicyNotice { versions: NoticeVersion[] }
export interface Knowing {
  of: number; know: number; opened: number; told: number; rate: number; left: { household_no: string; head: string; unit_id: string }[]
}

export interface Content { about: string; when: string; more: string; text: string }
export interface BroadcastDraft {
  title: string; notice_id?: string; mass?: boolean; audience: Audience; content: Content; by_hand?: boolean; until?: string; rate?: number
}
export interface Broadcast extends BroadcastDraft {
  id: string; rev: number; state: string; state_label: string; created_by: string; submitted_by?: string; approved_by?: string; scheduled_at?: string
  started_at?: string; finished_at?: string; reason?: string; counts?: Record<string, number>
}
export interface BroadcastStep { rev: number; at: string; actor: string; why: string; fields: string[] }
export interface PreviewRow {
  person: string; name: string; household_nos?: string[]; cadre_id?: string; group: string; reason?: string; content: Content; mass_used?: number
}
export interface BroadcastPreview {
  groups: Record<string, number>; skipped: Record<string, number>; merged: number; quota: Record<string, number> | null; mass_used?: number[]
  second_person: boolean; quiet_until?: string; rows: PreviewRow[]
}
export interface MassJob {
  people: number; state: string; msg_id?: string; result?: string; errcode?: number; report: { total: number; filtered: number; sent: number; failed: number }
}
export interface Progress {
  state: string; counts: Record<string, number> | null; total: number; rest: number; per_second: number; reason?: string; merged: number
  reasons?: Record<string, number>; mass_jobs?: MassJob[]
}
export interface Result {
  person: string; name: string; household_nos?: string[]; cadre_id?: string; state: string; reason?: string; way?: string; errcode?: number; rid?: string
  tries: number; at: string; arrived_at?: string
}
export interface WechatTag { id: number; name: string; people: number }

export interface PublicTable {
  caption: string; fields: string[]; rows: { cells: string[] }[]; total?: string[]; note?: string
}
export interface Proof { channel: string; channel_label: string; on: string; by: string; at: string; note?: string; link?: string }
export interface Disclosure {
  id: string; rev: number; item: string; year: number; version: number; title: string; state: string; state_label: string; as_of?: string; text?: string
  tables?: PublicTable[]; writers: string[]; approved_by?: string; from?: string; to?: string; proofs: Proof[]; withdrawn_note?: string
  withdrawn_by?: string; withdrawn_note_public?: boolean
}
export interface PublicWords { titles: Record<string, string>; days: number; answer_days: number; contact: string }
export interface PublicSettings extends PublicWords { rev: number; proposed?: PublicWords & { by: string; at: string } }
export interface Objection {
  id: string; rev: number; disclosure_id: string; household_no?: string; named?: string; text: string; has_contact: boolean; state: string; state_label: string
  unread: boolean; owner_id?: string; due_on: string; overdue: boolean; answer?: string; received_at: string
  draft_answer?: string; answer_writers?: string[]; source?: string; aside?: string
  log: { at: string; by: string; state: string; label: string }[]
}
