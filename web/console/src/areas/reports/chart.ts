import type { EChartsCoreOption } from 'echarts/core'
import type { Report } from '../../api/money'

export const kinds: Record<string, string> = { category: '类别×体系', month: '按月', fund: '按资金', household: '到户', funds: '资金来源和使用' }

const colours = ['#1d6b58', '#c88a2b', '#24568f', '#8a6fae', '#b0554b', '#5d8a3a', '#4d8f9c']

/** A report as bars: what adds up is stacked, the plan, receipt and use of a fund stand side by side. Names that are long lie. */
export function chartOf(kind: string, r: Report): EChartsCoreOption {
  const sums = kind !== 'funds'
  const heads = r.heads.slice(1, sums ? -1 : undefined)
  const rows = r.rows.filter((row) => row.amounts.some((a) => a.fen))
  const lying = kind !== 'month' && kind !== 'household'
  const names = { type: 'category', data: rows.map((row) => row.label), inverse: lying, axisLabel: lying ? { width: 150, overflow: 'truncate' } : { hideOverlap: true } }
  const amounts = { type: 'value', name: r.unit, nameLocation: 'end' }
  const series = heads
    .map((name, i) => ({ name, type: 'bar', stack: sums ? 'sum' : undefined, barMaxWidth: 26, data: rows.map((row) => r.unit === '元' ? row.amounts[i].fen / 100 : Number(row.amounts[i].wan)) }))
    .filter((s) => s.data.some((v) => v))
  return {
    color: colours, tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' } }, legend: { bottom: 0, type: 'scroll' },
    grid: { left: 8, right: lying ? 60 : 16, top: 34, bottom: 44, containLabel: true },
    xAxis: lying ? amounts : names, yAxis: lying ? names : amounts, series,
  }
}

/** High enough for its bars. */
export const heightOf = (kind: string, r: Report): number =>
  kind === 'month' || kind === 'household' ? 320 : Math.max(260, 110 + r.rows.filter((row) => row.amounts.some((a) => a.fen)).length * (kind === 'funds' ? 42 : 34))
