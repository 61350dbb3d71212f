// @vitest-environment happy-dom
// Tables sort what is there, amounts as amounts and a part only after the whole; what is paged the server sorts.
import { afterEach, describe, expect, it } from 'vitest'
import { defineComponent, h, ref } from 'vue'
import { mounted, type Asked } from '../page.testing'
import Applications from '../areas/aid/Applications.vue'
import BroadcastList from '../areas/broadcasts/BroadcastList.vue'
import ResultTable from '../areas/broadcasts/ResultTable.vue'
import MovesDrawer from '../areas/funds/MovesDrawer.vue'
import AuditPage from '../areas/staff/AuditPage.vue'
import Donations from '../areas/funds/Donations.vue'
import Loans from '../areas/funds/Loans.vue'
import Ledger from '../areas/ledger/Ledger.vue'
import NeedsPage from '../areas/needs/NeedsPage.vue'
import NeedsTab from '../areas/households/NeedsTab.vue'
import VisitTable from '../areas/aidday/VisitTable.vue'
import DataTable from './DataTable.vue'

let page: Awaited<ReturnType<typeof mounted>> | null = null
afterEach(() => page?.end())

const column = (n: number) => [...document.querySelectorAll('tbody tr')].map((r) => r.querySelectorAll('td')[n].textContent?.trim())
const foot = () => [...document.querySelectorAll('tfoot td')].map((c) => c.textContent?.trim())
const title = async (name: string) => {
  [...document.querySelectorAll<HTMLButtonElement>('th button')].find((b) => b.textContent?.startsWith(name))!.click()
  await page!.still()
}

describe('a table', () => {
  const rows = ['900.00', '1,000.00', '-5.00', '20,000.00'].map((yuan, i) => ({ id: `H-${9 + i}`, yuan }))
  const table = (more: object) => mounted(defineComponent({ render: () => h(DataTable as never, {
    caption: '表', rows, rowKey: (r: { id: string }) => r.id, sorts: true, columns: [{ key: 'id', title: '户', text: (r: { id: string }) => r.id }, { key: 'yuan', title: '元', text: (r: { yuan: string }) => r.yuan }], ...more,
  }) }), () => ({}))
  it('sorts amounts by what they are worth, and numbers of households by their digits', async () => {
    page = await table({})
    await title('元')
    expect(column(1)).toEqual(['-5.00', '900.00', '1,000.00', '20,000.00'])
    await title('元')
    expect(column(1)).toEqual(['20,000.00', '1,000.00', '900.00', '-5.00'])
    await title('户')
    expect(column(0)).toEqual(['H-9', 'H-10', 'H-11', 'H-12'])
  })
  it('shows a part of the whole in order', async () => {
    page = await table({ from: 1, most: 2 })
    await title('元')
    expect(column(1)).toEqual(['900.00', '1,000.00'])
  })
  it('has sums below their columns', async () => {
    page = await table({ sums: { yuan: '21,895.00' } })
    expect(foot()).toEqual(['合计', '21,895.00'])
  })
})

const fen = (n: number) => ({ fen: n, yuan: `${n / 100}.00`, wan: '' })
const needs = [{ id: 'a', household_no: 'H-2', text: '乙', kind_label: '', state: 'open', state_label: '待办', due_on: '2018-02-01', log: [], files: [] }, { id: 'b', household_no: 'H-1', text: '甲', kind_label: '', state: 'open', state_label: '待办', due_on: '2018-02-02', log: [], files: [] }]
const whole = {
  needs, total: 321, next: 'b', programmes: [], applications: [{ id: 'x', household_no: 'H-1', title: '贷款', state: 'checking', state_label: '核对', due_on: '2018-01-01', amount_fen: 100 }], amount_fen: 123400,
  loans: [{ id: 'l', household_no: 'H-1', purpose: '种苗', principal: fen(100), repaid: fen(0), outstanding: fen(100), overdue: fen(0), schedule: [], repayments: [] }], principal: fen(90000), repaid: fen(10000), outstanding: fen(80000),
  donations: [{ id: 'd', donor: '张', goods: [], fund_id: 'fund/x', cash: fen(100), value: fen(100) }], cash: fen(70000), value: fen(75000), items: [], years: [2018],
  entries: [{ id: 'e', paid_on: '2018-01-01', household_no: 'H-1', title: '低保', amount: fen(100), category: '', system: '', fund: '', method: '' }], amount: fen(5500), cells: [], funds: [],
}

