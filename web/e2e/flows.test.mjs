// The office's main jobs, each through the console and, where people take part, through their simulated phones.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Desk, openBrowser } from './browser.mjs'
import { bootDemo, password, until } from './demo.mjs'

let demo, browser, desk

before(async () => {
  ;[demo, browser] = await Promise.all([bootDemo(), openBrowser()])
  // On an aid day, so that the month is planned and a visit is in time.
  const { now } = await demo.phone('/clock')
  const day = new Date(now)
  day.setUTCMonth(day.getUTCMonth() + 1, 5)
  day.setUTCHours(2, 0, 0, 0)
  await demo.phone('/clock', { to: day.toISOString() })
  demo.month = day.toISOString().slice(0, 7)
  demo.today = day.toISOString().slice(0, 10)
  desk = await Desk.open(browser, demo)
  await desk.logIn('office')
})
after(async () => {
  await browser?.close()
  await demo?.stop()
})

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
  await page.getByRole('heading', { name: '检查过,还没导入' }).waitFor()
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
  await page.getByRole('tabpanel', { name: '走访' }).getByText(demo.today).waitFor()
  await desk.shot('flow-visits')
  await desk.axe('visits')
  desk.quiet()
})

test('a difficulty from the phone is arranged by the office', async () => {
  const { page } = desk
  await demo.say('h-002', '反映 屋顶漏雨,想请人看看')
  await desk.go('/needs')
  const row = page.getByRole('row').filter({ hasText: '屋顶漏雨' })
  await row.getByRole('button', { name: '安排' }).click()
  const dialog = page.getByRole('dialog', { name: '安排这件难事' })
  await desk.shot('flow-need')
  await desk.axe('need')
  await dialog.getByText('办不了').click()
  await dialog.getByRole('textbox', { name: '为什么' }).fill('已列入危房改造,等上级批')
  await dialog.getByRole('button', { name: '记下' }).click()
  await row.waitFor({ state: 'detached' })
  await desk.go('/needs?state=not_possible')
  await page.getByText('屋顶漏雨').waitFor()
  desk.quiet()
})

test('a cadre is paired by dragging, and hands over', async () => {
  const { page } = desk
  await desk.go('/pairings')
  const house = page.getByRole('listitem').filter({ has: page.getByRole('link', { name: 'H-003', exact: true }) })
  await page.getByRole('textbox', { name: '找干部' }).fill('C-050')
  const cadre = page.getByRole('complementary', { name: '干部' }).getByRole('listitem').first()
  const name = await cadre.locator('strong').innerText()
  await cadre.dragTo(house)
  const pair = page.getByRole('dialog', { name: /结对/ })
  await desk.axe('pairing')
  await pair.getByRole('button', { name: '结对' }).click()
  const chip = house.getByRole('button', { name: new RegExp(`^${name}`) })
  await chip.waitFor()
  await chip.click()
  const handover = page.getByRole('dialog', { name: /不再帮/ })
  await handover.getByRole('textbox', { name: '为什么' }).fill('调到别的单位')
  await desk.shot('flow-handover')
  await desk.axe('handover')
  await handover.getByRole('button', { name: '结束并交接' }).click()
  await page.getByRole('dialog', { name: '交接好了' }).waitFor()
  desk.quiet()
})

test('a new log-in must change its first password, and sees only what its duty opens', async () => {
  const { page } = desk
  await desk.go('/staff')
  await page.getByRole('button', { name: '新建登录名' }).click()
  const dialog = page.getByRole('dialog', { name: '新建登录名' })
  await dialog.getByRole('textbox', { name: '登录名' }).fill('checker')
  await dialog.getByRole('textbox', { name: '姓名' }).fill('检查员')
  await dialog.getByRole('combobox', { name: '岗位' }).press('Enter') // by keyboard, as some work
  await page.getByRole('option', { name: '检查组' }).click()
  await desk.axe('new log-in')
  await dialog.getByRole('button', { name: '新建' }).click()
  const first = await page.getByTestId('first-password').innerText()
  await demo.confirmPosts('checker')
  const other = await Desk.open(browser, demo)
  await other.logIn('checker', first)
  await other.page.getByRole('heading', { name: '先换掉第一次的密码' }).waitFor()
  await other.shot('first-password')
  await other.axe('first password')
  await other.page.getByRole('textbox', { name: '现在的密码' }).fill(first)
  await other.page.getByRole('textbox', { name: '新密码', exact: true }).fill('green-fields-2026')
  await other.page.getByRole('textbox', { name: '再写一遍新密码' }).fill('green-fields-2026')
  await other.page.getByRole('button', { name: '换密码' }).click()
  await other.page.getByRole('heading', { name: '今天' }).waitFor()
  const menu = await other.page.getByRole('navigation', { name: '主菜单' }).innerText()
  assert.ok(menu.includes('审计') && !menu.includes('结对') && !menu.includes('登录名和岗位'), menu)
  await other.go('/staff') // not their duty: back to today
  await other.page.getByRole('heading', { name: '今天' }).waitFor()
  other.quiet()
  await other.close()
  desk.quiet()
})

test('each duty gets a console of its own', async () => {
  for (const name of ['secretary', 'c-001', 'finance', 'doctor', 'inspector', 'publisher', 'admin']) {
    const other = await Desk.open(browser, demo)
    await other.logIn(name)
    await other.settled()
    for (const link of await other.page.getByRole('navigation', { name: '主菜单' }).getByRole('link').all()) {
      await link.click()
      await other.settled()
      assert.equal(await other.page.getByRole('alert').count(), 0, `${name}: ${await link.innerText()}`)
    }
    other.quiet()
    await other.close()
  }
})

test('a wrong password says what to do', async () => {
  const other = await Desk.open(browser, demo)
  await other.go('/login')
  await other.page.getByRole('textbox', { name: '登录名' }).fill('office')
  await other.page.getByRole('textbox', { name: '密码' }).fill(`not-${password}`)
  await other.page.getByRole('button', { name: '登录' }).click()
  await other.page.getByRole('alert').waitFor()
  await other.axe('wrong password')
  other.quiet('401')
  await other.close()
})
