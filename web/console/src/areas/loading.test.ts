// @vitest-environment happy-dom
// A page that still reads counts nothing; one that has read and has nothing says what to do first.
import { afterEach, describe, expect, it } from 'vitest'
import type { Component } from 'vue'
import { mounted } from '../page.testing'
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

const nothing = { applications: [], programmes: [], disclosures: [], objections: [], funds: [], loans: [], rows: [], needs: [], notices: [], households: [], cadres: [], units: [], uncared: [], pairings: [], years: [] }
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
})
