// Every page of the console on the reference farm: it opens, is accessible, complains about nothing, asks nobody else.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Desk, openDemo } from './browser.mjs'

let close, desk

before(async () => {
  ;({ close, desk } = await openDemo(async (demo, browser) => ({ desk: await Desk.open(browser, demo) })))
})
after(() => close?.())

const seen = async (name) => {
  await desk.shot(name)
  await desk.axe(name)
  desk.quiet()
}

test('the log-in', async () => {
  await desk.go('/login')
  await seen('log-in')
  await desk.logIn('office')
  await desk.settled()
})

const pages = {
  'today': ['/', '今天'],
  'households': ['/households', '户'],
  'households-searched': ['/households?text=wang&attribute=subsistence', '户'],
  'pairings': ['/pairings', '结对'],
  'aid-days': ['/aid-days', '帮扶日'],
  'visit-counts': ['/visit-counts', '件次'],
  'activities': ['/activities', '活动和评议'],
  'needs': ['/needs', '难事'],
  'applications': ['/applications', '申请'],
  'programmes': ['/programmes', '帮扶项目'],
  'programme-form': ['/programme-form', '新项目'],
  'growing': ['/growing', '合作社和大棚'],
  'shares': ['/shares', '入股名单'],
  'dividends': ['/dividends', '分红'],
  'notices': ['/notices', '政策通知'],
  'notices-new': ['/notices/new', '新建政策'],
  'broadcasts': ['/broadcasts', '群发'],
  'broadcasts-new': ['/broadcasts/new', '写群发'],
  'disclosures': ['/disclosures', '公示'],
  'disclosure': ['/disclosures/2017-funds-1', /2017年资金使用$/],
  'disclosure-settings': ['/disclosures/settings', '公示的设置'],
  'objections': ['/objections', '异议'],
  'imports': ['/imports', '导入'],
  'exports': ['/exports', '导出'],
  'organisation': ['/organisation', '单位和干部'],
  'office-settings': ['/settings/office', '联系和告知'],
  'unheard': ['/unheard', '没听懂的话'],
  'aid-day-settings': ['/settings/aid-day', '帮扶日设置'],
  'forms': ['/settings/forms', '补充项目'],
  'staff': ['/staff', '登录名和岗位'],
  'staff-posts': ['/staff?tab=posts', '登录名和岗位'],
  'alerts': ['/alerts', '紧急查看'],
  'audit': ['/audit', '审计'],
  'sending': ['/sending', '消息'],
  'my-log-in': ['/me', '我的登录'],
  'no-such-page': ['/nowhere', '没有这一页'],
}
for (const [name, [path, heading]] of Object.entries(pages)) {
  test(`page ${name}`, async () => {
    await desk.go(path)
    assert.match(await desk.page.locator('main h1').innerText(), heading instanceof RegExp ? heading : new RegExp(`^${heading}$`))
    await seen(name)
  })
}