describe.each([
  ['needs', NeedsPage, '/needs', '什么难事', 'text', '321件'], ['applications', Applications, '/applications', '批的数', 'amount', '321份'],
  ['loans', Loans, '/loans', '还欠', 'left', '800.00'], ['donations', Donations, '/donations', '捐款', 'cash', '700.00'], ['entries', Ledger, '/entries', '金额', 'amount', '55.00'],
] as const)('%s', (_, component, path, name, key, sum) => {
  it('are sorted by the server, from the first page on, and summed up as a whole', async () => {
    page = await mounted(component, () => whole)
    expect(foot().join()).toContain(sum)
    const asked = () => page!.asked.filter((a: Asked) => a.path.startsWith(path + '?')).map((a) => new URLSearchParams(a.path.split('?')[1])).at(-1)!
    await page.click('下一页')
    expect([asked().get('after'), asked().get('sort')]).toEqual(['b', null])
    await title(name)
    expect([asked().get('after'), asked().get('sort'), asked().get('down')]).toEqual([null, key, null])
    await page.click('下一页')
    expect([asked().get('after'), asked().get('sort')]).toEqual(['b', key])
    await title(name)
    expect([asked().get('sort'), asked().get('down')]).toEqual([key, 'true'])
  })
})

it('the needs of one household are all there, and sorted there', async () => {
  page = await mounted(NeedsTab, () => whole, { props: { no: 'H-1' } })
  await title('什么难事')
  expect(column(0).map((t) => t?.slice(0, 1))).toEqual(['甲', '乙'])
})

it('the visits of a month are sorted and summed up whole, though a part is shown', async () => {
  const rows = Array.from({ length: 80 }, (_, i) => ({ id: String(i), household_no: `H-${80 - i}`, cadre_id: '', state: 'visited', reminded: 1, visit_on: i % 2 ? '2018-01-05' : '' }))
  page = await mounted(VisitTable, () => ({}), { props: { board: ref({ rows }).value } })
  await title('户')
  expect(column(0).slice(0, 2)).toEqual(['H-1', 'H-2'])
  expect(foot().join()).toBe('合计80行,,,80次,去过40次,,,,')
})

describe('what the server sorts by some columns only', () => {
  const last = (path: string) => new URLSearchParams(page!.asked.filter((a: Asked) => a.path.startsWith(path + '?')).at(-1)!.path.split('?')[1])
  const offered = () => [...document.querySelectorAll('th button.sort')].map((b) => b.textContent)
  it('broadcasts: by title, state and time', async () => {
    const broadcasts = [{ id: 'b', title: '甲', state: 'finished', state_label: '发完了', audience: { to: 'households' }, created_by: 'staff:one', counts: {} }]
    page = await mounted(BroadcastList, () => ({ broadcasts, next: 'b' }))
    expect(offered()).toEqual(['标题', '到哪一步', '什么时候发'])
    await page.click('下一页')
    expect([last('/broadcasts').get('before'), last('/broadcasts').get('sort')]).toEqual(['b', null])
    await title('标题')
    expect([last('/broadcasts').get('before'), last('/broadcasts').get('sort')]).toEqual([null, 'title'])
  })
  it('recipients: by everything but the name, which is looked up', async () => {
    const recipients = [{ person: 'w1', name: '王**', household_nos: ['H-1'], state: 'accepted', tries: 1, at: '2018-01-01T00:00:00Z' }]
    page = await mounted(ResultTable, () => ({ recipients, next: 'w1' }), { props: { path: '/broadcasts/b', mass: false, unknown: 0, version: '' } })
    expect(offered()).toEqual(['户或干部', '结果', '怎样发的', '为什么', '时间'])
    await title('结果')
    expect([last('/broadcasts/b/recipients').get('after'), last('/broadcasts/b/recipients').get('sort')]).toEqual([null, 'state'])
  })
  it('the audit log: by time alone', async () => {
    const lines = [{ seq: '000000000007', at: '2018-01-01T00:00:00Z', actor: 'staff:one', action: 'change', record: 'households/H-1', household_no: 'H-1', fields: [], reason: '' }]
    page = await mounted(AuditPage, () => ({ lines }))
    expect(offered()).toEqual(['时间'])
    await title('时间')
    expect([last('/audit').get('sort'), last('/audit').get('down'), last('/audit').get('before')]).toEqual(['at', null, null])
  })
  it('moves of an item, with what came in and what went out below them', async () => {
    const moves = [{ id: 'm', kind: 'in', quantity: 3, value: fen(100), on: '2018-01-01', state: 'done', source: '买的' }]
    page = await mounted(MovesDrawer, () => ({ moves, total: 40, in: 90, out: 50, in_value: fen(9000), out_value: fen(5000) }), { props: { item: { id: 'FLOUR', name: '面粉', unit: '袋', quantity: 40 } } })
    await page.still()
    expect(foot()).toEqual(['合计40笔', '入90，出50', '入90.00，出50.00', '', '', '只算办好的', ''])
  })
})
