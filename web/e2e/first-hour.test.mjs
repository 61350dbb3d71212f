// docs/first-hour.md, word by word: what it says to click is there, and comes to what it says.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Desk, openDemo } from './browser.mjs'
import { bootFresh, until } from './demo.mjs'
import { chatOf, fill, press } from './outreach.mjs'

const sample = await readFile(join(import.meta.dirname, '../../docs/samples/households.csv'), 'utf8')
let close, demo, browser, office, publisher

before(async () => {
  ;({ close, demo, browser, office, publisher } = await openDemo(async (demo, browser) => ({
    office: await Desk.of(browser, demo, 'office'), publisher: await Desk.of(browser, demo, 'publisher'),
  }), bootFresh))
})
after(() => close?.())

/** Opens a page by its name in the menu. */
async function menu(desk, name) {
  await desk.page.bringToFront()
  await desk.page.goto(`${demo.url}/console/`)
  await desk.settled()
  await desk.unfold()
  await desk.page.getByRole('navigation', { name: '主菜单' }).getByRole('link', { name, exact: true }).click()
  await desk.page.getByRole('heading', { level: 1, name, exact: true }).waitFor()
  await desk.still()
}

async function household(desk, no) {
  await menu(desk, '户')
  await desk.page.getByRole('button', { name: no, exact: true }).click()
  const drawer = desk.page.getByRole('dialog', { name: new RegExp(no) })
  await drawer.waitFor()
  return drawer
}

const chat = (person) => chatOf(demo, person)

test('1: a household asks', async () => {
  const drawer = await household(office, 'H-007')
  await drawer.getByRole('button', { name: '发绑定码' }).click()
  const dialog = office.page.getByRole('dialog', { name: /微信登记/ })
  await dialog.getByRole('button', { name: '发绑定码' }).click()
  const code = await dialog.getByTestId('code').innerText()
  await demo.phone('/users/stranger-1/follow', {})
  assert.match(await demo.say('stranger-1', code), /H-007/)
  assert.match(await demo.say('stranger-1', '我家'), /H-007/)
  assert.match(await demo.say('stranger-1', '1'), /元/)
  office.quiet()
})

test('2: a sheet with faults', async () => {
  const { page } = office
  await menu(office, '导入')
  const give = (text) => page.locator('input[type=file]').setInputFiles({ name: 'households.csv', mimeType: 'text/csv', buffer: Buffer.from(text) })
  await give(sample)
  await page.getByRole('heading', { name: '检查过，还没导入' }).waitFor()
  const red = (await page.getByTestId('red').locator('td.bad').allInnerTexts()).join()
  assert.match(red, /没有这个单位/)
  assert.match(red, /2017-13-40/)
  await give(sample.replace('没有这个单位', '第二管理区').replace('2017-13-40', '2017-01-05'))
  await page.getByRole('button', { name: '导入2行' }).click()
  await page.getByRole('heading', { name: '导入完了' }).waitFor()
  office.quiet()
})

const exit = async () => {
  const drawer = await household(office, 'H-901')
  await drawer.getByRole('button', { name: '改户情' }).click()
  const dialog = office.page.getByRole('dialog', { name: /拟脱贫/ })
  await dialog.getByTestId('unmet').waitFor()
  return dialog
}

test('3: an exit is refused', async () => {
  const dialog = await exit()
  assert.match(await dialog.getByTestId('unmet').innerText(), /收入/)
  await dialog.getByRole('textbox', { name: '依据' }).fill('批准文件')
  await dialog.getByRole('button', { name: '改户情' }).click()
  await dialog.getByRole('alert').filter({ hasText: '还不能改成' }).waitFor()
  office.quiet('400 (Bad Request)')
})

test('4: an aid day', async () => {
  await demo.phone('/clock', { to: '2018-01-02T10:00:00Z' }) // the 2nd of next month, 18:00 in Beijing
  await until('the cadres hear of the day', async () => (await chat('c-001')).some((m) => /帮扶日/.test(m.content)))
  await demo.phone('/clock', { to: '2018-01-05T02:00:00Z' })
  assert.match(await demo.say('c-001', '记录'), /这次做了什么/)
  assert.match(await demo.say('c-001', '1'), /^记好了/)
  await nextDay()
  await until('the visit is on the wall', async () => {
    await menu(office, '帮扶日')
    return /[1-9]\/3/.test(await office.page.locator('main').innerText())
  })
  office.quiet()
  await demo.phone('/clock', { to: '2018-01-05T10:30:00Z' })
  await until('the household is asked', async () => (await chat('h-001')).some((m) => /来过回71/.test(m.content)))
  assert.match(await demo.say('h-001', '71'), /谢谢您,记下了/)
})

