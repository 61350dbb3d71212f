import { describe, expect, it } from 'vitest'
import { fileName, Problem } from './api/http'
import { percentOf } from './areas/exchange/progress'
import { queryOf, searchOf } from './areas/households/query'
import { addDays, addMonths, at, daysBetween, nextAidDay, weeksOf } from './dates'
import { faultsOf, fieldsOf, schemaWith } from './forms'
import { actorName, nextStatuses } from './labels'
import { fenOf, isYuan, yuanText } from './money'
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
    expect(actorName('cadre:C-001')).toBe('干部 C-001')
    expect(actorName('staff:office')).toBe('office')
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
})
