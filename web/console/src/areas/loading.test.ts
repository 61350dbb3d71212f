// @vitest-environment happy-dom
// A page that still reads counts nothing; one that has read and has nothing says what to do first; one that could not read
// says that, offers to try again, and does not say that there is nothing.
import { readdirSync, readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import type { Component } from 'vue'
import { mounted, Refusal } from '../page.testing'
import Applications from './aid/Applications.vue'
import DisclosureList from './disclosures/DisclosureList.vue'
import ObjectionList from './disclosures/ObjectionList.vue'
import Funds from './funds/Funds.vue'
import Loans from './funds/Loans.vue'
import NeedsPage from './needs/NeedsPage.vue'
import NoticeList from './notices/NoticeList.vue'
import PairingBoard from './pairings/PairingBoard.vue'

let page: Awaited<ReturnType<typeof mounted>> | null = null
afterEach(() => page?.end())

const none = { fen: 0, yuan: '0.00' }
const nothing = { total: 0, principal: none, repaid: none, outstanding: none, applications: [], programmes: [], disclosures: [], objections: [], funds: [], loans: [], rows: [], needs: [], notices: [], households: [], cadres: [], units: [], uncared: [], pairings: [], years: [] }
const zero = /(^|[^0-9])0(位|户|笔|条|份|件)/

const pages: [string, Component, string][] = [
  ['applications', Applications, '替一户申请'], ['disclosures', DisclosureList, '先起草一项'], ['objections', ObjectionList, '就在这里办'], ['funds', Funds, '先登记一笔'],
  ['loans', Loans, '借出一笔就登记一笔'], ['needs', NeedsPage, '在这里记一件'], ['notices', NoticeList, '先写一条'], ['pairings', PairingBoard, '先登记或者导入'],
]

describe.each(pages)('%s', (_, component, first) => {
  it('counts nothing while it reads', async () => {
    page = await mounted(component, () => undefined)
    expect(page.text()).not.toMatch(zero)
    expect(page.text()).not.toContain(first)
  })
  it('says what to do first when there is nothing', async () => {
    page = await mounted(component, () => nothing)
    expect(page.text()).toContain(first)
  })
  it('says that it could not read, and reads again', async () => {
    let down = true
    page = await mounted(component, () => (down ? new Refusal(503, 'away', '一时读不到') : nothing))
    expect(page.text()).toContain('一时读不到')
    expect(page.text()).not.toContain(first)
    expect(page.text()).not.toMatch(zero)
    down = false
    await page.click('再试一次')
    expect(page.text()).not.toContain('一时读不到')
    expect(page.text()).toContain(first)
  })
})

it('every table of what is read shows how the reading went', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith('.vue'))
  const tables = files.flatMap((f) => [...readFileSync(`src/${f}`, 'utf8').matchAll(/<(DataTable|NeedTable|ImportTable) [^\n]*:rows="([^"]*)"[^\n]*/g)].map((m) => ({ f, rows: m[2], tag: m[0] })))
  const read = tables.filter((t) => /\.data\.value(\?| \?\?)|\.rows\.value/.test(t.rows))
  expect(read.length).toBeGreaterThan(25)
  expect(read.filter((t) => !t.tag.includes(':reading=')).map((t) => `${t.f}: ${t.rows}`)).toEqual([])
})
