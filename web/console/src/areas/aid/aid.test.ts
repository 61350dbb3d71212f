import { describe, expect, it } from 'vitest'
import type { Programme, Rule, Terms } from '../../api/aid'
import type { Permission } from '../../api/types'
import { askedOf, faultsOf, newRule, operatorsFor, ruleBody, sentenceOf } from './rules'
import { stepsOf, sumRule } from './steps'
import { operators, states } from './words'

const office: Permission[] = ['applications.read', 'applications.handle', 'applications.approve']
const steps = (a: Parameters<typeof stepsOf>[0], may: Permission[], p?: Partial<Programme>) => stepsOf(a, p as Programme, '2018-01-05', 'one', (x) => may.includes(x))
const keys = (...args: Parameters<typeof steps>) => steps(...args).map((s) => s.key)

describe('what may be done with an application', () => {
  it('has steps for every state that is not over, and offers nothing to who only reads', () => {
    for (const state of Object.keys(states)) {
      const all = keys({ state, payments: [{ entry_id: 'app:x/1' }] }, [...office, 'money.post'])
      expect(all.length > 0, state).toBe(state !== 'withdrawn')
      expect(keys({ state }, ['applications.read'])).toEqual([])
    }
  })
  it('publicises what has to be public, and pays the rest at once', () => {
    expect(keys({ state: 'approved' }, office, { public: true })).toEqual(['publicise', 'object', 'withdraw'])
    expect(keys({ state: 'approved' }, office, {})).toEqual(['pay', 'object', 'withdraw'])
  })
  it('waits for the last public day', () => {
    expect(steps({ state: 'publicised', public_to: '2018-01-05' }, office)[0].hold).toContain('2018-01-05')
    expect(steps({ state: 'publicised', public_to: '2018-01-04' }, office)[0].hold).toBeUndefined()
  })
  it('does not let one person say yes twice', () => {
    expect(steps({ state: 'verified', approvals: [{ by: 'staff:one' }] }, office)[0].hold).toBeTruthy()
    expect(steps({ state: 'verified', approvals: [{ by: 'staff:two' }] }, office)[0].hold).toBeUndefined()
  })
  it('leaves the money to finance, and takes back only what is in the books', () => {
    expect(keys({ state: 'paying' }, office)).toEqual([])
    expect(keys({ state: 'paying' }, ['money.post'])).toEqual(['paid', 'failed'])
    expect(keys({ state: 'paid', payments: [{ entry_id: 'e' }] }, ['money.post'])).toEqual(['reverse'])
    expect(keys({ state: 'paid', payments: [{}] }, ['money.post'])).toEqual([]) // a loan has books of its own
    expect(keys({ state: 'reversed', payments: [{ entry_id: 'e', reversed: true }] }, ['money.post'])).toEqual([])
  })
  it('says how a sum may be', () => {
    expect(sumRule({ amount_yuan: '12,000', per_person: true, second_above_yuan: '5,000' } as Programme)).toBe('每人12,000元，是定的；超过5,000元要两个人批')
    expect(sumRule({ ceiling_yuan: '20,000', second_above_yuan: '0' } as Programme)).toBe('最多20,000元；要两个人批')
    expect(sumRule({ second_above_yuan: '5,000' } as Programme)).toBe('金额按审批；超过5,000元要两个人批')
  })
})

describe('rules as data', () => {
  const terms = { facts: [
    { name: 'subsistence', label: '是否享受低保', type: 'bool', person: false }, { name: 'status', label: '户情', type: 'text', person: false },
    { name: 'income_per_head', label: '人均纯收入', type: 'money', person: false }, { name: 'age', label: '年龄', type: 'number', person: true },
  ] } as Terms
  const form = { kind: 'household', version: 1, schema: { type: 'object', properties: { housing_type: { title: '住房类型', type: 'string', enum: ['廉租房', '自有楼房'] } } } }
  const facts = askedOf(terms, [form], { status: { registered: '建档立卡', exited: '已脱贫' } })
  const rule = (r: Partial<Rule>): Rule => ({ ...newRule(), code: 'A_RULE', says_yes: '是', says_no: '否', ...r })

  it('asks flexible fields like any other', () => expect(facts.find((f) => f.name === 'household.housing_type')?.options).toHaveLength(2))
  it.each([
    [{ fact: 'subsistence', op: 'eq', values: ['true'] }, '是否享受低保：是'], [{ fact: 'status', op: 'in', values: ['registered', 'exited'] }, '户情 是其中一个 建档立卡、已脱贫'],
    [{ fact: 'income_per_head', op: 'lte', values: ['3335'] }, '人均纯收入 不超过 3335元'], [{ fact: 'unknown', op: 'exists', values: null }, 'unknown 登记了，不是没有、0或否'],
  ])('%o', (r, want) => expect(sentenceOf(r, facts)).toBe(want))
  it('offers operators that the kind of fact can answer', () => {
    for (const f of facts) expect(operatorsFor(f).every((o) => o in operators)).toBe(true)
    expect(operatorsFor(facts[0])).not.toContain('gte')
  })
  it('finds what the server would refuse', () => {
    expect(faultsOf([rule({ fact: 'subsistence', values: ['true'] })], false, facts)).toEqual([])
    expect(faultsOf([], false, facts)).toHaveLength(1)
    expect(faultsOf([rule({ fact: 'age', op: 'gte', values: ['60'] })], false, facts)[0]).toContain('按人算')
    expect(faultsOf([rule({ fact: 'age', op: 'gte', values: ['60'] })], true, facts)).toEqual([])
    expect(faultsOf([rule({ code: 'low', fact: 'status', values: [''] })], false, facts)).toHaveLength(2)
    expect(faultsOf([rule({ fact: 'status', op: 'in', values: ['exited'] }), rule({ fact: 'status', op: 'in', values: ['exited'] })], false, facts)).toEqual(['有两个条件的代号相同'])
    expect(faultsOf([rule({ fact: 'status', values: ['exited'], from: '2018-02-01', to: '2018-01-01' })], false, facts)[0]).toContain('止日')
  })
  it('sends no empty words', () => expect(ruleBody(rule({ fact: 'status', op: 'exists', values: ['x'], change: '', from: undefined }))).toEqual({ code: 'A_RULE', fact: 'status', op: 'exists', says_yes: '是', says_no: '否', values: [] }))
})
