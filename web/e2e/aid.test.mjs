// Applications and programmes through the console, with the household at its simulated phone and a second person wherever
// one may not decide alone.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Desk, openBrowser } from './browser.mjs'
import { bootDemo, until } from './demo.mjs'

let demo, browser, office
const second = { name: 'second', secret: 'green-fields-2026' }

before(async () => {
  ;[demo, browser] = await Promise.all([bootDemo(), openBrowser()])
  await turn(1) // to ten in the morning of tomorrow: no quiet hours
  await appoint()
  office = await Desk.of(browser, demo, 'office')
})
after(async () => {
  await browser?.close()
  await demo?.stop()
})

/** Turns the clock on by days, to ten o'clock in Beijing. */
async function turn(days) {
  const day = new Date((await demo.phone('/clock')).now)
  day.setUTCDate(day.getUTCDate() + days)
  day.setUTCHours(2, 0, 0, 0)
  await demo.phone('/clock', { to: day.toISOString() })
  demo.tokens = {}
  demo.today = day.toISOString().slice(0, 10)
}

/** A second person of the office, who has changed the first password. */
async function appoint() {
  const { password: first } = await demo.staff('office', 'POST', '/staff', { id: second.name, name: '扶贫办乙', posts: [{ duty: 'office', unit_id: '' }] })
  await demo.confirmPosts(second.name)
  const json = { 'Content-Type': 'application/json' }
  const login = await fetch(`${demo.url}/staff/v1/login`, { method: 'POST', headers: json, body: JSON.stringify({ name: second.name, password: first }) })
  const { token } = await login.json()
  const changed = await fetch(`${demo.url}/staff/v1/password`, { method: 'POST', headers: { ...json, Authorization: `Bearer ${token}` }, body: JSON.stringify({ old: first, new: second.secret }) })
  assert.equal(changed.status, 204, await changed.text())
}

/** Opens an application that waits for whoever sits at the desk. */
async function openWaiting(desk, household, title) {
  await desk.go('/applications?only=waiting')
  await desk.page.getByRole('button', { name: `打开${household}的${title}` }).click()
  const drawer = desk.page.getByRole('dialog', { name: `${household} ${title}` })
  await drawer.getByRole('heading', { name: '逐条核对' }).waitFor()
  await desk.still()
  return drawer
}

/** Takes a step in its dialog. */
async function take(desk, drawer, step, fill = async () => {}) {
  await drawer.getByRole('button', { name: step, exact: true }).click()
  const dialog = desk.page.getByRole('dialog', { name: new RegExp(`:${step}$`) })
  await dialog.waitFor()
  await fill(dialog)
  await dialog.getByRole('button', { name: step, exact: true }).click()
  await dialog.waitFor({ state: 'detached' })
  await desk.still()
}

const state = (drawer, label) => drawer.locator('header .tag', { hasText: label }).waitFor()
const rent = '廉租住房补贴'

