import type { Cell } from '../../api/money'

export interface Part { fen: number; count: number }
export interface Grid { rows: Part[]; columns: Part[]; cells: Part[][]; total: Part; agrees: boolean }

const nothing = (): Part => ({ fen: 0, count: 0 })
const add = (to: Part, p: Part) => {
  to.fen += p.fen
  to.count += p.count
}
const sum = (parts: readonly Part[]): Part => parts.reduce((all, p) => ({ fen: all.fen + p.fen, count: all.count + p.count }), nothing())

/**
 * The cells laid out by category and system; of one fund when it is named. The total is reckoned from the cells
 * themselves, so that it disagrees with rows or columns that miss one.
 */
export function gridOf(list: readonly Cell[], categories: readonly string[], systems: readonly string[], fund?: string): Grid {
  const of = list.filter((c) => fund === undefined || c.fund === fund)
  const cells = categories.map(() => systems.map(nothing))
  for (const c of of) {
    const to = cells[categories.indexOf(c.category)]?.[systems.indexOf(c.system)]
    if (to) add(to, { fen: c.amount.fen, count: c.count })
  }
  const rows = cells.map(sum)
  const columns = systems.map((_, i) => sum(cells.map((row) => row[i])))
  const total = sum(of.map((c) => ({ fen: c.amount.fen, count: c.count })))
  const same = (p: Part) => p.fen === total.fen && p.count === total.count
  return { rows, columns, cells, total, agrees: same(sum(rows)) && same(sum(columns)) }
}
