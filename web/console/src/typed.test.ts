// What somebody has typed, and what becomes of it.
import { describe, expect, it } from 'vitest'
import { Problem } from './api/http'
import { changed, fields, formOf, type MemberForm } from './areas/households/member'
import { chinese } from './chinese'
import { chosen, clashes } from './conflict'
import { kept } from './draft'
import { faultsIn, titleOf } from './faults'
import { found, means } from './households'
import { isYuan, readFen, yuanWritten } from './money'

describe('amounts', () => {
  it.each([
    ['12,000', 1200000], ['12，000.5', 1200050], ['１２.34', 1234], ['1.2万', 1200000], ['0.000001万', 1], ['3万元', 3000000], ['300元', 30000], ['-5', -500],
    ['1.234', null], ['1.2.3', null], ['一万', null], ['万', null], ['', null],
  ])('%s', (text, fen) => expect(readFen(text)).toBe(fen))
  it('go to the server as plain yuan', () => {
    expect(yuanWritten('1.2万')).toBe('12000.00')
    expect(yuanWritten(' ')).toBe('')
    expect(['12,000', '', '1.'].every(isYuan)).toBe(true)
    expect(['-1', '1.001'].some(isYuan)).toBe(false)
  })
})

describe('two people at one record', () => {
  const read = formOf(null, null)
  const mine: MemberForm = { ...read, phone: '13900000001', disability: '肢体残疾三级' }
  const theirs: MemberForm = { ...read, phone: '13900000002', labour_ability: 'weak' }
  it('differ where both changed, and show both', () => {
    expect(clashes(fields, read, mine, theirs)).toEqual([
      { key: 'phone', title: '电话', mine: '13900000001', theirs: '13900000002', touched: true },
      { key: 'labour_ability', title: '劳动能力', mine: '空', theirs: '弱劳动能力', touched: false },
    ])
  })
  it('are brought together field by field', () => {
    const next = chosen(fields, mine, theirs, new Set(['phone', 'labour_ability']))
    expect([next.phone, next.disability, next.labour_ability]).toEqual(['13900000002', '肢体残疾三级', 'weak'])
    expect(chosen(fields, mine, theirs, new Set()).phone).toBe('13900000001')
  })
  it('keep what the form shows where somebody says so, also of what only the other has changed', () => {
    expect(chosen(fields, mine, theirs, new Set(['phone'])).labour_ability).toBe('')
  })
})

describe('a member', () => {
  const read: MemberForm = { ...formOf(null, null), name: '王秀兰', national_id: '239900196002039028', sex: 'female', birth_date: '1960-02-03', phone: '13900000001', chronic: ['高血压'] }
  it('is sent what changed, and what was emptied', () => {
    expect(changed(read, { ...read, phone: '', chronic: [], relation: 'sibling' }, () => true)).toEqual({ phone: '', chronic: [], relation: 'sibling' })
    expect(changed(read, { ...read }, () => true)).toEqual({})
  })
  it('leaves sex and birth date to the id number', () => expect(changed(read, { ...read, sex: 'male', national_id: '23990019600203901x' }, () => true)).toEqual({ national_id: '23990019600203901X' }))
  it('keeps what the post does not open', () => expect(changed(read, { ...read, name: '', relation: 'child', phone: '' }, (k) => k !== 'name')).toEqual({ phone: '' }))
})

describe('a household is found', () => {
  const list = [{ no: 'H-010', head: '李*', unit: '第一管理区' }, { no: 'H-001', head: '王**', unit: '第二管理区' }, { no: 'H-100', head: '赵**', unit: '第一社区' }]
  it.each([['h001', 'H-001'], ['H-001', 'H-001'], ['001', 'H-001'], ['1', 'H-001'], ['王秀兰', 'H-001'], ['第一社区', 'H-100'], ['ｈ１００', 'H-100']])('by %s', (typed, no) => expect(found(list, typed)[0]?.no).toBe(no))
  it('and not by another', () => {
    expect(found(list, '孙').length).toBe(0)
    expect(means(list[0], '王')).toBe(false)
    expect(found(list, '')).toHaveLength(3)
  })
})

it('a refusal is shown at its field', () => {
  const p = new Problem(400, 'invalid', '填得不对', [{ code: 'national_id', detail: '校验码不对' }], [{ location: 'body.head_person_id', message: '必须填' }])
  expect([...faultsIn(p)]).toEqual([['head_person_id', '必须填'], ['national_id', '校验码不对']])
  expect([...faultsIn(new Problem(400, 'birth_date', '与身份证号里的不同'))]).toEqual([['birth_date', '与身份证号里的不同']])
  expect([titleOf('body.members[2].national_id'), titleOf('body.xyz')]).toEqual(['身份证号', ''])
})

it('a draft has nothing sensitive', () => expect(kept({ address: '3栋', evidence: '评议' }, ['address'])).toEqual({ evidence: '评议' }))

it('sentences of the server are written as the page writes', () => {
  expect(chinese('还不能改成“已脱贫”:没有签字;公示只有3天,要7天(公示登记)')).toBe('还不能改成“已脱贫”：没有签字；公示只有3天，要7天（公示登记）')
  expect(chinese('金额(1,234.56元)')).toBe('金额（1,234.56元）')
  expect(chinese('at 12:30, ok')).toBe('at 12:30, ok')
})
