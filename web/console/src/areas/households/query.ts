// The search of the list as it stands in the page's address, so that it can be kept, sent and gone back to.
import type { LocationQuery } from 'vue-router'
import type { Filter } from '../../api/types'

export interface Search { text: string; unit_id: string; status: string; attribute: string; attrs: Record<string, string> }

export const emptySearch = (): Search => ({ text: '', unit_id: '', status: '', attribute: '', attrs: {} })

const one = (v: unknown): string => (Array.isArray(v) ? String(v[0] ?? '') : String(v ?? ''))

export function searchOf(query: LocationQuery): Search {
  const attrs: Record<string, string> = {}
  for (const pair of one(query.attr).split(',')) {
    const [key, value] = pair.split(/:(.*)/)
    if (key && value) attrs[key] = value
  }
  return { text: one(query.text), unit_id: one(query.unit_id), status: one(query.status), attribute: one(query.attribute), attrs }
}

export const attrPairs = (attrs: Record<string, string>): string[] => Object.entries(attrs).map(([k, v]) => `${k}:${v}`)

export function queryOf(s: Search): Record<string, string> {
  const q: Record<string, string> = {}
  for (const key of ['text', 'unit_id', 'status', 'attribute'] as const) if (s[key]) q[key] = s[key]
  const pairs = attrPairs(s.attrs)
  if (pairs.length) q.attr = pairs.join(',')
  return q
}

export const searchOfFilter = (f: Filter): Search => ({
  text: f.text ?? '', unit_id: f.unit_id ?? '', status: f.status ?? '', attribute: f.attribute ?? '', attrs: f.attrs ?? {},
})

export const isEmpty = (s: Search): boolean => Object.keys(queryOf(s)).length === 0
