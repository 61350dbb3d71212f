// What pages of the console open: drawers, tabs, what-ifs, kept filters; and that the first view is small.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Desk, openDemo } from './browser.mjs'

let close, demo, browser, desk

before(async () => {
  ;({ close, demo, browser, desk } = await openDemo(async (demo, browser) => ({ desk: await Desk.of(browser, demo, 'office') })))
})
after(() => close?.())

const seen = async (name) => {
  await desk.shot(name)
  await desk.axe(name)
  desk.quiet()
}

test('the drawer of a household, tab by tab', async () => {
  await desk.go('/households?no=H-001')
  const drawer = desk.page.getByRole('dialog')
  await drawer.getByRole('heading', { name: /H-001/ }).waitFor()
  for (const [tab, name] of Object.entries({ 概况: 'overview', 成员: 'members', 收入: 'income', 计划: 'plan', 补助: 'aid', 申请: 'applications', 分红: 'dividends', 走访: 'visits', 难事: 'needs', 手续: 'papers', 谁看过: 'looks' })) {
    await drawer.getByRole('tab', { name: tab }).click()
    if (name === 'income') {
      await drawer.getByRole('textbox', { name: '为什么要看收入' }).fill('核对年底收入')
      await drawer.getByRole('button', { name: '看收入' }).click()
      await drawer.getByRole('img', { name: '各年四项收入' }).locator('svg').waitFor()
    }
    await desk.still()
    await seen(`household-${name}`)
  }
})

test('a dividend, and what it would be at another price', async () => {
  await desk.go('/dividends')
  await desk.page.getByRole('link', { name: '2018年保底分红' }).click()
  await desk.page.getByText('每户分红2,255元').waitFor()
  await desk.page.getByRole('slider', { name: '每斤干耳多少元' }).press('ArrowRight')
  await desk.page.getByRole('region', { name: '试算' }).waitFor()
  await seen('dividend')
})

test('tabs of other pages', async () => {
  await desk.go('/aid-days')
  for (const [tab, name] of Object.entries({ 明细: 'table', 日历: 'calendar', 提醒: 'reminders' })) {
    await desk.page.getByRole('tab', { name: tab }).click()
    await desk.still()
    await seen(`aid-days-${name}`)
  }
  await desk.go('/organisation')
  await desk.page.getByRole('tab', { name: '单位' }).click()
  await seen('organisation-units')
  await desk.go('/staff')
  await desk.page.getByRole('tab', { name: '每种岗位能办什么' }).click()
  await desk.page.getByRole('columnheader', { name: '扶贫办' }).waitFor()
  await seen('staff-duties')
})

test('the first view is small, and the 36 households are there', async () => {
  const fresh = await Desk.open(browser, demo)
  await fresh.logIn('office')
  let bytes = 0
  const client = await browser.context.newCDPSession(fresh.page)
  await client.send('Network.enable')
  await client.send('Network.setCacheDisabled', { cacheDisabled: true })
  client.on('Network.loadingFinished', (e) => { bytes += e.encodedDataLength })
  const began = Date.now()
  await fresh.page.goto(`${demo.url}/console/households`)
  await fresh.page.locator('tbody tr').nth(35).waitFor()
  const took = Date.now() - began // told, and not judged: it says as much of the machine as of the page
  await fresh.still()
  console.log(`# first view: ${Math.round(bytes / 1024)} KB over the wire, 36 households after ${took} ms`)
  assert.ok(bytes < 450 * 1024, `${bytes} bytes`)
  fresh.quiet()
  await fresh.close()
})

test('a filter is kept under a name, and dropped again', async () => {
  const { page } = desk
  await desk.go('/households?attribute=subsistence')
  const rows = page.locator('tbody tr')
  await rows.first().waitFor()
  const found = await rows.count()
  await page.getByRole('button', { name: '存下筛选' }).click()
  await page.getByRole('dialog', { name: '存下筛选' }).getByRole('textbox').fill('低保户')
  await page.getByRole('dialog', { name: '存下筛选' }).getByRole('button', { name: '保存' }).click()
  const kept = page.getByRole('button', { name: '低保户', exact: true })
  await kept.waitFor()
  await seen('households-kept-filter')
  await desk.go('/households?text=wang')
  await kept.click()
  await page.waitForURL(/attribute=subsistence/)
  await desk.settled()
  assert.equal(await rows.count(), found)
  await page.locator('.el-tag', { has: kept }).locator('.el-tag__close').click()
  await kept.waitFor({ state: 'detached' })
  desk.quiet()
})
