// Applications, programmes and the cooperative through the console, with the household at its simulated phone and a
// second person wherever one may not decide alone.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Desk, openBrowser } from './browser.mjs'
import { bootDemo, password, until } from './demo.mjs'

let demo, browser, office
const second = { name: 'second', secret: 'green-fields-2026' }

before(async () => {
  ;[demo, browser] = await Promise.all([bootDemo(), openBrowser()])
  await turn(1) // to ten in the morning of tomorrow: no quiet hours
  await appoint()
  office = await Desk.open(browser, demo)
  await office.logIn('office')
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
  const json = { 'Content-Type': 'application/json' }
  const login = await fetch(`${demo.url}/staff/v1/login`, { method: 'POST', headers: json, body: JSON.stringify({ name: second.name, password: first }) })
  const { token } = await login.json()
  const changed = await fetch(`${demo.url}/staff/v1/password`, { method: 'POST', headers: { ...json, Authorization: `Bearer ${token}` }, body: JSON.stringify({ old: first, new: second.secret }) })
  assert.equal(changed.status, 204, await changed.text())
}

async function deskOf(name, secret = password) {
  const desk = await Desk.open(browser, demo)
  await desk.logIn(name, secret)
  await desk.settled()
  return desk
}

const seen = async (desk, name) => {
  await desk.still()
  await desk.shot(name)
  await desk.axe(name)
  desk.quiet()
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
  await seen(office, 'applications')
  await row.getByRole('button', { name: /打开/ }).click()
  let drawer = office.page.getByRole('dialog', { name: `H-001 ${rent}` })
  const trace = drawer.getByRole('region', { name: '逐条核对' })
  await trace.getByText('您家住廉租房').waitFor()
  assert.match(await trace.getByRole('row').filter({ hasText: 'HOUSING_RENT_ELIGIBLE' }).innerText(), /符合[\s\S]*“?住房类型”?[\s\S]*廉租房[\s\S]*户档案[\s\S]*\d{4}-\d\d-\d\d/)
  await seen(office, 'application')
  await drawer.getByRole('button', { name: '核实', exact: true }).click()
  const verify = office.page.getByRole('dialog', { name: /:核实$/ })
  await verify.getByRole('button', { name: '核实', exact: true }).click()
  await verify.getByRole('alert').filter({ hasText: '还没有租房合同' }).waitFor() // it says what is missing
  office.quiet('400 (Bad Request)')
  await verify.locator('label').filter({ hasText: '租房合同' }).click()
  await seen(office, 'application-verify')
  await verify.getByRole('button', { name: '核实', exact: true }).click()
  await state(drawer, '核实了,等批准')
  assert.match(await demo.say('h-001', '我的申请'), /已经核实/)

  // Above the limit two persons say yes; the office's own verification is no yes.
  await office.go('/applications?only=waiting')
  await office.page.getByText('没有这样的申请').waitFor()
  const other = await deskOf(second.name, second.secret)
  drawer = await openWaiting(other, 'H-001', rent)
  await take(other, drawer, '批准', async (dialog) => {
    await dialog.getByRole('textbox', { name: '批多少元' }).fill('5800')
    await seen(other, 'application-approve')
  })
  await drawer.getByText('您批过了,等另一个人批').waitFor()
  drawer = await openWaiting(office, 'H-001', rent)
  await take(office, drawer, '批准')
  await state(drawer, '批准了')
  await take(office, drawer, '公示')
  await drawer.getByText(/期满才能发放/).waitFor()
  await seen(office, 'application-public')
  await other.close()

  await turn(8)
  await office.logIn('office')
  drawer = await openWaiting(office, 'H-001', rent)
  await take(office, drawer, '交财务发放')
  await state(drawer, '正在发放')
  let money = await deskOf('finance')
  drawer = await openWaiting(money, 'H-001', rent)
  await take(money, drawer, '没发成', async (dialog) => dialog.getByRole('textbox', { name: '为什么' }).fill('账号销户了'))
  drawer = await openWaiting(office, 'H-001', rent)
  await take(office, drawer, '交财务发放')
  drawer = await openWaiting(money, 'H-001', rent)
  await take(money, drawer, '发放了,记账', async (dialog) => {
    await dialog.getByRole('textbox', { name: '凭证' }).fill('转账单17')
    await seen(money, 'application-pay')
  })
  await state(drawer, '发放了')
  await seen(money, 'application-paid')
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
    await seen(office, 'application-refuse')
  })
  await state(drawer, '没有批')
  const why = await drawer.getByRole('region', { name: '没有批的原因' }).innerText()
  for (const want of ['不符合条件', '您家住的不是廉租房', 'HOUSING_RENT_ELIGIBLE', '自有楼房', '户档案', '异议']) assert.ok(why.includes(want), `${want} in ${why}`)
  await seen(office, 'application-refused')
  const phone = await demo.say('h-002', '我的申请')
  for (const want of ['自有楼房', '户档案', '可以提出异议']) assert.ok(phone.includes(want), phone)
  await demo.say('h-002', '1') // not content
  await office.page.reload()
  await office.still()
  await state(drawer, '有异议')
  await take(office, drawer, '重新核对')
  await state(drawer, '重新核对')
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
  await seen(office, 'household-applications')
  await panel.getByRole('button', { name: '替他家存一份' }).click()
  const add = page.getByRole('dialog', { name: '替他家存一份材料' })
  await add.getByRole('combobox', { name: '哪种材料' }).press('Enter')
  await page.getByRole('option', { name: '低保证' }).click()
  await add.locator('input[type=file]').setInputFiles({ name: '低保证.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('ffd8ffe0', 'hex') })
  await seen(office, 'household-add-paper')
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
  await seen(office, 'application-new')
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
  await seen(office, 'application-days')
  await days.getByRole('button', { name: '存下' }).click()
  await days.waitFor({ state: 'detached' })
  assert.equal((await demo.staff('office', 'GET', '/application-days')).days.checking, 6)
  office.quiet()
})

