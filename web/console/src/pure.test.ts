import { describe, expect, it } from 'vitest'
import { fileName, Problem } from './api/http'
import type { Cell, Report } from './api/money'
import { percentOf } from './areas/exchange/progress'
import { queryOf, searchOf } from './areas/households/query'
import { gridOf } from './areas/ledger/matrix'
import * as entries from './areas/ledger/search'
import { chartOf } from './areas/reports/chart'
import { addDays, addMonths, at, daysBetween, nextAidDay, weeksOf } from './dates'
import { faultsOf, fieldsOf, schemaWith } from './forms'
import { nothingDone } from './keyed'
import { nextStatuses, postName } from './labels'
import { actorName } from './people'
import { fenOf, fenText, isYuan, readFen, yuanOf, yuanText } from './money'
import { isUnattended } from './presence'
import { monthOf, monthSpan, spanOf, spanText, yearOf } from './span'
import { unitTree } from './units'

describe('dates are Beijing days', () => {
  it.each([['2017-12-31', 1, '2018-01-01'], ['2018-03-01', -1, '2018-02-28'], ['2020-02-28', 1, '2020-02-29']])('%s %+i', (day, n, want) => {
    expect(addDays(day, n)).toBe(want)
    expect(daysBetween(day, want)).toBe(n)
  })
  it('shows an instant in Beijing, whatever the machine', () => {
    expect(at('2018-01-04T16:05:00Z')).toBe('2018-01-05 00:05')
    expect(at('0001-01-01T00:00:00Z')).toBe('')
  })
  it.each([['2018-01-05', '2018-01-05'], ['2018-01-06', '2018-02-05'], ['2018-12-06', '2019-01-05']])('the aid day on or after %s', (day, want) => {
    expect(nextAidDay(day, 5)).toBe(want)
  })
  it('turns the year by months', () => {
    expect(addMonths('2018-01', -1)).toBe('2017-12')
    expect(addMonths('2017-12', 1)).toBe('2018-01')
  })
  it('makes weeks from Monday with every day once', () => {
    for (const month of ['2018-01', '2018-02', '2026-11', '2024-02']) {
      const weeks = weeksOf(month)
      const days = weeks.flat().filter(Boolean)
      expect(weeks.every((w) => w.length === 7)).toBe(true)
      expect(days[0]).toBe(`${month}-01`)
      expect(new Set(days).size).toBe(daysBetween(`${month}-01`, `${addMonths(month, 1)}-01`))
    }
    expect(weeksOf('2018-01')[0][0]).toBe('2018-01-01') // a Monday
  })
})

describe('money stays exact', () => {
  it.each([['12345.6', 1234560], ['0.07', 7], ['-31.30', -3130], ['1,000', 100000], ['x', 0], [undefined, 0]])('%s', (text, fen) => {
    expect(fenOf(text)).toBe(fen)
  })
  it.each([['218532.00', '218,532'], ['2255.90', '2,255.90'], ['-0.05', '-0.05']])('%s reads %s', (text, want) => expect(yuanText(text)).toBe(want))
  it('knows what can be an amount', () => {
    expect(['', '1', '1.', '1.05'].every(isYuan)).toBe(true)
    expect(['1.055', '-1', '一', '1e3'].some(isYuan)).toBe(false)
  })
  it.each([
    ['300.5', 30050], ['300.50', 30050], ['0.01', 1], ['1,234.56', 123456], ['1,234.56', 123456], [' 7 ', 700], ['-0.30', -30], ['-0', 0], ['1.15', 115],
    ['4.35', 435], ['90071992547409.91', 9007199254740991],
  ])('%s yuan is %s fen', (text, fen) => {
    expect(readFen(text)).toBe(fen)
    expect(readFen(yuanOf(fen))).toBe(fen)
    expect(readFen(fenText(fen))).toBe(fen)
  })
  it.each(['', '.', '1.', '.5', '1.005', '1e3', '--1', '1 000', '三百', 'NaN', '90071992547409.92'])('%j is no amount', (text) => expect(readFen(text)).toBeNull())
  it('goes there and back for every last two digits, where floats would not', () => {
    for (let fen = 1_999_900; fen < 2_000_200; fen++) expect(readFen(yuanOf(fen))).toBe(fen)
    expect([yuanOf(5), yuanOf(-5), yuanOf(100), yuanOf(0)]).toEqual(['0.05', '-0.05', '1.00', '0.00'])
    expect([fenText(218532000), fenText(-313012), fenText(9007199254740991), fenText(undefined)]).toEqual(['2,185,320', '-3,130.12', '90,071,992,547,409.91', '0'])
  })
})