/** The clock has gone on by more than a log-in lasts. */
async function nextDay() {
  demo.tokens = {}
  for (const desk of [office, publisher]) await desk.close()
  office = await Desk.of(browser, demo, 'office')
  publisher = await Desk.of(browser, demo, 'publisher')
}

test('5: a broadcast', async () => {
  await demo.phone('/clock', { to: '2018-01-06T02:00:00Z' })
  await nextDay()
  const { page } = publisher
  await menu(publisher, '群发')
  await page.getByRole('link', { name: '写群发' }).click()
  await page.getByRole('heading', { name: '写群发' }).waitFor()
  await publisher.still()
  await fill(publisher, '标题', '高龄津贴提高')
  await page.getByText('干部', { exact: true }).first().click()
  await fill(publisher, '事项', '高龄津贴提高')
  await fill(publisher, '说明', '请告诉您帮的户')
  await page.getByRole('combobox', { name: '日期', exact: true }).fill('2018年1月8日')
  await page.getByRole('combobox', { name: '日期', exact: true }).press('Enter')
  await fill(publisher, '全文', '满80岁的老人高龄津贴提高了，请告诉您帮的户。')
  await press(publisher, '存草稿，看名单')
  await page.getByRole('heading', { name: '现在发会怎样' }).waitFor()
  await press(publisher, '试发给自己')
  await until('the test arrives', async () => (await chat('c-110')).some((m) => /高龄津贴提高/.test(m.content)))
  await press(publisher, '提交')
  await page.getByText('等另一个人批准。').waitFor()
  await menu(office, '今天')
  await office.page.getByRole('listitem').filter({ hasText: '等另一个人批准：高龄津贴提高' }).getByRole('link').click()
  await press(office, '批准')
  await office.page.getByRole('button', { name: '发送', exact: true }).waitFor()
  await page.bringToFront()
  await page.reload()
  await press(publisher, '发送')
  await page.getByRole('dialog', { name: '发送' }).getByRole('button', { name: '现在发' }).click()
  await page.getByText('已发完').waitFor()
  assert.ok((await chat('c-005')).some((m) => /高龄津贴提高/.test(m.content)))
  publisher.quiet()
})

test('6: a disclosure and an objection', async () => {
  const { page } = publisher
  await menu(publisher, '公示')
  await press(publisher, '起草一项')
  const dialog = page.getByRole('dialog', { name: '起草一项公示' })
  await dialog.getByRole('combobox', { name: '哪一项' }).press('Enter')
  await page.getByRole('option', { name: '拟退出户公示' }).click()
  await dialog.getByRole('button', { name: '起草' }).click()
  await press(publisher, '生成脱敏预览')
  await page.getByText('起草的人不能审核').waitFor()
  const path = new URL(page.url()).pathname.replace('/console', '')
  await office.go(path)
  await press(office, '审核通过')
  await office.page.getByText('已审核，待公布').waitFor()
  await publisher.go(path)
  await press(publisher, '登记公布')
  await page.getByText('公开栏', { exact: true }).click()
  await fill(publisher, '凭据', '第一管理区公开栏')
  await press(publisher, '登记')
  await page.getByText(/公示中，到/).waitFor()

  const visitor = await Desk.open(browser, demo)
  await visitor.page.goto(`${demo.url}/public`)
  await visitor.page.getByRole('link', { name: /拟退出户公示/ }).first().click()
  await visitor.page.getByLabel('说的是哪一户').selectOption('H-901')
  await visitor.page.getByLabel(/哪里不对/).fill('这一户去年买了车，收入没有算全')
  await visitor.page.getByRole('button', { name: '提交异议' }).click()
  await visitor.page.getByRole('heading', { name: '异议的办理' }).waitFor()
  await visitor.close()
  assert.match(await (await exit()).getByTestId('unmet').innerText(), /异议/)

  await menu(publisher, '异议')
  const row = (desk) => desk.page.getByRole('row').filter({ hasText: '买了车' })
  await row(publisher).getByRole('button', { name: '写答复' }).click()
  const answer = page.getByRole('dialog', { name: '写答复' })
  await answer.getByRole('textbox', { name: '核实的结果' }).fill('已经入户核实，车不是这一户的。')
  await answer.getByRole('button', { name: '存下，等另一个人审核' }).click()
  await row(publisher).getByText('写好的答复，等另一个人审核').waitFor()
  await menu(office, '异议')
  await row(office).getByRole('button', { name: '答复审核通过' }).click()
  await row(office).waitFor({ state: 'detached' })
  assert.doesNotMatch(await (await exit()).getByTestId('unmet').innerText(), /异议/)
})
