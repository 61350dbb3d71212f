// The cooperative through the console: what-if, share lists, a dividend by two persons, greenhouses, crops, sales, wages.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { chooseHousehold, Desk, openDemo } from './browser.mjs'
import { until } from './demo.mjs'

let close, demo, browser, office

before(async () => {
  ;({ close, demo, browser, office } = await openDemo(async (demo, browser) => ({ office: await Desk.of(browser, demo, 'office') })))
})
after(() => close?.())

test('what a dividend would be at another price, yield and with other holders, by keys alone', async () => {
  const { page } = office
  await office.go('/dividends/K-001/2018/base/1')
  await page.getByText('每户分红2,255元').waitFor()
  for (const step of ['25,000袋 × 2茬 × 0.12斤 × 33元', '股金204,000元 ÷ 总投入2,879,700元 = 7.084%', '76,701.30元 − 76,670元']) await page.getByText(step).waitFor()
  await page.getByRole('slider', { name: '每斤干耳多少元' }).press('ArrowRight')
  const table = page.getByRole('region', { name: '试算' })
  await table.getByText('1,140,300').waitFor() // half a yuan more on 20 × 50,000 bags of 0.12 jin
  const holders = page.getByRole('spinbutton', { name: '多少户入股（写数）' })
  await holders.fill('36')
  await holders.press('Enter')
  await table.getByText('36户').waitFor()
  await page.getByText('多的2户，每户按入股6,000元算').waitFor()
  await page.getByRole('slider', { name: '每袋出干耳多少斤' }).press('ArrowLeft')
  await table.getByText('192,625').waitFor() // 50,000 bags of 0.115 jin at 33.50
  await office.seen('dividend-what-if')
  await page.getByRole('button', { name: /怎么算的.*H-001/ }).click()
  await page.getByRole('dialog', { name: 'H-001的分红是怎么算的' }).getByText('您家入股6,000元').waitFor()
  await office.seen('dividend-statement')
  const run = await demo.staff('office', 'GET', '/coops/K-001/dividends/2018/base/1')
  assert.equal(run.inputs.plan.price_per_jin_fen, 3300) // nothing was written
  office.quiet()
})

test('a share list is written, frozen, and set beside others by name', async () => {
  const { page } = office
  await office.go('/shares')
  await office.seen('shares')
  await page.getByRole('button', { name: '比一比' }).click()
  const only = page.getByRole('region', { name: '只在2017年大棚分配里的' })
  await only.getByRole('link', { name: 'H-035' }).waitFor()
  assert.match(await only.innerText(), /H-035\s+\S+\s+没有入股/)
  await office.seen('share-differences')
  await page.getByRole('spinbutton', { name: /哪一年$/ }).first().fill('2019')
  await page.keyboard.press('Tab')
  await page.getByRole('button', { name: '做2019年第1版' }).click()
  await page.getByRole('button', { name: '从表格贴进来' }).click()
  const paste = page.getByRole('dialog', { name: '从表格贴进来' })
  await paste.getByRole('textbox', { name: '贴在这里' }).fill('H-001 6000\nH-002,7,500\n看不懂')
  await paste.getByRole('button', { name: '放进名单' }).click()
  await paste.getByText('这一行看不懂：看不懂').waitFor()
  await office.seen('share-paste')
  await paste.getByRole('textbox', { name: '贴在这里' }).fill('H-001 6000\nH-002,7,500\nH-003')
  await paste.getByRole('button', { name: '放进名单' }).click()
  await page.getByRole('button', { name: /不入股.*H-003/ }).click()
  await page.getByRole('textbox', { name: 'H-003没有入股的原因' }).fill('外出打工，不入股')
  await page.getByText('13,500').waitFor()
  await page.getByRole('button', { name: '保存' }).click()
  await page.getByText('还能改').waitFor()
  await office.seen('share-list')
  await page.getByRole('button', { name: '定稿' }).click()
  await page.getByRole('dialog', { name: '定稿' }).getByRole('button', { name: '定稿' }).click()
  await page.getByText(/\d\d:\d\d定稿/).waitFor()
  await office.go('/shares')
  await page.getByRole('link', { name: '2019年第1版' }).waitFor()
  await page.getByRole('combobox', { name: '第一份名单' }).press('Enter')
  await page.getByRole('option', { name: '2018年第1版入股' }).click()
  await page.getByRole('button', { name: '比一比' }).click()
  await page.getByRole('region', { name: '只在2018年第1版入股名单里的' }).getByRole('row', { name: /H-003.*外出打工，不入股/ }).waitFor()
  office.quiet()
})

/** Goes to the run and takes its next step. */
async function next(desk, label, after) {
  await desk.go('/dividends/K-001/2019/base/1')
  await desk.page.getByRole('button', { name: label, exact: true }).click()
  await desk.page.locator('h1 + .tag', { hasText: after }).waitFor()
  await desk.still()
}

