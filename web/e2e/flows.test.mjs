// The office's main jobs, each through the console and, where people take part, through their simulated phones.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Desk, openDemo } from './browser.mjs'
import { until } from './demo.mjs'

let close, demo, desk

before(async () => {
  ;({ close, demo, desk } = await openDemo(async (demo, browser) => {
    // On an aid day, so that the month is planned and a visit is in time.
    const { now } = await demo.phone('/clock')
    const day = new Date(now)
    day.setUTCMonth(day.getUTCMonth() + 1, 5)
    day.setUTCHours(2, 0, 0, 0)
    await demo.phone('/clock', { to: day.toISOString() })
    demo.month = day.toISOString().slice(0, 7)
    demo.today = day.toISOString().slice(0, 10)
    return { desk: await Desk.of(browser, demo, 'office') }
  }))
})
after(() => close?.())

test('a binding code: issued here, sent from a phone, and the household asks for its aid', async () => {
  const { page } = desk
  await desk.go('/households')
  await page.getByRole('button', { name: 'H-007' }).click()
  const drawer = page.getByRole('dialog', { name: /H-007/ })
  await drawer.getByRole('button', { name: '发绑定码' }).click()
  const dialog = page.getByRole('dialog', { name: /微信登记/ })
  await dialog.getByRole('button', { name: '发绑定码' }).click()
  const code = await dialog.getByTestId('code').innerText()
  assert.match(code, /^\d{6}$/)
  await dialog.getByRole('button', { name: '做二维码' }).click()
  await dialog.getByRole('img', { name: 'H-007的服务号二维码' }).waitFor()
  await desk.shot('flow-code')
  await desk.axe('binding code')
  await demo.phone('/users/stranger-1/follow', {})
  assert.match(await demo.say('stranger-1', code), /H-007/)
  assert.match(await demo.say('stranger-1', '我家'), /H-007[\s\S]*元/)
  desk.quiet()
})

const sheet = (rows) => Buffer.from(['户编号,所属单位,户情,户情起始日期,建档日期,户主姓名,致贫原因', ...rows].join('\n'))
const good = 'H-901,第一管理区,预脱贫,2026-01-05,2025-03-01,,因病'
const wrong = 'H-902,没有这个单位,帮扶中,2026-13-40,2025-03-01,,因学'
const mended = 'H-902,第二管理区,帮扶中,2026-01-05,2025-03-01,,因学'

test('an import with faults: red cells, mended, committed, found again', async () => {
  const { page } = desk
  await desk.go('/imports')
  const give = (rows) => page.locator('input[type=file]').setInputFiles({ name: '户表.csv', mimeType: 'text/csv', buffer: sheet(rows) })
  await give([good, wrong])
  await page.getByRole('heading', { name: '检查过，还没导入' }).waitFor()
  const red = page.getByTestId('red').locator('td.bad')
  assert.ok((await red.count()) > 0)
  assert.match((await red.allInnerTexts()).join(), /2026-13-40/)
  await desk.shot('flow-import-red')
  await desk.axe('import with faults')
  await give([good, mended])
  await page.getByRole('button', { name: '导入2行' }).click()
  await page.getByRole('heading', { name: '导入完了' }).waitFor()
  await desk.shot('flow-import-done')
  await page.getByRole('link', { name: '全部导入' }).click()
  await page.getByRole('row', { name: /户表\.csv.*导入完了/ }).waitFor()
  await desk.go('/households?text=H-90')
  await page.getByRole('button', { name: 'H-902' }).waitFor()
  desk.quiet()
})

const about = (address, cause) => Buffer.from(['户编号,住址,致贫原因', `H-003,${address},${cause}`, 'H-004,,因病'].join('\n'))

test('a sheet that changes records says of each cell what it is and what it would be, and then that is so', async () => {
  const { page } = desk
  await desk.go('/imports')
  await page.locator('input[type=file]').setInputFiles({ name: '改住址.csv', mimeType: 'text/csv', buffer: about('三连二排五号', '缺技术') })
  await page.getByRole('heading', { name: '检查过，还没导入' }).waitFor()
  const cells = page.getByRole('region', { name: '会修改的格子' })
  const cause = cells.getByRole('row').filter({ hasText: 'H-003' }).filter({ hasText: '致贫原因' })
  await cause.getByText('缺技术').waitFor()
  const was = await cause.locator('.was').innerText()
  assert.notEqual(was, '缺技术')
  // The address is sensitive: it opens for a reason, on both sides.
  const address = cells.getByRole('row').filter({ hasText: 'H-003' }).filter({ hasText: '住址' })
  await address.waitFor()
  assert.equal(await address.getByText('三连二排五号').count(), 0)
  await page.getByRole('textbox', { name: '看这些格子做什么用' }).fill('核对搬家的户')
  await page.getByRole('button', { name: '看遮住的' }).click()
  await address.getByText('三连二排五号').waitFor()
  await desk.seen('flow-import-changes')
  // Nothing is written before the button; afterwards it is, and there is nothing left to change.
  await page.getByRole('button', { name: /^导入\d+行$/ }).click()
  await page.getByRole('heading', { name: '导入完了' }).waitFor()
  assert.equal(await cells.count(), 0)
  await page.locator('input[type=file]').setInputFiles({ name: '改住址.csv', mimeType: 'text/csv', buffer: about('三连二排五号', was) })
  await page.getByRole('heading', { name: '检查过，还没导入' }).waitFor()
  const again = cells.getByRole('row').filter({ hasText: 'H-003' })
  await again.getByText(was).waitFor()
  assert.equal(await again.locator('.was').innerText(), '缺技术')
  assert.equal(await again.count(), 1)
  desk.quiet()
})