test('from the phone to the money: asked for, verified, approved by two, public, paid, heard of', async () => {
  const offers = await demo.say('h-001', '可申请什么')
  const digit = new RegExp(`(\\d+) ${rent}`).exec(offers)
  assert.ok(digit, offers)
  assert.match(await demo.say('h-001', digit[1]), /符合:您家住廉租房/)
  assert.match(await demo.say('h-001', '1'), /还缺:租房合同/)

  await office.go('/applications')
  const row = office.page.getByRole('row').filter({ hasText: 'H-001' })
  assert.match(await row.innerText(), /廉租住房补贴[\s\S]*要补材料[\s\S]*符合/)
  await office.seen('applications')
  await row.getByRole('button', { name: /打开/ }).click()
  let drawer = office.page.getByRole('dialog', { name: `H-001 ${rent}` })
  const trace = drawer.getByRole('region', { name: '逐条核对' })
  await trace.getByText('您家住廉租房').waitFor()
  await trace.getByText('住房类型').first().waitFor() // the names of the facts come a moment later
  assert.match(await trace.getByRole('row').filter({ hasText: 'HOUSING_RENT_ELIGIBLE' }).innerText(), /符合[\s\S]*“?住房类型”?[\s\S]*廉租房[\s\S]*户档案[\s\S]*\d{4}-\d\d-\d\d/)
  await office.seen('application')
  await drawer.getByRole('button', { name: '核实', exact: true }).click()
  const verify = office.page.getByRole('dialog', { name: /:核实$/ })
  await verify.getByRole('button', { name: '核实', exact: true }).click()
  await verify.getByRole('alert').filter({ hasText: '还没有租房合同' }).waitFor() // it says what is missing
  office.quiet('400 (Bad Request)')
  await verify.locator('label').filter({ hasText: '租房合同' }).click()
  await office.seen('application-verify')
  await verify.getByRole('button', { name: '核实', exact: true }).click()
  await state(drawer, '核实了,等批准')
  assert.match(await demo.say('h-001', '我的申请'), /已经核实/)

  // Above the limit two persons say yes; the office's own verification is no yes.
  await office.go('/applications?only=waiting')
  await office.page.getByText('没有这样的申请').waitFor()
  const other = await Desk.of(browser, demo, second.name, second.secret)
  drawer = await openWaiting(other, 'H-001', rent)
  await take(other, drawer, '批准', async (dialog) => {
    await dialog.getByRole('textbox', { name: '批多少元' }).fill('5800')
    await other.seen('application-approve')
  })
  await drawer.getByText('您批过了,等另一个人批').waitFor()
  drawer = await openWaiting(office, 'H-001', rent)
  await take(office, drawer, '批准')
  await state(drawer, '批准了')
  await take(office, drawer, '公示')
  await drawer.getByText(/期满才能发放/).waitFor()
  await office.seen('application-public')
  await other.close()

  await turn(8)
  await office.logIn('office')
  drawer = await openWaiting(office, 'H-001', rent)
  await take(office, drawer, '交财务发放')
  await state(drawer, '正在发放')
  let money = await Desk.of(browser, demo, 'finance')
  drawer = await openWaiting(money, 'H-001', rent)
  await take(money, drawer, '没发成', async (dialog) => dialog.getByRole('textbox', { name: '为什么' }).fill('账号销户了'))
  drawer = await openWaiting(office, 'H-001', rent)
  await take(office, drawer, '交财务发放')
  drawer = await openWaiting(money, 'H-001', rent)
  await take(money, drawer, '发放了,记账', async (dialog) => {
    await dialog.getByRole('textbox', { name: '凭证' }).fill('转账单17')
    await money.seen('application-pay')
  })
  await state(drawer, '发放了')
  await money.seen('application-paid')
  assert.match(await demo.say('h-001', '我的申请'), /5,800元已经发放/)
  await until('the phone hears of it', async () => JSON.stringify(await demo.phone('/users/h-001/messages')).includes('已经发放'))
  assert.match(await demo.say('h-001', '补贴'), /5,800/)

  // Finance takes it back: the opposite line, and the household hears of that, too.
  await take(money, drawer, '冲回', async (dialog) => dialog.getByRole('textbox', { name: '为什么' }).fill('金额算错了'))
  await state(drawer, '收回了')
  assert.match(await demo.say('h-001', '我的申请'), /冲回/)
  money.quiet()
  await money.close()
  office.quiet()
})

