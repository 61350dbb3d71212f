// What may be done with an application in its state, and by whom. The server decides; this is what a page offers.
import type { Application, Programme } from '../../api/aid'
import type { Permission } from '../../api/types'

export interface Step {
  key: string
  label: string
  may: Permission
  says: string // what happens then
  words?: 'must' | 'may' // what the household reads
  danger?: boolean
  hold?: string // why it cannot be taken yet
}

const handle: Permission = 'applications.handle'
const all: Record<string, Step> = {
  submit: { key: 'submit', label: '替户里交上去', may: handle, says: '交上去后马上按条件核对。' },
  check: { key: 'check', label: '再核对一遍', may: handle, says: '按申请那天的条件、登记册现在的内容，重新核对一遍。' },
  need_more: { key: 'need_more', label: '要补材料', may: handle, says: '户里马上收到，写清楚要什么、拿到哪里。', words: 'must' },
  verify: { key: 'verify', label: '核实', may: handle, says: '每一条都符合、材料都齐了，才能核实。核实以后由另一个人批。', words: 'may' },
  refuse: { key: 'refuse', label: '不批', may: handle, says: '户里会读到是哪一条、用到的内容、出自哪里、哪天的，和怎样提异议。', words: 'may', danger: true },
  approve: { key: 'approve', label: '批准', may: 'applications.approve', says: '核实的人不能一个人批；超过限额的要两个人批同一个数。' },
  publicise: { key: 'publicise', label: '公示', may: handle, says: '从今天起公示7天，期满没有异议再发放。', words: 'may' },
  pay: { key: 'pay', label: '交财务发放', may: handle, says: '交给财务发放，户里会知道正在发。' },
  paid: { key: 'paid', label: '发放了，记账', may: 'money.post', says: '记进台账，户里马上知道。按两次也只记一笔。' },
  failed: { key: 'failed', label: '没发成', may: 'money.post', says: '写明原因，扶贫办改好以后再发。', danger: true },
  reverse: { key: 'reverse', label: '冲回', may: 'money.post', says: '记一笔相反的账，户里会知道这一笔收回了。', danger: true },
  object: { key: 'object', label: '记下异议', may: handle, says: '有人不同意时记下来，接着重新核对。', words: 'must' },
  recheck: { key: 'recheck', label: '重新核对', may: handle, says: '按登记册现在的内容从头核对。', words: 'may' },
  withdraw: { key: 'withdraw', label: '替户里撤回', may: handle, says: '户里不想办了。撤回以后可以另外申请。', danger: true },
  close: { key: 'close', label: '办结', may: handle, says: '没有别的事了，就办结。', words: 'may' },
}

/** The steps of each state; the first is what is mostly done. */
const ways: Record<string, string[]> = {
  draft: ['submit', 'withdraw'], submitted: ['check', 'withdraw'], checking: ['verify', 'need_more', 'refuse', 'check', 'withdraw'],
  need_more: ['check', 'submit', 'verify', 'refuse', 'withdraw'], verified: ['approve', 'need_more', 'refuse', 'withdraw'],
  approved: ['publicise', 'pay', 'object', 'withdraw'], refused: ['object', 'close'], publicised: ['pay', 'object'], paying: ['paid', 'failed'],
  paid: ['close', 'reverse'], payment_failed: ['pay'], reversed: ['pay', 'reverse', 'close'], objected: ['recheck'],
  rechecking: ['verify', 'need_more', 'refuse', 'check'], closed: ['reverse'],
}

interface Case extends Pick<Application, 'state'> {
  public_to?: string
  payments?: { entry_id?: string; reversed?: boolean }[] | null
  approvals?: { by: string }[]
}

/** What the caller may do with the application on a day; a step that has to wait says for what. */
export function stepsOf(a: Case, p: Programme | undefined, today: string, caller: string, can: (may: Permission) => boolean): Step[] {
  const last = a.payments?.[a.payments.length - 1]
  return (ways[a.state] ?? [])
    .filter((k) => can(all[k].may))
    .filter((k) => a.state !== 'approved' || !p || k !== (p.public ? 'pay' : 'publicise'))
    .filter((k) => k !== 'reverse' || (!!last?.entry_id && !last.reversed))
    .map((k) => {
      if (k === 'pay' && a.state === 'publicised' && a.public_to && today <= a.public_to) return { ...all[k], hold: `公示到${a.public_to}，期满才能发放` }
      if (k === 'approve' && a.approvals?.some((x) => x.by === `staff:${caller}`)) return { ...all[k], hold: '您批过了，等另一个人批' }
      return all[k]
    })
}

/** How a sum may be: fixed by the programme, up to a ceiling, or free; and whether two persons have to say yes to it. */
export function sumRule(p: Programme | undefined): string {
  if (!p) return ''
  const each = p.per_person ? '每人' : ''
  const above = p.second_above_yuan ?? '0'
  const limit = above === '0' ? '；要两个人批' : `；超过${above}元要两个人批`
  if (p.amount_yuan) return `${each}${p.amount_yuan}元，是定的${limit}`
  return (p.ceiling_yuan ? `${each}最多${p.ceiling_yuan}元` : '金额按审批') + limit
}
