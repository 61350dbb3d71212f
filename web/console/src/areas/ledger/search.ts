// Which entries the ledger shows, as it stands in the page's address: every total of the other pages opens by it.
import type { LocationQuery } from 'vue-router'
import type { Cell } from '../../api/money'
import { one, spanOf, type Span } from '../../span'

export interface Search {
  span: Span; category: string; system: string; fund: string; no_fund: boolean; household_no: string; not_allotted: boolean
}

export function searchOf(query: LocationQuery, year: number): Search {
  return {
    span: spanOf(query, year), category: one(query.category), system: one(query.system), fund: one(query.fund), no_fund: query.no_fund === 'true',
    household_no: one(query.household_no).toUpperCase(), not_allotted: query.not_allotted === 'true',
  }
}

/** The address and the request of a search are the same. */
export function queryOf(s: Partial<Search> & { span: Span }): Record<string, string> {
  const q: Record<string, string> = { ...s.span }
  for (const key of ['category', 'system', 'fund', 'household_no'] as const) if (s[key]) q[key] = s[key]
  for (const key of ['no_fund', 'not_allotted'] as const) if (s[key]) q[key] = 'true'
  return q
}

/** What choosers have for entries that name no fund; an empty choice is all funds. */
export const NO_FUND = '\u0000'
export const fundQuery = (f: string): Record<string, string> => (f === NO_FUND ? { no_fund: 'true' } : f ? { fund: f } : {})

/** What the matrix says of the same entries; null where it cannot, because it does not go by household. */
export function sumOf(cells: readonly Cell[], s: Search): { fen: number; count: number } | null {
  if (s.household_no || s.not_allotted) return null
  return cells
    .filter((c) => (!s.category || c.category === s.category) && (!s.system || c.system === s.system) && (s.no_fund ? !c.fund : !s.fund || c.fund === s.fund))
    .reduce((sum, c) => ({ fen: sum.fen + c.amount.fen, count: sum.count + c.count }), { fen: 0, count: 0 })
}
