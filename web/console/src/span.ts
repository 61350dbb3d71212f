// The days that a page of money is about, as they stand in its address and as the server takes them.
import type { LocationQuery } from 'vue-router'
import { addDays, addMonths } from './dates'

export interface Span { year?: string; from?: string; to?: string; as_of?: string }

export const one = (v: unknown): string => (Array.isArray(v) ? String(v[0] ?? '') : String(v ?? ''))

/** The span of an address; one that says nothing is about the year. */
export function spanOf(query: LocationQuery, year: number): Span {
  const [as_of, from, to] = [one(query.as_of), one(query.from), one(query.to)]
  if (as_of) return { as_of }
  if (from && to) return { from, to }
  return { year: one(query.year) || String(year) }
}

export function monthSpan(period: string): Span {
  return { from: `${period}-01`, to: addDays(`${addMonths(period, 1)}-01`, -1) }
}

/** The month that a span is, if it is one. */
export function monthOf(s: Span): string {
  const period = s.from?.slice(0, 7) ?? ''
  return period && monthSpan(period).from === s.from && monthSpan(period).to === s.to ? period : ''
}

export function spanText(s: Span): string {
  if (s.as_of) return `截至${s.as_of}`
  if (s.year) return `${s.year}年`
  const month = monthOf(s)
  return month ? `${month.slice(0, 4)}年${Number(month.slice(5))}月` : `${s.from}到${s.to}`
}

/** The year that the span begins in. */
export const yearOf = (s: Span): number => Number(s.year ?? (s.as_of ?? s.from ?? '').slice(0, 4))
