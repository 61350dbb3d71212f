import type { Dividend, DividendInputs, Holder } from '../../api/coop'
import type { Permission } from '../../api/types'
import type { Tone } from '../../labels'
import { fenText } from '../../money'
import { jinText } from './weights'

/** What follows in a run, and who may do it. */
export const nextStep: Record<string, { step: string; label: string; may: Permission }> = {
  draft: { step: 'compute', label: '计算', may: 'coop.write' }, computed: { step: 'check', label: '核对', may: 'coop.write' },
  checked: { step: 'approve', label: '批准', may: 'coop.approve' }, approved: { step: 'publicise', label: '公示', may: 'coop.write' },
  publicised: { step: 'pay', label: '发放，记账', may: 'money.post' },
}

/** The way of a run, for the eye. */
export const way = ['draft', 'computed', 'checked', 'approved', 'publicised', 'paying', 'settled']

/** Until somebody approves, the data may be put in anew. */
export const editable = (state: string): boolean => ['draft', 'computed', 'checked'].includes(state)

export const runTone = (state: string): Tone => (state === 'settled' ? 'good' : state === 'reopened' ? 'off' : state === 'publicised' || state === 'paying' ? 'watch' : 'plain')

/** 71000 → 7.1%, 70841 → 7.0841%. */
export const percent = (ppm: number | undefined): string => `${Number(((ppm ?? 0) / 10000).toFixed(4))}%`

export interface Sum { name: string; how: string; is: string; cut?: string }

const yuan = (fen: number | undefined) => `${fenText(fen)}元`

function fromPlan(x: DividendInputs, d: Dividend): Sum[] {
  const p = x.plan
  return [
    { name: '每棚收入', how: `${p.bags_per_crop.toLocaleString('zh-CN')}袋 × ${p.crops}茬 × ${jinText(p.dry_millijin_per_bag)}斤 × ${yuan(p.price_per_jin_fen)}`, is: yuan(d.unit_benefit_fen), cut: d.unit_benefit_rest ? `舍去千分之${d.unit_benefit_rest}分` : '' },
    { name: '总收入', how: `${p.greenhouses}棚 × ${yuan(d.unit_benefit_fen)}`, is: yuan(d.total_benefit_fen) },
    { name: '总投入', how: `${p.greenhouses}棚 × ${yuan(p.unit_input_fen)}`, is: yuan(d.total_input_fen) },
    { name: '净收益', how: `${yuan(d.total_benefit_fen)} − ${yuan(d.total_input_fen)}`, is: yuan(d.net_fen), cut: d.net_fen <= 0 ? '没有净收益，不分红' : '' },
    { name: '各户的份额', how: `股金${yuan(x.fund_fen)} ÷ 总投入${yuan(d.total_input_fen)} = ${percent(d.raw_rate_ppm)}`, is: percent(d.rate_ppm), cut: `四舍五入到${percent(x.rounding.rate_step_ppm)}` },
    { name: '分红总额', how: `净收益${yuan(d.net_fen)} × ${percent(d.rate_ppm)}`, is: yuan(d.pool_fen), cut: d.share_rest ? '不到一分的舍去' : '' },
  ]
}

function fromActual(x: DividendInputs, d: Dividend): Sum[] {
  return [
    { name: '各户的份额', how: `实际净收益${yuan(d.net_fen)} × ${percent(d.rate_ppm)}`, is: yuan(d.share_fen), cut: d.share_rest ? '不到一分的舍去' : '' },
    { name: '多出保底', how: `${yuan(d.share_fen)} − 保底分红${yuan(x.base_pool_fen)}`, is: yuan(d.excess_fen), cut: d.excess_fen === 0 ? '没有多出，不再分' : '' },
    { name: '分红总额', how: `多出的${yuan(d.excess_fen)} × ${percent(x.payout_ppm)}`, is: yuan(d.pool_fen), cut: d.pool_rest ? '不到一分的舍去' : '' },
  ]
}

/** How the dividend follows from what was put in, step by step, as it was stored; nothing is reckoned here. */
export function sumsOf(x: DividendInputs, d: Dividend): Sum[] {
  const sums = x.kind === 'secondary' ? fromActual(x, d) : fromPlan(x, d)
  const first = d.lines?.[0]
  if (!first) return sums
  const same = d.lines!.every((l) => l.share_fen === first.share_fen)
  return [
    ...sums,
    { name: same ? '每户' : `每户（如${first.household_no}）`, how: `${yuan(d.pool_fen)} × 股金${yuan(first.share_fen)} ÷ ${yuan(x.fund_fen)} = ${yuan(first.due_fen)}`, is: yuan(first.amount_fen), cut: `舍到${yuan(x.rounding.payout_step_fen)}` },
    { name: '一共发', how: same ? `${d.lines!.length}户 × ${yuan(first.amount_fen)}` : `${d.lines!.length}户加起来`, is: yuan(d.paid_out_fen) },
    { name: '余数', how: `${yuan(d.pool_fen)} − ${yuan(d.paid_out_fen)}`, is: yuan(d.remainder_fen), cut: '留在合作社，账上记着' },
  ]
}

/** The change of a list for a try: so many holders; fewer are taken from its end, more put in what the first one did. */
export function holdersFor(holders: Holder[], count: number): { add: { household_no: string; amount_yuan: string }[]; remove: string[] } {
  const more = Math.max(0, count - holders.length)
  const each = ((holders[0]?.amount_fen ?? 0) / 100).toFixed(2)
  return {
    add: Array.from({ length: more }, (_, i) => ({ household_no: `假设${i + 1}户`, amount_yuan: each })),
    remove: holders.slice(Math.max(1, count)).map((h) => h.household_no),
  }
}
