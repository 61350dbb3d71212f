// @vitest-environment happy-dom
// Two people at one log-in, notice, draft or programme: both versions stand side by side, and what is chosen is saved.
import { afterEach, describe, expect, it } from 'vitest'
import type { Asked } from '../page.testing'
import { mounted, Refusal } from '../page.testing'
import Composer from './broadcasts/Composer.vue'
import NoticeEditor from './notices/NoticeEditor.vue'
import ProgrammeForm from './aid/ProgrammeForm.vue'
import StaffDialog from './staff/StaffDialog.vue'

let page: Awaited<ReturnType<typeof mounted>> | null = null
afterEach(() => page?.end())

/** A record that somebody else changes after it was read: the first saving is refused, the next taken. */
function moved(path: string, first: object, then: object, rest: (a: Asked) => unknown = () => ({})) {
  let reads = 0
  let saves = 0
  return (a: Asked) => {
    if (a.method === 'PUT') return saves++ ? { id: 'x', code: 'x', version: 3, from: '2019-01-01' } : new Refusal(409, 'changed_meanwhile')
    if (a.method === 'GET' && a.path.split('?')[0] === path) return reads++ ? then : first
    return rest(a)
  }
}

describe('a log-in', () => {
  const member = { id: 'li', rev: 4, name: '李文', posts: [{ duty: 'office', unit_id: '' }], proposed: [], cadre_id: '', disabled: false, must_change_password: false, totp: false }
  const now = { ...member, rev: 5, name: '李文华', posts: [{ duty: 'finance', unit_id: '' }] }
  it('shows what both changed, and what only the other has changed as theirs', async () => {
    page = await mounted(StaffDialog, moved('/staff', { staff: [now], next: '' }, { staff: [now], next: '' }), { props: { member } })
    await page.type('姓名', '李文兵')
    await page.click('保存')
    expect(page.text()).toContain('别人刚改过这里')
    await page.click('就按选的保存')
    expect(page.sent('PUT').map((a) => a.body)).toMatchObject([{ rev: 4, name: '李文兵' }, { rev: 5, name: '李文兵', posts: [{ duty: 'finance', unit_id: '' }] }])
  })
  it('keeps what the form shows where somebody says so', async () => {
    page = await mounted(StaffDialog, moved('/staff', { staff: [now], next: '' }, { staff: [now], next: '' }), { props: { member } })
    await page.click('保存')
    await page.pick('岗位和管的单位', 'mine')
    await page.click('就按选的保存')
    expect(page.sent('PUT')[1].body).toMatchObject({ rev: 5, name: '李文华', posts: [{ duty: 'office', unit_id: '' }] })
  })
  it('is looked for on every page of the list', async () => {
    page = await mounted(StaffDialog, (a) => (a.method === 'PUT' ? new Refusal(409, 'changed_meanwhile') : a.path.includes('after=b') ? { staff: [now], next: '' } : { staff: [], next: 'b' }), { props: { member } })
    await page.click('保存')
    expect(page.text()).toContain('李文华')
  })
})

describe('a notice', () => {
  const text = { title: '医保缴费', summary: '年底前缴医保', text: '', audience: { to: 'households', statuses: ['registered'] } }
  const file = { id: 'n1', rev: 2, version: 0, state: 'draft', text }
  const now = { ...file, rev: 3, text: { ...text, audience: { to: 'households', statuses: ['exited'] } } }
  const open = () => mounted(NoticeEditor, moved('/notices/n1', file, now, () => ({ filters: [], tags: [] })), { path: '/notices/n1/edit', pattern: '/notices/:id/edit' })
  it('has its audience among what differs', async () => {
    page = await open()
    await page.type('标题', '医保怎么缴')
    await page.submit()
    expect(page.text()).toContain('要告知哪些户')
    expect(page.text()).toContain('已脱贫的户')
    await page.click('就按选的保存')
    expect(page.sent('PUT')[1].body).toMatchObject({ rev: 3, text: { title: '医保怎么缴', audience: { statuses: ['exited'] } } })
  })
  it('keeps the audience of the form where somebody says so', async () => {
    page = await open()
    await page.submit()
    await page.pick('要告知哪些户', 'mine')
    await page.click('就按选的保存')
    expect(page.sent('PUT')[1].body).toMatchObject({ rev: 3, text: { audience: { statuses: ['registered'] } } })
  })
})

describe('a draft of a broadcast', () => {
  const draft = { id: 'b1', rev: 2, state: 'draft', title: '缴费提醒', content: { about: '医保缴费', when: '2018年3月1日', more: '到卫生所', text: '请来缴费' }, audience: { to: 'households' }, rate: 50, by_hand: true }
  it('has its audience among what differs', async () => {
    page = await mounted(Composer, moved('/broadcasts/b1', draft, { ...draft, rev: 3, title: '缴费', audience: { to: 'households', ids: ['H-001'], only: true } }, () => ({ notices: [], filters: [], tags: [] })), { path: '/broadcasts/b1/edit', pattern: '/broadcasts/:id/edit' })
    await page.submit()
    expect(page.text()).toContain('只发给H-001')
    await page.pick('标题', 'mine')
    await page.click('就按选的保存')
    expect(page.sent('PUT')[1].body).toMatchObject({ rev: 3, title: '缴费提醒', audience: { only: true, ids: ['H-001'] } })
  })
})

describe('a programme', () => {
  const rule = { code: 'LOW', fact: 'subsistence', op: 'eq', values: ['true'], says_yes: '享受低保', says_no: '不享受低保' }
  const first = { code: 'rent', version: 1, from: '2018-01-01', title: '住房租金', summary: '租金减免', system: 'housing', category: 'housing', rules: [rule], method: 'transfer', payer_unit_id: 'U-1', amount_yuan: '300' }
  const terms = (a: Asked) => (a.path === '/programme-terms' ? { facts: [{ name: 'subsistence', label: '是否享受低保', type: 'bool', person: false }], operators: [], papers: [], refusals: [], states: [] } : { kind: 'household', version: 1, schema: { type: 'object' } })
  const open = (second: object) => mounted(ProgrammeForm, moved('/programmes/rent', { programmes: [first] }, { programmes: [first, second] }, terms), { path: '/programme-form/rent', pattern: '/programme-form/:code?' })
  it('is saved after the version that came meanwhile, with what is chosen of both', async () => {
    page = await open({ ...first, version: 2, from: '2018-02-01', amount_yuan: '350', rules: [{ ...rule, says_yes: '正在享受低保' }] })
    await page.type('名称', '住房租金减免')
    await page.submit()
    expect(page.text()).toContain('正在享受低保')
    await page.pick('每份多少元', 'mine')
    await page.click('就按选的保存')
    expect(page.sent('PUT')[1].body).toMatchObject({ after: 2, title: '住房租金减免', amount_yuan: '300.00', from: '2018-03-01', rules: [{ code: 'LOW', says_yes: '正在享受低保' }] })
  })
  it('waits for a day after the version that came meanwhile', async () => {
    page = await open({ ...first, version: 2, from: '2018-04-01', title: '租金' })
    await page.submit()
    await page.click('就按选的保存')
    expect(page.sent('PUT')).toHaveLength(1)
    expect(page.text()).toContain('要从2018-04-01（现在这一版的起日）以后开始')
  })
})
