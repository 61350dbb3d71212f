// Programmes and applications, as /staff/v1 has them.

export type Result = 'yes' | 'no' | 'missing'
export interface TraceLine { rule: string; fact: string; shown: string; source: string; as_of: string; result: Result; says: string; change?: string }
export interface AttachedPaper { kind: string; paper_id?: string; seen?: string }
export interface Refusal {
  reason: string; rule?: string; says: string; fact?: string; shown: string; source: string; as_of: string; change?: string; words?: string
  object_until: string
}
export interface AidPayment {
  attempt: number; paid_on: string; evidence: string; by: string; entry_id?: string; failed?: string; reversed_on?: string; why?: string
  reversed?: boolean
}
export interface Application {
  id: string; rev: number; household_no: string; person_id?: string; programme: string; programme_version: number; title: string; state: string
  state_label: string; since: string; due_on?: string; overdue: boolean; duty?: string; next?: string; result?: Result; amount_fen: number
  words_check?: string
}
export interface ApplicationFile extends Application {
  words?: string; applied_on?: string; checked_on?: string; trace: TraceLine[] | null; papers: AttachedPaper[] | null; lacks: string[] | null
  next_states: string[] | null; approvals: { by: string; at: string; amount_fen: number }[]; refusal?: Refusal; public_to?: string
  payments: AidPayment[] | null; log: { at: string; by: string; state: string; state_label: string; text?: string }[]
}

export interface Rule {
  code: string; fact: string; op: string; values: string[] | null; says_yes: string; says_no: string; says_missing?: string; change?: string
  source?: string; from?: string; to?: string
}
export interface Programme {
  code: string; version: number; from: string; to?: string; title: string; summary: string; policy?: string; system: string; category: string
  per_person?: boolean; automatic?: boolean; rules: Rule[]; documents?: string[] | null; amount_yuan?: string; ceiling_yuan?: string
  second_above_yuan?: string; public?: boolean; lent?: boolean; fund?: string; method: string; payer_unit_id: string
}
export interface Fact { name: string; label: string; type: string; person: boolean; group?: string }
export interface PaperKind { code: string; label: string; person: boolean }
export interface Terms { facts: Fact[]; operators: string[]; papers: PaperKind[]; refusals: string[]; states: string[] }

export interface Option {
  programme: string; title: string; summary: string; policy?: string; amount: string; automatic: boolean; person_id?: string; person?: string
  result: Result; trace: TraceLine[] | null; papers: { kind: string; label: string; have: boolean }[]; application_id?: string
}
export interface Paper { id: string; kind: string; kind_label: string; person_id?: string; type: string; size: number; added_on: string; valid_to?: string; used: boolean }