describe('the money pages', () => {
  const cell = (category: string, system: string, fund: string, fen: number, count = 1): Cell => ({ category, system, fund, count, amount: { fen, yuan: '', wan: '' } })
  const cells = [cell('a', 'x', '甲', 1001, 2), cell('a', 'y', '甲', 2), cell('b', 'y', '乙', -500), cell('b', 'y', '', 9)]
  it('adds up both ways, all of it or one fund', () => {
    const g = gridOf(cells, ['a', 'b'], ['x', 'y'])
    expect(g.rows).toEqual([{ fen: 1003, count: 3 }, { fen: -491, count: 2 }])
    expect(g.columns).toEqual([{ fen: 1001, count: 2 }, { fen: -489, count: 3 }])
    expect([g.total, g.agrees]).toEqual([{ fen: 512, count: 5 }, true])
    expect(gridOf(cells, ['a', 'b'], ['x', 'y'], '乙').total.fen).toBe(-500)
    expect(gridOf(cells, ['a', 'b'], ['x', 'y'], '').total.fen).toBe(9)
  })
  it('says when a cell belongs nowhere', () => {
    expect(gridOf([...cells, cell('travel', 'x', '甲', 1)], ['a', 'b'], ['x', 'y']).agrees).toBe(false)
    expect(gridOf([...cells, cell('travel', 'x', '甲', 0)], ['a', 'b'], ['x', 'y']).agrees).toBe(false) // not even one of nothing
  })
  it('keeps a search of entries in the address, and knows what it comes to', () => {
    const s = { span: { year: '2017' }, category: 'a', system: 'y', fund: '甲', no_fund: false, household_no: 'H-001', not_allotted: false }
    expect(entries.searchOf(entries.queryOf(s), 2026)).toEqual(s)
    const none = { ...s, fund: '', no_fund: true, household_no: '', category: '', system: '' }
    expect(entries.searchOf(entries.queryOf(none), 2026)).toEqual(none)
    expect(entries.sumOf(cells, none)).toEqual({ fen: 9, count: 1 })
    expect(entries.sumOf(cells, { ...s, household_no: '' })).toEqual({ fen: 2, count: 1 })
    expect(entries.sumOf(cells, s)).toBeNull()
  })
  it('knows the days of an address', () => {
    expect(spanOf({}, 2017)).toEqual({ year: '2017' })
    expect(spanOf({ as_of: '2017-06-30', year: '2016' }, 2018)).toEqual({ as_of: '2017-06-30' })
    expect(spanOf({ from: '2017-01-01' }, 2018)).toEqual({ year: '2018' }) // half a span is none
    expect(monthSpan('2017-02')).toEqual({ from: '2017-02-01', to: '2017-02-28' })
    expect(monthOf(monthSpan('2016-12'))).toBe('2016-12')
    expect(monthOf({ from: '2017-02-01', to: '2017-02-27' })).toBe('')
    expect([{ year: '2017' }, monthSpan('2017-02'), { as_of: '2017-06-30' }, { from: '2017-01-05', to: '2017-02-01' }].map(spanText))
      .toEqual(['2017年', '2017年2月', '截至2017-06-30', '2017-01-05到2017-02-01'])
    expect([{ year: '2017' }, monthSpan('2016-02'), { as_of: '2015-06-30' }].map(yearOf)).toEqual([2017, 2016, 2015])
  })
  it('keeps the key of what may have arrived, and only that', () => {
    const kept = [new Problem(0, 'network', ''), new Problem(500, 'internal', ''), new Problem(409, 'key_used', ''), new Error('page')]
    expect(kept.map(nothingDone)).toEqual([false, false, false, false])
    expect([400, 403, 404, 409, 429].every((s) => nothingDone(new Problem(s, 'refused', '')))).toBe(true)
  })
  it('draws a report without its sums and its empty columns', () => {
    const a = (wan: string) => ({ fen: Math.round(Number(wan) * 1e6), yuan: '', wan })
    const r = { unit: '万元', heads: ['月份', '甲', '乙', '合计'], rows: [{ label: '1月', amounts: [a('1.5'), a('0'), a('1.5')] }, { label: '2月', amounts: [a('0'), a('0'), a('0')] }] } as Report
    const o = chartOf('month', r) as { series: { name: string; data: number[]; stack?: string }[]; xAxis: { data: string[] } }
    expect(o.series.map((s) => [s.name, s.data, s.stack])).toEqual([['甲', [1.5], 'sum']])
    expect(o.xAxis.data).toEqual(['1月'])
    const f = chartOf('funds', { ...r, heads: ['资金', '计划', '到账', '支出'] }) as typeof o
    expect(f.series.map((s) => [s.name, s.stack])).toEqual([['计划', undefined], ['支出', undefined]])
  })
})

