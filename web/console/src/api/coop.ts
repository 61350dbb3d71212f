// The cooperative, its greenhouses, shares and dividends, as /staff/v1 has them.

export interface Coop { id: string; rev: number; name: string; unit_id: string; payout_ppm: number }
export interface Greenhouse { id: string; rev: number; site: string; unit_id: string }
export interface Allotment { id: string; rev: number; greenhouse_id: string; household_no: string; year: number; contract_fee_waived: boolean }
export interface Batch {
  id: string; rev: number; greenhouse_id: string; household_no: string; year: number; season: string; bags: number; dry_millijin_per_bag: number
  input_fen: number; harvested_on: string; actual_millijin: number; planned_millijin: number; low_yield: boolean
}
export interface Sale {
  id: string; rev: number; batch_id: string; household_no: string; sold_on: string; buyer: string; millijin: number; price_per_jin_fen: number
  gross_fen: number; costs_fen: number; settlement_fen: number
}
export interface Wage {
  id: string; rev: number; coop_id: string; household_no: string; person_id: string; person?: string; period: string; days: number; amount_fen: number; paid_on: string
}

export interface Holder { household_no: string; amount_fen: number }
export interface LeftOut { household_no: string; reason: string }
export interface ShareList {
  id: string; rev: number; frozen: boolean; coop_id: string; year: number; version: number; fund_fen: number; holders: Holder[] | null
  left_out: LeftOut[] | null; frozen_at?: string; frozen_by?: string
}
export interface ListDifference { household_no: string; head: string; in_first: boolean; reason: string }

export interface DividendBrief {
  year: number; kind: string; version: number; rev: number; title: string; state: string; state_label: string; holders: number; pool_fen: number
  remainder_fen: number
}
export interface DividendLine { household_no: string; share_fen: number; due_fen: number; amount_fen: number }
export interface Dividend {
  unit_benefit_fen: number; unit_benefit_rest: number; total_input_fen: number; total_benefit_fen: number; net_fen: number; raw_rate_ppm: number
  rate_ppm: number; share_fen: number; share_rest: number; excess_fen: number; pool_fen: number; pool_rest: number; paid_out_fen: number
  remainder_fen: number; lines: DividendLine[] | null
}
export interface GrowingPlan {
  greenhouses: number; crops: number; bags_per_crop: number; dry_millijin_per_bag: number; price_per_jin_fen: number; unit_input_fen: number
}
export interface Rounding { rate_step_ppm: number; rate_rule: string; payout_step_fen: number; payout_rule: string }
export interface DividendInputs {
  kind: string; subscription_id: string; fund_fen: number; holders: Holder[] | null; rounding: Rounding; plan: GrowingPlan; base_id?: string
  rate_ppm?: number; base_pool_fen?: number; actual_net_fen?: number; payout_ppm?: number
}
export interface Published { unit_benefit_fen?: number; rate_ppm?: number; holders?: number; each_fen?: number }
export interface DividendFile {
  rev: number; title: string; state: string; state_label: string; year: number; kind: string; version: number; coop_id: string
  inputs: DividendInputs; published: Published; result: Dividend; inputs_by: string; computed_by?: string; paid_on?: string
  checks: { code: string; text: string; ok: boolean }[] | null; steps: { state: string; by: string; at: string; why?: string }[] | null
  notice: { on?: string; lines: { household_no: string; head: string; amount_fen: number }[] | null }
  carried: { household_no: string; amount_fen: number }[] | null
  lines: (DividendLine & { entry_id?: string; paid_on?: string; reversed_on?: string })[]
}
export interface HouseDividends {
  shares: { coop: string; year: number; amount_fen: number; fund_fen: number }[] | null
  dividends: { title: string; year: number; kind: string; version: number; state_label: string; amount_fen: number; steps: string[] | null }[] | null
}