test('a programme’s next version: rules as data, from a day on', async () => {
  const { page } = office
  await office.go('/programmes')
  await seen(office, 'programmes')
  await page.getByRole('link', { name: '无息贷款' }).click()
  await page.getByText('现在用的').waitFor()
  await seen(office, 'programme')
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
  await seen(office, 'programme-form')
  await page.getByRole('button', { name: '存成新的一版' }).click()
  await page.getByRole('heading', { name: '第2版' }).waitFor()
  await page.getByText('家里几口人 不少于 2').waitFor()
  assert.equal((await demo.staff('office', 'GET', '/programmes/loan')).programmes.length, 2)
  office.quiet()
})

test('what a dividend would be at another price, yield and with other holders, by keys alone', async () => {
  const { page } = office
  await office.go('/dividends/K-001/2018/base/1')
  await page.getByText('每户分红2,255元').waitFor()
  for (const step of ['25,000袋 × 2茬 × 0.12斤 × 33元', '股金204,000元 ÷ 总投入2,879,700元 = 7.084%', '76,701.30元 − 76,670元']) await page.getByText(step).waitFor()
  await page.getByRole('slider', { name: '每斤干耳多少元' }).press('ArrowRight')
  const table = page.getByRole('region', { name: '试算' })
  await table.getByText('1,140,300').waitFor() // half a yuan more on 20 × 50,000 bags of 0.12 jin
  const holders = page.getByRole('spinbutton', { name: '多少户入股(写数)' })
  await holders.fill('36')
  await holders.press('Enter')
  await table.getByText('36户').waitFor()
  await page.getByText('多的2户,每户按入股6,000元算').waitFor()
  await page.getByRole('slider', { name: '每袋出干耳多少斤' }).press('ArrowLeft')
  await table.getByText('192,625').waitFor() // 50,000 bags of 0.115 jin at 33.50
  await seen(office, 'dividend-what-if')
  await page.getByRole('button', { name: /怎么算的.*H-001/ }).click()
  await page.getByRole('dialog', { name: 'H-001的分红是怎么算的' }).getByText('您家入股6,000元').waitFor()
  await seen(office, 'dividend-statement')
  const run = await demo.staff('office', 'GET', '/coops/K-001/dividends/2018/base/1')
  assert.equal(run.inputs.plan.price_per_jin_fen, 3300) // nothing was written
  office.quiet()
})