describe('what the pages reckon', () => {
  it('keeps a search in the address', () => {
    const s = { text: 'wxl', unit_id: 'U-area-1', status: 'exited', attribute: '', attrs: { arable: '5', note: 'a:b' } }
    expect(searchOf(queryOf(s))).toEqual(s)
  })
  it('keeps a schema through the editor', () => {
    const schema = { type: 'object', additionalProperties: false, properties: { b: { title: '乙', type: 'string', enum: ['一'], 'x-order': 2 }, a: { title: '甲', type: 'number', 'x-unit': '亩', 'x-order': 1 } } }
    expect(fieldsOf(schema).map((f) => f.key)).toEqual(['a', 'b'])
    expect(schemaWith(schema, fieldsOf(schema))).toEqual(schema)
    expect(faultsOf(fieldsOf(schema))).toEqual([])
    expect(faultsOf([{ key: 'A', title: '', type: 'string', unit: '', options: [] }])).toHaveLength(2)
  })
  it('says how far an import is', () => {
    const i = { state: 'committing', header_row: 1, last_row: 101, next_row: 52 } as never
    expect(percentOf(i)).toBe(50)
    expect(percentOf({ state: 'done' } as never)).toBe(100)
  })
  it('names files, people and steps', () => {
    expect(fileName("attachment; filename*=UTF-8''%E6%88%B7.xlsx")).toBe('户.xlsx')
    expect(actorName('cadre:C-001')).toBe('C-001')
    expect([actorName('staff:office'), actorName('system:broadcast'), actorName('account:x')]).toEqual(['工作人员', '系统', '户里'])
    expect(nextStatuses('closed')).toEqual([])
    expect(nextStatuses('exit_proposed')).toContain('exited')
  })
  it('makes a tree of units', () => {
    expect(unitTree([{ id: 'b', name: '乙', kind: 'x', parent_id: 'a' }, { id: 'a', name: '甲', kind: 'x' }]))
      .toEqual([{ value: 'a', label: '甲', children: [{ value: 'b', label: '乙' }] }])
  })
  it('says what to do about a problem', () => {
    expect(new Problem(409, 'changed_meanwhile', '').advice).toContain('重新打开')
    expect(new Problem(500, 'internal', '', [], [], 'abc12345').advice).toContain('abc12345')
    expect(new Problem(404, 'no_such_page', '').noSuchRoute).toBe(true)
  })
  it('knows whether somebody is there', () => {
    expect(isUnattended(0, 59_000)).toBe(false)
    expect(isUnattended(0, 60_000)).toBe(true)
  })
  it('names posts', () => {
    expect(postName({ duty: 'office', unit_id: '' }, () => '')).toBe('扶贫办 · 全场')
    expect(postName({ duty: 'secretary', unit_id: 'U-1' }, () => '第一管理区')).toBe('支部书记 · 第一管理区')
  })
})