test('a refusal shows the rule, the value and its source, and an objection has it looked at again', async () => {
  await demo.say('h-002', '办事 H-002 housing_rent -')
  await demo.say('h-002', '1')
  await office.go('/applications?no=H-002')
  await office.page.getByRole('button', { name: `打开H-002的${rent}` }).click()
  const drawer = office.page.getByRole('dialog', { name: `H-002 ${rent}` })
  await take(office, drawer, '不批', async (dialog) => {
    assert.match(await dialog.getByRole('radiogroup', { name: '哪一条' }).innerText(), /您家住的不是廉租房\(自有楼房,户档案/)
    await office.seen('application-refuse')
  })
  await state(drawer, '没有批')
  const why = await drawer.getByRole('region', { name: '没有批的原因' }).innerText()
  for (const want of ['不符合条件', '您家住的不是廉租房', 'HOUSING_RENT_ELIGIBLE', '自有楼房', '户档案', '异议']) assert.ok(why.includes(want), `${want} in ${why}`)
  await office.seen('application-refused')
  const phone = await demo.say('h-002', '我的申请')
  for (const want of ['自有楼房', '户档案', '可以提出异议']) assert.ok(phone.includes(want), phone)
  await demo.say('h-002', '1') // not content
  await office.page.reload()
  await office.still()
  await state(drawer, '有异议')
  await take(office, drawer, '重新核对')
  await state(drawer, '要补材料') // the rules have run again: the contract is still missing
  office.quiet()
})

test('the household’s tab: what it may apply for and why, masked until there is a reason; the office applies for it', async () => {
  const { page } = office
  await office.go('/households?no=H-003')
  await page.getByRole('tab', { name: '申请' }).click()
  const panel = page.getByRole('tabpanel', { name: '申请' })
  await panel.getByRole('heading', { name: '可申请什么' }).waitFor()
  await office.still()
  await panel.getByText('(已遮住)').first().waitFor({ state: 'attached' })
  await panel.getByRole('textbox', { name: '为什么要看遮住的内容' }).fill('核对残疾补贴')
  await panel.getByRole('button', { name: '看遮住的内容' }).click()
  await panel.getByText('(已遮住)').first().waitFor({ state: 'detached' })
  await office.seen('household-applications')
  await panel.getByRole('button', { name: '替他家存一份' }).click()
  const add = page.getByRole('dialog', { name: '替他家存一份材料' })
  await add.getByRole('combobox', { name: '哪种材料' }).press('Enter')
  await page.getByRole('option', { name: '低保证' }).click()
  await add.locator('input[type=file]').setInputFiles({ name: '低保证.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('ffd8ffe0', 'hex') })
  await office.seen('household-add-paper')
  await add.getByRole('button', { name: '存下' }).click()
  await panel.getByRole('button', { name: '下载低保证' }).waitFor()
  await panel.getByRole('button', { name: '下载低保证' }).click()
  await page.getByRole('dialog', { name: '看材料' }).getByRole('textbox').fill('核对低保证')
  const download = page.waitForEvent('download')
  await page.getByRole('dialog', { name: '看材料' }).getByRole('button', { name: '下载' }).click()
  assert.match((await download).suggestedFilename(), /低保证\.jpeg/)

  await office.go('/applications')
  await page.getByRole('button', { name: '替一户申请' }).click()
  const dialog = page.getByRole('dialog', { name: '替一户申请' })
  await dialog.getByRole('textbox', { name: '户编号' }).fill('h-004')
  await dialog.getByRole('button', { name: '看能申请什么' }).click()
  await dialog.locator('label').filter({ hasText: '无息贷款' }).click()
  await dialog.getByRole('textbox', { name: '说明' }).fill('想多种两棚木耳')
  await office.seen('application-new')
  await dialog.getByRole('button', { name: '申请', exact: true }).click()
  const drawer = page.getByRole('dialog', { name: 'H-004 无息贷款' })
  await drawer.getByText('想多种两棚木耳').waitFor()
  await take(office, drawer, '替户里撤回')
  await state(drawer, '撤回了')
  await office.go('/applications')
  await page.getByRole('button', { name: '各环节天数' }).click()
  const days = page.getByRole('dialog', { name: '申请各环节的天数' })
  await days.getByRole('spinbutton', { name: '正在核对几天' }).fill('6')
  await days.getByRole('spinbutton', { name: '正在核对几天' }).press('Tab')
  await office.seen('application-days')
  await days.getByRole('button', { name: '存下' }).click()
  await days.waitFor({ state: 'detached' })
  assert.equal((await demo.staff('office', 'GET', '/application-days')).days.checking, 6)
  office.quiet()
})

test('a programme’s next version: rules as data, from a day on', async () => {
  const { page } = office
  await office.go('/programmes')
  await office.seen('programmes')
  await page.getByRole('link', { name: '无息贷款' }).click()
  await page.getByText('现在用的').waitFor()
  await office.seen('programme')
  await page.getByRole('button', { name: '做新的一版' }).click()
  await page.getByRole('heading', { name: /无息贷款:第2版/ }).waitFor()
  await page.getByRole('button', { name: '加一条' }).click()
  await page.getByText('第3条还没选看什么').waitFor()
  await page.getByRole('combobox', { name: '第3条看什么' }).press('Enter')
  await page.getByRole('option', { name: '家里几口人' }).click()
  await page.getByRole('textbox', { name: '第3条比什么' }).fill('2')
  await page.getByRole('textbox', { name: '第3条符合时怎么说' }).fill('家里至少两口人')
  await page.getByRole('textbox', { name: '第3条不符合时怎么说' }).fill('家里只有一口人')
  await page.getByRole('textbox', { name: '第3条代号' }).fill('two_members')
  await page.getByText('家里几口人 不少于 2').waitFor()
  await office.seen('programme-form')
  await page.getByRole('button', { name: '存成新的一版' }).click()
  await page.getByRole('heading', { name: '第2版' }).waitFor()
  await page.getByText('家里几口人 不少于 2').waitFor()
  assert.equal((await demo.staff('office', 'GET', '/programmes/loan')).programmes.length, 2)
  office.quiet()
})
