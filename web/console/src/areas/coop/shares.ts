// What the page of a share list reckons: lines that somebody pastes, and whether the list is whole.
import type { LeftOut, ShareList } from '../../api/coop'
import { fenOf, isYuan } from '../../money'

export interface HolderLine { no: string; amount: string }

/**
 * Lines of "户号 … 金额" as they come out of a sheet: the first column and the last one, or the first alone. A comma stands
 * between columns only where nothing else does: in 7,500 it is part of the number. What cannot be read is given back.
 */
export function pasted(text: string, each: string): { lines: HolderLine[]; faults: string[] } {
  const lines: HolderLine[] = []
  const faults: string[] = []
  for (const row of text.split('\n').map((r) => r.trim()).filter(Boolean)) {
    const byComma = /^([A-Za-z0-9-]+)[,,](.+)$/.exec(row)
    const [no, ...rest] = byComma ? [byComma[1], byComma[2].trim()] : row.split(/[\s;;]+/)
    const amount = (rest.length ? rest[rest.length - 1] : each).replaceAll(',', '')
    if (/^[A-Za-z0-9-]{2,20}$/.test(no) && isYuan(amount) && fenOf(amount) > 0) lines.push({ no: no.toUpperCase(), amount })
    else faults.push(row)
  }
  return { lines, faults }
}

export const fundOf = (lines: HolderLine[]): number => lines.reduce((sum, l) => sum + fenOf(l.amount), 0)

/** What keeps a list from being stored. */
export function faultsOf(lines: HolderLine[], leftOut: LeftOut[]): string[] {
  const faults: string[] = []
  if (!lines.length) faults.push('至少要有一户入股')
  const seen = new Set<string>()
  for (const l of lines) {
    if (!l.no.trim()) faults.push('有一行没有写户号')
    else if (seen.has(l.no)) faults.push(`${l.no}列了两次`)
    seen.add(l.no)
    if (!isYuan(l.amount) || fenOf(l.amount) <= 0) faults.push(`${l.no || '有一行'}的股金要写元，最多两位小数，大于0`)
  }
  for (const l of leftOut) {
    if (!l.household_no.trim() || !l.reason.trim()) faults.push('没有入股的户，户号和原因都要写')
    else if (seen.has(l.household_no)) faults.push(`${l.household_no}又入股又写了没有入股`)
  }
  return [...new Set(faults)]
}

/** The next version to make in a year: the first, or the one after the latest frozen one. */
export function nextVersion(lists: ShareList[], year: number): number | undefined {
  const mine = lists.filter((l) => l.year === year)
  if (mine.some((l) => !l.frozen)) return undefined
  return Math.max(0, ...mine.map((l) => l.version)) + 1
}
