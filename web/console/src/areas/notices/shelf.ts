import type { Knowing, PolicyNotice } from '../../api/outreach'
import type { Permission } from '../../api/types'
import type { Tone } from '../../labels'

export type Shelf = 'all' | 'open' | 'unpublished' | 'archive'
export const shelves: Record<Shelf, string> = { all: '全部', open: '在用的', unpublished: '还没发布的', archive: '归档：过期和撤下的' }

const waiting: PolicyNotice['state'][] = ['draft', 'submitted', 'approved', 'changed']

/** Whether households find it today. */
export const inUse = (n: PolicyNotice, today: string): boolean =>
  n.out && (!n.text.valid_from || n.text.valid_from <= today) && (!n.text.valid_to || today <= n.text.valid_to)

const past = (n: PolicyNotice, today: string): boolean => n.state === 'withdrawn' || Boolean(n.version && n.text.valid_to && n.text.valid_to < today)

/** The notices of a shelf that answer a word. */
export function onShelf(list: PolicyNotice[], shelf: Shelf, word: string, today: string): PolicyNotice[] {
  const w = word.trim().toLowerCase()
  const has = (n: PolicyNotice) => !w || [n.text.title, n.text.summary, ...(n.text.keywords ?? [])].some((s) => s.toLowerCase().includes(w))
  const there: Record<Shelf, (n: PolicyNotice) => boolean> = {
    all: () => true, open: (n) => inUse(n, today), unpublished: (n) => waiting.includes(n.state), archive: (n) => past(n, today),
  }
  return list.filter((n) => there[shelf](n) && has(n))
}

export function stateOf(n: PolicyNotice, today: string): { text: string; tone: Tone } {
  if (n.state === 'draft') return { text: '草稿', tone: 'plain' }
  if (n.state === 'submitted') return { text: '等另一个人审核', tone: 'watch' }
  if (n.state === 'approved') return { text: '审核过了，还没发布', tone: 'watch' }
  if (n.state === 'withdrawn') return { text: '撤下了', tone: 'off' }
  if (n.text.valid_to && n.text.valid_to < today) return { text: '过期了', tone: 'off' }
  if (n.state === 'changed') return { text: '改过，还没发布', tone: 'watch' }
  if (n.text.valid_from && n.text.valid_from > today) return { text: `${n.text.valid_from}起有效`, tone: 'watch' }
  return { text: '在用', tone: 'good' }
}

export type NoticeAct = 'submit' | 'approve' | 'return' | 'publish' | 'withdraw'

/** What this person may do with the notice now: whoever wrote or submitted it never approves it. The server has the last word. */
export function actsOf(n: PolicyNotice, me: string, can: (p: Permission) => boolean): NoticeAct[] {
  const acts: NoticeAct[] = []
  if (can('notices.write') && ['draft', 'changed', 'withdrawn'].includes(n.state)) acts.push('submit')
  if (can('notices.approve') && n.state === 'submitted' && !n.writers.includes(`staff:${me}`)) acts.push('approve')
  if (can('notices.approve') && (n.state === 'submitted' || n.state === 'approved')) acts.push('return')
  if (can('notices.write') && n.state === 'approved') acts.push('publish')
  if (can('notices.write') && n.out) acts.push('withdraw')
  return acts
}

/** What is missing for the next step. */
export function hintOf(n: PolicyNotice, me: string, can: (p: Permission) => boolean): string {
  switch (n.state) {
    case 'draft': case 'changed': return n.returned ? `退回了：${n.returned}` : '下一步：提交，由另一个人审核。'
    case 'submitted': return actsOf(n, me, can).includes('approve') ? '等您审核：下面就是户里和公众会看到的全部内容。' : '等另一个人审核。写的和提交的人不能自己审。'
    case 'approved': return '审核过了，还没有发布。再改要重新审核。'
  }
  return ''
}

export const validity = (from?: string, to?: string): string => (from || to ? `${from || '发布起'}到${to || '长期'}` : '长期')

/** 告知率 in whole percent: everybody told is 100, and nothing less is. */
export const ratePercent = (k: Knowing): number => (k.of ? Math.floor((k.know / k.of) * 100) : 0)
