import { describe, expect, it } from 'vitest'
import type { Dividend, DividendInputs, ShareList } from '../../api/coop'
import { faultsOf, fundOf, nextVersion, pasted } from './shares'
import { editable, holdersFor, nextStep, percent, sumsOf, way } from './steps'
import { jinText, milliOf, settled } from './weights'

const holders = Array.from({ length: 34 }, (_, i) => ({ household_no: `H-${String(i + 1).padStart(3, '0')}`, amount_fen: 600000 }))
const inputs = {
  kind: 'base', subscription_id: 'K-001/2018/1', fund_fen: 20400000, holders, rounding: { rate_step_ppm: 1000, rate_rule: 'half_up', payout_step_fen: 100, payout_rule: 'floor' },
  plan: { greenhouses: 20, crops: 2, bags_per_crop: 25000, dry_millijin_per_bag: 120, price_per_jin_fen: 3300, unit_input_fen: 14398500 },
} as DividendInputs
const lines = holders.map((h) => ({ household_no: h.household_no, share_fen: 600000, due_fen: 225592, amount_fen: 225500 }))
const result = {
  unit_benefit_fen: 19800000, unit_benefit_rest: 0, total_input_fen: 287970000, total_benefit_fen: 396000000, net_fen: 108030000, raw_rate_ppm: 70840, rate_ppm: 71000,
  share_fen: 7670130, share_rest: 0, pool_fen: 7670130, paid_out_fen: 7667000, remainder_fen: 3130, lines,
} as Dividend

describe('the dividend of 2018, step by step', () => {
  const sums = sumsOf(inputs, result)
  it.each([
    ['每棚收入', '25,000袋 × 2茬 × 0.12斤 × 33元', '198,000元'], ['总投入', '20棚 × 143,985元', '2,879,700元'], ['净收益', '3,960,000元 − 2,879,700元', '1,080,300元'],
    ['各户的份额', '股金204,000元 ÷ 总投入2,879,700元 = 7.084%', '7.1%'], ['分红总额', '净收益1,080,300元 × 7.1%', '76,701.30元'],
    ['每户', '76,701.30元 × 股金6,000元 ÷ 204,000元 = 2,255.92元', '2,255元'], ['一共发', '34户 × 2,255元', '76,670元'], ['余数', '76,701.30元 − 76,670元', '31.30元'],
  ])('%s', (name, how, is) => expect(sums.find((s) => s.name === name)).toMatchObject({ how, is }))
  it('names the household where shares differ', () => {
    const two = [{ ...lines[0], share_fen: 1200000 }, lines[1]]
    expect(sumsOf(inputs, { ...result, lines: two }).map((s) => s.name)).toContain('每户（如H-001）')
  })
  it('has the second one start from what was earned', () => {
    const second = sumsOf({ ...inputs, kind: 'secondary', base_pool_fen: 7670130, payout_ppm: 500000 }, { ...result, net_fen: 120000000, share_fen: 8520000, excess_fen: 849870, pool_fen: 424935 })
    expect(second.slice(0, 3)).toMatchObject([{ how: '实际净收益1,200,000元 × 7.1%' }, { how: '85,200元 − 保底分红76,701.30元' }, { how: '多出的8,498.70元 × 50%', is: '4,249.35元' }])
  })
  it('goes its way: each step leads to the next state', () => {
    expect(way.slice(0, 5)).toEqual(Object.keys(nextStep))
    expect(['draft', 'computed', 'checked'].every(editable) && !editable('approved')).toBe(true)
    expect([percent(71000), percent(70840), percent(1000000), percent(undefined)]).toEqual(['7.1%', '7.084%', '100%', '0%'])
  })
  it('tries other holders: the last ones leave, new ones put in what the first did', () => {
    expect(holdersFor(holders, 34)).toEqual({ add: [], remove: [] })
    expect(holdersFor(holders, 32)).toEqual({ add: [], remove: ['H-033', 'H-034'] })
    expect(holdersFor(holders, 36).add).toEqual([{ household_no: '假设1户', amount_yuan: '6000.00' }, { household_no: '假设2户', amount_yuan: '6000.00' }])
    expect(holdersFor(holders, 0).remove).toHaveLength(33) // one stays
  })
})

describe('share lists', () => {
  it('reads what comes out of a sheet', () => {
    const got = pasted('h-001\t6000\nH-002 王某 7,500.50\n\nH-003\nH-004,"5000"\nH-005,5,000\nH-006 6000 x\n王 5\nH-007 0', '6000')
    expect(got.lines).toEqual([
      { no: 'H-001', amount: '6000' }, { no: 'H-002', amount: '7500.50' }, { no: 'H-003', amount: '6000' }, { no: 'H-005', amount: '5000' },
    ])
    expect(got.faults).toEqual(['H-004,"5000"', 'H-006 6000 x', '王 5', 'H-007 0'])
  })
  it('adds up in fen', () => expect(fundOf([{ no: 'a', amount: '0.10' }, { no: 'b', amount: '0.20' }])).toBe(30))
  it('says what keeps a list from being stored', () => {
    expect(faultsOf([{ no: 'H-001', amount: '6000' }], [{ household_no: 'H-002', reason: '外出' }])).toEqual([])
    expect(faultsOf([], [])).toHaveLength(1)
    expect(faultsOf([{ no: 'H-001', amount: '6000' }, { no: 'H-001', amount: '0' }], [{ household_no: 'H-001', reason: 'x' }, { household_no: 'H-2', reason: '' }])).toHaveLength(4)
  })
  it('knows which version comes next', () => {
    const lists = [{ year: 2018, version: 1, frozen: true }, { year: 2018, version: 2, frozen: true }, { year: 2019, version: 1, frozen: false }] as ShareList[]
    expect([nextVersion(lists, 2018), nextVersion(lists, 2019), nextVersion(lists, 2020)]).toEqual([3, undefined, 1])
  })
})

describe('weights are exact', () => {
  it.each([['0.12', 120], ['110', 110000], ['1,000.5', 1000500], ['0.1234', undefined], ['', undefined], ['-1', undefined]])('%s', (text, want) => expect(milliOf(text)).toBe(want))
  it('reads back', () => expect([jinText(120), jinText(110000), jinText(undefined)]).toEqual(['0.12', '110', '0']))
  it('settles as the server does', () => {
    expect(settled(110000, 3200, 32000)).toEqual({ gross: 352000, net: 320000 })
    expect(settled(1, 500, 0).gross).toBe(1) // half up
    expect(settled(1, 499, 0).gross).toBe(0)
  })
})