test('an exit is refused with its reasons', async () => {
  const { page } = desk
  await desk.go('/households?no=H-901')
  await page.getByRole('button', { name: '改户情' }).click()
  const dialog = page.getByRole('dialog', { name: /拟脱贫/ })
  const unmet = dialog.getByTestId('unmet')
  await unmet.waitFor()
  const reasons = await unmet.innerText()
  for (const want of ['收入核算', '义务教育', '住房安全', '签字', '公示']) assert.ok(reasons.includes(want), `${want} in ${reasons}`)
  await desk.shot('flow-exit-unmet')
  await desk.axe('unmet conditions')
  await dialog.getByRole('textbox', { name: '依据' }).fill('批准文件')
  await dialog.getByRole('button', { name: '改户情' }).click()
  await dialog.getByRole('alert').filter({ hasText: '还不能改成' }).waitFor()
  desk.quiet('400 (Bad Request)') // the browser's own word on the refusal
})

test('the month turns when a cadre records a visit on the phone', async () => {
  const { page } = desk
  await until('the month is planned', async () => (await demo.staff('office', 'GET', `/aid-days/${demo.month}`)).rows.length >= 110)
  await desk.go('/aid-days')
  const house = page.getByRole('listitem').filter({ has: page.getByRole('link', { name: 'H-001', exact: true }) })
  assert.match(await house.innerText(), /0\/3/)
  assert.match(await demo.say('c-001', '记录 H-001 talk'), /记好了/)
  await page.reload()
  await until('the wall turns', async () => /1\/3/.test(await house.innerText()))
  await desk.shot('flow-wall')
  await page.getByRole('tab', { name: '日历' }).click()
  await page.getByText('走访1次').waitFor()
  await desk.go('/households?no=H-001')
  await page.getByRole('tab', { name: '走访' }).click()
  await page.getByRole('tabpanel', { name: '走访' }).getByText(demo.today).first().waitFor()
  await desk.shot('flow-visits')
  await desk.axe('visits')
  desk.quiet()
})

test('a difficulty from the phone is arranged by the office', async () => {
  const { page } = desk
  assert.match(await demo.say('h-002', '反映 屋顶漏雨，想请人看看'), /对,记下/)
  await demo.say('h-002', '对')
  await desk.go('/needs')
  const row = page.getByRole('row').filter({ hasText: '屋顶漏雨' })
  await row.getByRole('button', { name: '安排' }).click()
  const dialog = page.getByRole('dialog', { name: '安排这件难事' })
  await desk.shot('flow-need')
  await desk.axe('need')
  await dialog.getByText('办不了').click()
  await dialog.getByRole('textbox', { name: '为什么' }).fill('已列入危房改造，等上级批')
  await dialog.getByRole('button', { name: '记下' }).click()
  await row.waitFor({ state: 'detached' })
  await desk.go('/needs?state=not_possible')
  await page.getByText('屋顶漏雨').waitFor()
  desk.quiet()
})

test('what was not understood becomes a cue, is understood, and the cue goes again', async () => {
  const { page } = desk
  assert.match(await demo.say('h-003', '那啥呱唧呱唧'), /没听懂/)
  await desk.go('/unheard')
  const row = page.getByRole('row').filter({ hasText: '那啥呱唧呱唧' })
  await row.getByRole('combobox').click()
  await page.getByRole('option', { name: '看家里的情况' }).click()
  await desk.shot('flow-unheard')
  await desk.axe('unheard')
  await row.getByRole('button', { name: '就是这个意思' }).click()
  const cue = page.getByRole('region', { name: '自己加的说法' }).getByRole('row').filter({ hasText: '那啥呱唧呱唧' })
  await cue.waitFor()
  assert.match(await demo.say('h-003', '那啥呱唧呱唧'), /户情/)
  await cue.getByRole('button', { name: '去掉' }).click()
  await cue.waitFor({ state: 'detached' })
  assert.match(await demo.say('h-003', '那啥呱唧呱唧'), /没听懂/)
  desk.quiet()
})

test('the office says how it is reached, and people read it', async () => {
  const { page } = desk
  await desk.go('/settings/office')
  await page.getByRole('textbox', { name: '扶贫办的电话' }).fill('0453-5550101')
  await page.getByRole('button', { name: '保存' }).click()
  await page.getByText('存下了').waitFor()
  assert.match(await demo.say('h-003', '人工'), /扶贫办电话[：:]0453-5550101/)
  desk.quiet()
})