test('a share list is written, frozen, and set beside others by name', async () => {
  const { page } = office
  await office.go('/shares')
  await seen(office, 'shares')
  await page.getByRole('button', { name: '比一比' }).click()
  const only = page.getByRole('region', { name: '只在2017年大棚分配里的' })
  await only.getByRole('link', { name: 'H-035' }).waitFor()
  assert.match(await only.innerText(), /H-035\s+\S+\s+未入股/)
  await seen(office, 'share-differences')
  await page.getByRole('spinbutton', { name: /哪一年$/ }).first().fill('2019')
  await page.keyboard.press('Tab')
  await page.getByRole('button', { name: '做2019年第1版' }).click()
  await page.getByRole('button', { name: '从表格贴进来' }).click()
  const paste = page.getByRole('dialog', { name: '从表格贴进来' })
  await paste.getByRole('textbox', { name: '贴在这里' }).fill('H-001 6000\nH-002,7,500\n看不懂')
  await paste.getByRole('button', { name: '放进名单' }).click()
  await paste.getByText('这一行看不懂:看不懂').waitFor()
  await seen(office, 'share-paste')
  await paste.getByRole('textbox', { name: '贴在这里' }).fill('H-001 6000\nH-002,7,500\nH-003')
  await paste.getByRole('button', { name: '放进名单' }).click()
  await page.getByRole('button', { name: /不入股.*H-003/ }).click()
  await page.getByRole('textbox', { name: 'H-003没有入股的原因' }).fill('外出打工,不入股')
  await page.getByText('13,500').waitFor()
  await page.getByRole('button', { name: '存下' }).click()
  await page.getByText('还能改').waitFor()
  await seen(office, 'share-list')
  await page.getByRole('button', { name: '定稿' }).click()
  await page.getByRole('dialog', { name: '定稿' }).getByRole('button', { name: '定稿' }).click()
  await page.getByText(/\d\d:\d\d定稿/).waitFor()
  await office.go('/shares')
  await page.getByRole('link', { name: '2019年第1版' }).waitFor()
  await page.getByRole('combobox', { name: '第一份名单' }).press('Enter')
  await page.getByRole('option', { name: '2018年第1版入股' }).click()
  await page.getByRole('button', { name: '比一比' }).click()
  await page.getByRole('region', { name: '只在2018年第1版入股名单里的' }).getByRole('row', { name: /H-003.*外出打工,不入股/ }).waitFor()
  office.quiet()
})

/** Goes to the run and takes its next step. */
async function next(desk, label, after) {
  await desk.go('/dividends/K-001/2019/base/1')
  await desk.page.getByRole('button', { name: label, exact: true }).click()
  await desk.page.locator('h1 + .tag', { hasText: after }).waitFor()
  await desk.still()
}