/** The books are written by the queue; whoever waits looks again. */
const posted = (desk, what) => until('it is in the books', async () => {
  await desk.page.reload()
  await desk.settled()
  return what().isVisible()
})

test('a dividend from its data to the money, by two persons, and back', async () => {
  const { page } = office
  await office.go('/dividends')
  await page.getByRole('button', { name: /填报分红/ }).click()
  const draft = page.getByRole('dialog', { name: '填报分红' })
  await draft.getByRole('spinbutton', { name: '哪一年' }).fill('2019')
  await page.keyboard.press('Tab')
  await draft.getByRole('combobox', { name: '按哪份定稿的入股名单' }).press('Enter')
  await page.getByRole('option', { name: /2019年第1版：2户，13,500元/ }).click()
  for (const [what, text] of [['每袋出干耳几斤', '0.12'], ['每斤几元', '33'], ['每棚投入几元', '143,985']]) await draft.getByRole('textbox', { name: what }).fill(text)
  await office.seen('dividend-draft')
  await draft.getByRole('button', { name: '保存' }).click()
  await page.getByRole('heading', { name: '2019年保底分红' }).waitFor()
  await next(office, '计算', '已算')
  await page.getByText('股金13,500元 ÷ 总投入2,879,700元').waitFor()
  await next(office, '核对', '已核对')
  await page.getByText('您填报或计算的，要另一个人来批').waitFor()
  const money = await Desk.of(browser, demo, 'finance')
  await next(money, '批准', '已批准')
  await next(office, '公示', '公示中')
  // Nothing goes into the books before its sum has been seen, with the voucher.
  await money.go('/dividends/K-001/2019/base/1')
  await money.page.getByRole('button', { name: '发放，记账' }).click()
  const paying = money.page.getByRole('dialog', { name: /^发放2019年保底分红/ })
  await paying.getByText('户，每户一笔').waitFor()
  assert.ok(await paying.getByRole('button', { name: /^记账/ }).isDisabled())
  await paying.getByRole('textbox', { name: '凭证' }).fill('转账单17')
  await money.seen('dividend-pay')
  await paying.getByRole('button', { name: /^记账[\d,.]+元$/ }).click()
  await paying.waitFor({ state: 'detached' })
  await posted(money, () => money.page.locator('h1 + .tag', { hasText: '已发放' }))
  await money.seen('dividend-paid')
  assert.match(await demo.say('h-001', '分红'), /2019年/)
  await money.page.getByRole('button', { name: '冲销发错的户' }).click()
  const back = money.page.getByRole('dialog', { name: '冲销发错的户' })
  await back.getByRole('combobox', { name: '哪几户' }).press('Enter')
  await money.page.getByRole('option', { name: /H-002/ }).click()
  await money.page.keyboard.press('Escape')
  await back.getByRole('textbox', { name: '为什么' }).fill('名单写错了')
  await back.getByRole('button', { name: '冲销', exact: true }).click()
  await back.waitFor({ state: 'detached' })
  await posted(money, () => money.page.getByRole('row', { name: /H-002.*冲销/ }))
  await money.seen('dividend-reversed')
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
  await row().first().getByRole('button', { name: /编辑/ }).click()
  const dialog = page.getByRole('dialog', { name: /秋茬/ })
  await dialog.getByRole('textbox', { name: '实际产量' }).fill('50')
  await office.seen('batch')
  await dialog.getByRole('button', { name: '保存' }).click()
  await row().first().getByText('产量低').waitFor()
  await office.seen('batches')
  for (const [tab, name, region] of [['销售', 'sales', '销售结算'], ['大棚分配', 'allotments', '大棚分配'], ['务工', 'wages', '务工'], ['大棚', 'greenhouses', '大棚'], ['合作社', 'coops', '合作社']]) {
    await page.getByRole('tab', { name: tab, exact: true }).click()
    await page.getByRole('region', { name: region, exact: true }).waitFor()
    await office.seen(name)
  }
  await page.getByRole('tab', { name: '务工' }).click()
  await page.getByRole('button', { name: '登记务工' }).click()
  const wage = page.getByRole('dialog', { name: /务工/ })
  await chooseHousehold(wage, 'H-001')
  await wage.getByRole('combobox', { name: '谁' }).press('Enter')
  await page.getByRole('option').first().click()
  await wage.getByRole('spinbutton', { name: '几天' }).fill('12')
  await wage.getByRole('textbox', { name: '工钱' }).fill('1080')
  await office.seen('wage')
  await wage.getByRole('button', { name: '保存' }).click()
  await page.getByRole('region', { name: '务工' }).getByRole('row', { name: /H-001/ }).getByText('1,080').waitFor()
  office.quiet()
})
