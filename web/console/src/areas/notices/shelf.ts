import type { Knowing, PolicyNotice } from '../../api/outreach'
import type { Tone } from '../../labels'

export type Shelf = 'all' | 'open' | 'unpublished' | 'archive'
export const shelves: Record<Shelf, string> = { all: '全部', open: '在用的', unpublished: '还没发布的', archive: '归档:过期和撤下的' }

/** Whether households find it today. */
export const inUse = (n: PolicyNotice, today: string): boolean =>
  (n.state === 'published' || n.state === 'changed') && (!n.text.valid_from || n.text.valid_from <= today) && (!n.text.valid_to || today <= n.text.valid_to)

const past = (n: PolicyNotice, today: string): boolean => n.state === 'withdrawn' || Boolean(n.version && n.text.valid_to && n.text.valid_to < today)

/** The notices of a shelf that answer a word. */
export function onShelf(list: PolicyNotice[], shelf: Shelf, word: string, today: string): PolicyNotice[] {
  const w = word.trim().toLowerCase()
  const has = (n: PolicyNotice) => !w || [n.text.title, n.text.summary, ...(n.text.keywords ?? [])].some((s) => s.toLowerCase().includes(w))
  const there: Record<Shelf, (n: PolicyNotice) => boolean> = {
    all: () => true, open: (n) => inUse(n, today), unpublished: (n) => n.state === 'draft' || n.state === 'changed', archive: (n) => past(n, today),
  }
  return list.filter((n) => there[shelf](n) && has(n))
}

export function stateOf(n: PolicyNotice, today: string): { text: string; tone: Tone } {
  if (n.state === 'draft') return { text: '草稿', tone: 'plain' }
  if (n.state === 'withdrawn') return { text: '撤下了', tone: 'off' }
  if (n.text.valid_to && n.text.valid_to < today) return { text: '过期了', tone: 'off' }
  if (n.state === 'changed') return { text: '改过,还没发布', tone: 'watch' }
  if (n.text.valid_from && n.text.valid_from > today) return { text: `${n.text.valid_from}起有效`, tone: 'watch' }
  return { text: '在用', tone: 'good' }
}

export const validity = (from?: string, to?: string): string => (from || to ? `${from || '发布起'}到${to || '长期'}` : '长期')

/** 告知率 in whole percent: everybody told is 100, and nothing less is. */
export const ratePercent = (k: Knowing): number => (k.of ? Math.floor((k.know / k.of) * 100) : 0)