test('a dividend from its data to the money, by two persons, and back', async () => {
  const { page } = office
  await office.go('/dividends')
  await page.getByRole('button', { name: /填报分红/ }).click()
  const draft = page.getByRole('dialog', { name: '填报分红' })
  await draft.getByRole('spinbutton', { name: '哪一年' }).fill('2019')
  await page.keyboard.press('Tab')
  await draft.getByRole('combobox', { name: '按哪份定稿的入股名单' }).press('Enter')
  await page.getByRole('option', { name: /2019年第1版:2户,13,500元/ }).click()
  for (const [what, text] of [['每袋出干耳几斤', '0.12'], ['每斤几元', '33'], ['每棚投入几元', '143,985']]) await draft.getByRole('textbox', { name: what }).fill(text)
  await seen(office, 'dividend-draft')
  await draft.getByRole('button', { name: '存下' }).click()
  await page.getByRole('heading', { name: '2019年保底分红' }).waitFor()
  await next(office, '计算', '已算')
  await page.getByText('股金13,500元 ÷ 总投入2,879,700元').waitFor()
  await next(office, '核对', '已核对')
  await page.getByText('您填报或计算的,要另一个人来批').waitFor()
  const money = await deskOf('finance')
  await next(money, '批准', '已批准')
  await next(office, '公示', '公示中')
  await next(money, '发放,记账', '已发放')
  await seen(money, 'dividend-paid')
  assert.match(await demo.say('h-001', '分红'), /2019年/)
  await money.page.getByRole('button', { name: '冲销发错的户' }).click()
  const back = money.page.getByRole('dialog', { name: '冲销发错的户' })
  await back.getByRole('combobox', { name: '哪几户' }).press('Enter')
  await money.page.getByRole('option', { name: /H-002/ }).click()
  await money.page.keyboard.press('Escape')
  await back.getByRole('textbox', { name: '为什么' }).fill('名单写错了')
  await back.getByRole('button', { name: '冲销', exact: true }).click()
  await money.page.getByRole('row', { name: /H-002.*冲销/ }).waitFor()
  await seen(money, 'dividend-reversed')
  await money.page.getByRole('button', { name: '重开' }).click()
  await money.page.getByRole('dialog', { name: '重开' }).getByRole('textbox').fill('H-002的股金写错了')
  await money.page.getByRole('dialog', { name: '重开' }).getByRole('button', { name: '重开' }).click()
  await money.page.getByText('第2版', { exact: true }).waitFor()
  money.quiet()
  await money.close()
  office.quiet()
})

test('greenhouses, crops with a low yield, sales and wages', async () => {
  const { page } = office
  await office.go('/growing?year=2017')
  const row = () => page.getByRole('row').filter({ has: page.getByText('秋茬') })
  await row().first().waitFor()
  await row().first().getByRole('button', { name: /改/ }).click()
  const dialog = page.getByRole('dialog', { name: /秋茬/ })
  await dialog.getByRole('textbox', { name: '实际产量' }).fill('50')
  await seen(office, 'batch')
  await dialog.getByRole('button', { name: '存下' }).click()
  await row().first().getByText('产量低').waitFor()
  await seen(office, 'batches')
  for (const [tab, name, region] of [['销售', 'sales', '销售结算'], ['大棚分配', 'allotments', '大棚分配'], ['务工', 'wages', '务工'], ['大棚', 'greenhouses', '大棚'], ['合作社', 'coops', '合作社']]) {
    await page.getByRole('tab', { name: tab, exact: true }).click()
    await page.getByRole('region', { name: region, exact: true }).waitFor()
    await seen(office, name)
  }
  await page.getByRole('tab', { name: '务工' }).click()
  await page.getByRole('button', { name: '登记务工' }).click()
  const wage = page.getByRole('dialog', { name: /务工/ })
  await wage.getByRole('textbox', { name: '户编号' }).fill('H-001')
  await wage.getByRole('textbox', { name: '户编号' }).press('Enter')
  await wage.getByRole('combobox', { name: '谁' }).press('Enter')
  await page.getByRole('option').first().click()
  await wage.getByRole('spinbutton', { name: '几天' }).fill('12')
  await wage.getByRole('textbox', { name: '工钱' }).fill('1080')
  await seen(office, 'wage')
  await wage.getByRole('button', { name: '存下' }).click()
  await page.getByRole('region', { name: '务工' }).getByText('1,080').waitFor()
  office.quiet()
})
