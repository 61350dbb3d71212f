// The words of programmes and applications, as model has them.
import type { Result } from '../../api/aid'
import type { Tone } from '../../labels'

export const states: Record<string, string> = {
  draft: '还没交', submitted: '已交', checking: '正在核对', need_more: '要补材料', verified: '核实了，等批准', approved: '批准了', refused: '没有批',
  publicised: '正在公示', paying: '正在发放', paid: '发放了', payment_failed: '没发成', reversed: '收回了', objected: '有异议', rechecking: '重新核对',
  closed: '办结', withdrawn: '撤回了',
}
const stateTones: Record<string, Tone> = {
  need_more: 'watch', verified: 'watch', approved: 'good', refused: 'bad', publicised: 'watch', paying: 'watch', paid: 'good', payment_failed: 'bad',
  reversed: 'bad', objected: 'bad', draft: 'off', closed: 'off', withdrawn: 'off',
}
export const stateTone = (s: string): Tone => stateTones[s] ?? 'plain'

export const results: Record<Result, string> = { yes: '符合', no: '不符合', missing: '没有登记' }
const resultTones: Record<Result, Tone> = { yes: 'good', no: 'bad', missing: 'watch' }
export const resultTone = (r: Result | undefined): Tone => (r ? resultTones[r] : 'off')

export const refusals: Record<string, string> = {
  rule: '不符合条件', papers: '材料没有补齐', untrue: '核实的情况与申请的不一样', duplicate: '同一件事已经享受过',
}
export const wordsChecks: Record<string, string> = { unchecked: '微信没有查过这些话，请先看一眼', review: '微信拿不准这些话，请先看一眼' }

export const operators: Record<string, string> = {
  eq: '是', ne: '不是', in: '是其中一个', not_in: '不是其中任何一个', gte: '不少于', lte: '不超过', gt: '多于', lt: '少于', exists: '有', contains: '含有', lacks: '不含',
}
export const factTypes: Record<string, string> = { bool: '是或否', number: '数', money: '元', text: '文字', date: '日期', list: '几项' }
