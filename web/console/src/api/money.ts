// The shapes of the money routes of /staff/v1.

/** Money in its three forms: fen to reckon with, the others to show. */
export interface Amount { fen: number; yuan: string; wan: string }

export interface Total { code: string; label: string; amount: Amount; count: number }
export interface Cell { category: string; system: string; fund: string; amount: Amount; count: number }
export interface Totals {
  from: string; to: string; total: Total; categories: Total[]; systems: Total[]; funds: Total[]; months: Total[]; cells: Cell[]; differences: string[]
}

export interface Entry {
  id: string; paid_on: string; household_no?: string; not_allotted?: boolean; person_id?: string; title: string; category: string; system: string
  fund: string; amount: Amount; method: string; payer_unit_id?: string; policy?: string; evidence?: string; reverses_id?: string
  entered_by: string; entered_at: string
}
export interface EntryFile extends Entry { rule?: string; reversed_by?: string }

export interface MonthBook {
  period: string; state: string; state_label: string; amount: Amount; count: number; closed_by?: string; closed_at?: string
  closed_amount?: Amount; differs: boolean; drafts: { code: string; detail: string }[]
}

export interface Fund {
  id: string; rev: number; year: number; name: string; level?: string; level_label?: string; regulation?: string; planned: Amount
  received: Amount; goods: Amount; spent: Amount; entries: number; balance?: Amount
}
export interface Receipt { id: string; fund_id: string; amount: Amount; on: string; from: string; evidence?: string; entered_by: string }
export interface GoodsLine { item_id: string; quantity: number; value_fen: number }
export interface Donation {
  id: string; donor_kind: string; donor_kind_label: string; donor: string; public_name: string; fund_id: string; cash: Amount
  goods: GoodsLine[]; value: Amount; on: string; note?: string; thanked_at?: string
}

export interface Repayment { key: string; on: string; amount_fen: number; note: string; by: string }
export interface Loan {
  id: string; household_no: string; principal: Amount; purpose: string; lent_on: string; due_on: string
  schedule: { due_on: string; amount: Amount; unpaid: Amount }[]; repayments: Repayment[]; repaid: Amount; outstanding: Amount
  overdue: Amount; contract?: string
}

export interface Item { id: string; rev: number; name: string; unit: string; quantity: number }
export interface Move {
  id: string; item_id: string; kind: 'in' | 'out'; quantity: number; value: Amount; on: string; household_no?: string; fund?: string
  source?: string; state: 'planned' | 'done' | 'refused'; returns?: string; why?: string
}

export interface ReportRow { label: string; name?: string; amounts: Amount[] }
export interface Report {
  title: string; from: string; to: string; unit: string; heads: string[]; rows: ReportRow[]; total: ReportRow; differences: string[]; next?: string
}
