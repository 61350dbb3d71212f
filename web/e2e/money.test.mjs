// The money pages, as the finance office works with them; what they may not do, the others do not see.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { Desk, openBrowser } from './browser.mjs'
import { bootDemo } from './demo.mjs'

let demo, browser, desk, page

before(async () => {
  ;[demo, browser] = await Promise.all([bootDemo(), openBrowser()])
  desk = await Desk.open(browser, demo)
  page = desk.page
  await desk.logIn('finance')
  demo.today = (await demo.staff('finance', 'GET', '/me')).today
  demo.year = demo.today.slice(0, 4)
})
after(async () => {
  await browser?.close()
  await demo?.stop()
})

const seen = async (name) => {
  await desk.still()
  await desk.shot(`money-${name}`)
  await desk.axe(name)
}
const choose = async (scope, label, option) => {
  await scope.getByRole('combobox', { name: label, exact: true }).press('Enter')
  await page.getByRole('option', { name: option, exact: true }).click()
}
const fill = (scope, label, text) => scope.getByRole('textbox', { name: label, exact: true }).fill(text)
const row = (text) => page.getByRole('row').filter({ hasText: text })
const fenOf = (text) => Math.round(Number(text.replace(/[,元]/g, '')) * 100)

const pages = {
  'ledger': ['/ledger?year=2017', '台账'],
  'ledger-narrowed': ['/ledger?year=2017&category=medical_relief&not_allotted=true', '台账'],
  'matrix': ['/matrix?year=2017', '支出总表'],
  'matrix-of-a-fund': [`/matrix?as_of=2017-06-30&fund=${encodeURIComponent('低保资金')}`, '支出总表'],
  'funds': ['/funds?year=2017', '资金'],
  'donations': ['/donations?year=2017', '捐赠'],
  'loans': ['/loans', '无息借款'],
  'stock': ['/stock', '爱心超市'],
  'months': ['/months?year=2017', '关账'],
  'batches': ['/batches', '导入台账'],
}
for (const [name, [path, heading]] of Object.entries(pages)) {
  test(`page ${name}`, async () => {
    await desk.go(path)
    assert.equal(await page.locator('main h1').innerText(), heading)
    assert.equal(await page.getByRole('alert').count(), 0)
    await seen(name)
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    assert.ok(wide <= 0, `${wide} px too wide for 1366`)
    desk.quiet()
  })
}

test('without a year the pages are about the last one with entries', async () => {
  await desk.go('/matrix')
  assert.match(await page.getByTestId('grand').innerText(), /^2,185,320/) // the published 218.532万元
  desk.quiet()
})

test('the cells of the matrix come to its total, and open to entries that come to them', async () => {
  await desk.go('/matrix?year=2017')
  const links = page.getByRole('region', { name: '支出总表' }).locator('td a')
  const wanted = []
  for (const a of await links.all()) wanted.push([await a.getAttribute('href'), await a.innerText(), (await a.getAttribute('aria-label')).match(/(\d+)笔/)[1]])
  assert.ok(wanted.length >= 15, `${wanted.length} amounts`)
  const cells = wanted.filter(([href]) => href.includes('category=') && href.includes('system='))
  assert.equal(cells.reduce((sum, [, text]) => sum + fenOf(text), 0), 218532000)
  for (const [i, [href, text, count]] of wanted.entries()) {
    if (!cells.includes(wanted[i]) && i < wanted.length - 1) continue // and the grand total, which is the last
    await links.nth(i).click()
    await page.getByTestId('sum').filter({ hasText: `${count}笔,合计${text}元` }).waitFor()
    await page.locator('tbody tr').nth(Math.min(50, Number(count)) - 1).waitFor()
    assert.equal(await page.locator('tbody tr').count(), Math.min(50, Number(count)), href)
    await page.goBack()
    await page.getByTestId('grand').waitFor()
  }
  desk.quiet()
})

test('the ledger is paged by cursor, there and back', async () => {
  await desk.go('/ledger?year=2017')
  const first = await page.locator('tbody tr').first().innerText()
  await page.getByRole('button', { name: '下一页' }).click()
  await page.getByText('第2页').waitFor()
  await desk.still()
  assert.notEqual(await page.locator('tbody tr').first().innerText(), first)
  await page.getByRole('button', { name: '上一页' }).click()
  await desk.still()
  assert.equal(await page.locator('tbody tr').first().innerText(), first)
  await choose(page, '支出类别', '教育救助')
  await page.getByTestId('sum').filter({ hasText: '7笔,合计40,240元' }).waitFor()
  assert.match(page.url(), /category=education_relief/)
  await choose(page, '哪个月', '9月')
  await page.waitForURL(/from=2017-09-01&to=2017-09-30/)
  desk.quiet()
})

test('a fund is registered and receives money', async () => {
  await desk.go(`/funds?year=${demo.year}`)
  await page.getByRole('button', { name: '登记资金' }).click()
  const dialog = page.getByRole('dialog', { name: '登记一笔资金' })
  await fill(dialog, '名称', '农场帮扶资金')
  await fill(dialog, '计划', '12.345')
  await dialog.getByText('最多两位小数').waitFor()
  assert.ok(await dialog.getByRole('button', { name: '存下' }).isDisabled())
  await fill(dialog, '计划', '2,000,000')
  await seen('fund-dialog')
  await dialog.getByRole('button', { name: '存下' }).click()
  await row('农场帮扶资金').getByRole('button', { name: '记到账' }).click()
  const drawer = page.getByRole('dialog', { name: '农场帮扶资金' })
  await fill(drawer, '到账金额', '50000.05')
  await fill(drawer, '来自哪里', '管理局拨款')
  await fill(drawer, '凭证', '拨款单12号')
  await drawer.getByRole('button', { name: '记下到账' }).click()
  await drawer.getByRole('status').filter({ hasText: '50,000.05元' }).waitFor()
  await drawer.getByRole('row').filter({ hasText: '拨款单12号' }).waitFor()
  await drawer.getByText('结余50,000.05元').waitFor()
  await seen('receipts')
  await page.keyboard.press('Escape')
  await row('农场帮扶资金').filter({ hasText: '50,000.05' }).waitFor()
  desk.quiet()
})

test('an entry whose answer is lost is entered once, the cell grows, opens, and is taken back', async () => {
  await desk.go(`/matrix?year=${demo.year}`)
  assert.equal(await page.getByTestId('grand').innerText(), '—')
  await page.goto(`${demo.url}/console/ledger?year=${demo.year}`)
  await desk.settled()
  await page.getByRole('button', { name: '记一笔账' }).click()
  const dialog = page.getByRole('dialog', { name: '记一笔账' })
  await dialog.getByText('还差:户编号、名目').waitFor()
  await fill(dialog, '户编号', 'h-007')
  await fill(dialog, '名目', '临时救助')
  await fill(dialog, '金额', '1,234.56')
  await choose(dialog, '支出类别', '各类补贴及慰问金')
  await choose(dialog, '体系', '社会救助扶贫')
  await choose(dialog, '资金', '农场帮扶资金')
  await dialog.getByRole('combobox', { name: '谁发的' }).press('Enter')
  await page.getByRole('treeitem', { name: '财务科', exact: true }).click()
  await fill(dialog, '依据', '《临时救助办法》')
  await fill(dialog, '凭证', '审批表')
  await seen('post-dialog')

  // The server enters it, and its answer does not arrive.
  let sent = 0
  const keys = new Set()
  await page.route('**/staff/v1/entries', async (route) => {
    if (route.request().method() !== 'POST') return route.fallback()
    keys.add(route.request().postDataJSON().client_key)
    if (sent++ > 0) return route.fallback()
    await route.fetch()
    await route.abort('connectionreset')
  })
  await dialog.getByRole('button', { name: '记下' }).click()
  await dialog.getByRole('alert').filter({ hasText: '连不上服务器' }).waitFor()
  await dialog.getByRole('button', { name: '记下' }).click()
  const drawer = page.getByRole('dialog').filter({ has: page.getByRole('heading', { name: '临时救助' }) })
  await drawer.getByText('1,234.56元').waitFor()
  assert.deepEqual([sent, keys.size], [2, 1])
  await page.unroute('**/staff/v1/entries')
  const facts = await drawer.innerText()
  for (const want of ['H-007', '各类补贴及慰问金', '社会救助扶贫', '财务科', '农场帮扶资金', '《临时救助办法》', '审批表', 'finance']) assert.ok(facts.includes(want), `${want} in ${facts}`)
  await seen('entry')
  assert.equal((await demo.staff('finance', 'GET', `/entries?year=${demo.year}`)).entries.length, 1)

  await desk.go(`/matrix?year=${demo.year}`)
  const cell = page.getByRole('link', { name: '各类补贴及慰问金,社会救助扶贫:1,234.56元,1笔' })
  await cell.focus()
  await page.keyboard.press('Enter') // as the whole page can be used
  await page.getByTestId('sum').filter({ hasText: '1笔,合计1,234.56元' }).waitFor()
  assert.match(page.url(), /category=subsidy_condolence/)
  await page.getByRole('button', { name: '临时救助', exact: true }).click()
  await drawer.getByRole('button', { name: '冲销这一笔' }).click()
  const reverse = page.getByRole('dialog', { name: '冲销这一笔' })
  assert.ok(await reverse.getByRole('button', { name: '冲销' }).last().isDisabled())
  await fill(reverse, '为什么冲销', '发重了')
  await seen('reverse-dialog')
  await reverse.getByRole('button', { name: '冲销', exact: true }).click()
  await page.getByRole('heading', { name: '冲销:临时救助' }).waitFor()
  await page.getByRole('button', { name: '看原来那一笔' }).click()
  await drawer.getByText('已冲销').waitFor()
  assert.equal(await drawer.getByRole('button', { name: '冲销这一笔' }).count(), 0)
  await seen('entry-reversed')
  await desk.go(`/matrix?year=${demo.year}`)
  assert.match(await page.getByTestId('grand').innerText(), /^0\s*2笔/)
  desk.quiet('ERR_CONNECTION_RESET')
})

test('a refused entry says what to do', async () => {
  await desk.go('/ledger?year=2017')
  await page.getByRole('button', { name: '记一笔账' }).click()
  const dialog = page.getByRole('dialog', { name: '记一笔账' })
  await fill(dialog, '户编号', 'H-999')
  await fill(dialog, '名目', '临时救助')
  await fill(dialog, '金额', '1')
  await choose(dialog, '支出类别', '医疗救助')
  await choose(dialog, '体系', '社会救助扶贫')
  await choose(dialog, '资金', '农场帮扶资金')
  await dialog.getByRole('button', { name: '记下' }).click()
  await dialog.getByRole('alert').waitFor()
  await seen('entry-refused')
  desk.quiet('404')
})

const sheet = (day) => Buffer.from(`户号,名目,支出类别,体系,资金,金额,付款日期,方式\nH-002,补助,教育救助,社会救助扶贫,教育救助资金,5,${day},转账\n`)

test('a month with a sheet that is not in cannot be closed; without it, it can; and is opened again for a reason', async () => {
  await desk.go('/batches')
  await page.locator('input[type=file]').setInputFiles({ name: '六月补助.csv', mimeType: 'text/csv', buffer: sheet('2017-06-05') })
  await page.getByRole('heading', { name: '检查过,还没导入' }).waitFor()
  assert.equal(await page.locator('main h1').innerText(), '导入台账表')
  await seen('batch')
  await desk.go('/months?year=2017')
  await row('2017年6月').filter({ hasText: '六月补助.csv' }).waitFor()
  const close = async () => {
    await page.getByRole('button', { name: '关账:2017年6月' }).click()
    const sure = page.getByRole('dialog', { name: '关2017年6月的账' })
    await sure.getByText('44笔').waitFor()
    await sure.getByRole('button', { name: '关账' }).click()
    await sure.waitFor({ state: 'hidden' })
  }
  await close()
  await page.getByRole('alert').filter({ hasText: '六月补助.csv' }).waitFor()
  await seen('month-refused')
  desk.quiet('409')

  await page.getByRole('link', { name: '去看还没导入的台账表' }).click()
  await row('六月补助.csv').getByRole('button', { name: '放弃' }).click()
  await page.getByRole('dialog', { name: '放弃这张表' }).getByRole('button', { name: '放弃' }).click()
  await row('六月补助.csv').filter({ hasText: '放弃了' }).waitFor()
  await desk.go('/months?year=2017')
  await close()
  await row('2017年6月').filter({ hasText: '已关账' }).waitFor()
  await seen('month-closed')
  assert.match(await row('2017年6月').innerText(), new RegExp(`财务.*${demo.today}`))

  await row('2017年6月').getByRole('button', { name: '重开' }).click()
  const why = page.getByRole('dialog', { name: '重开2017年6月的账' })
  await why.getByRole('textbox').fill('漏了一笔')
  await seen('month-reopen')
  await why.getByRole('button', { name: '重开' }).click()
  await row('2017年6月').filter({ hasText: '没有关账' }).waitFor()
  desk.quiet()
})

test('a sheet of entries is imported', async () => {
  await desk.go('/batches')
  await page.locator('input[type=file]').setInputFiles({ name: '七月补助.csv', mimeType: 'text/csv', buffer: sheet('2017-07-05') })
  await page.getByRole('button', { name: '导入1行' }).click()
  await page.getByRole('heading', { name: '导入完了' }).waitFor()
  await page.getByRole('link', { name: '全部导入' }).click()
  await row('七月补助.csv').filter({ hasText: '导入完了' }).waitFor()
  await desk.go('/ledger?year=2017&category=education_relief')
  await page.getByTestId('sum').filter({ hasText: '8笔,合计40,245元' }).waitFor()
  desk.quiet()
})

test('a loan is paid back in two parts, never more than is owed', async () => {
  await desk.go('/loans')
  await page.getByRole('button', { name: '还款:H-001' }).click()
  const drawer = page.getByRole('dialog').filter({ has: page.getByRole('heading', { name: 'H-001的无息借款' }) })
  const pay = async (yuan) => {
    await fill(drawer, '还款金额', yuan)
    await drawer.getByRole('button', { name: '记下还款' }).click()
  }
  await pay('5000.50')
  await drawer.getByText('记好了,还欠9,999.50元').waitFor()
  await drawer.getByTestId('left').filter({ hasText: '9,999.50元' }).waitFor()
  await seen('loan')
  await pay('10000')
  await drawer.getByRole('alert').filter({ hasText: '还款比欠的多' }).waitFor()
  desk.quiet('409')
  await drawer.getByRole('button', { name: '写上还欠的全部' }).click()
  await drawer.getByRole('button', { name: '记下还款' }).click()
  await drawer.getByText('这笔借款还清了').waitFor()
  await seen('loan-repaid')
  await page.keyboard.press('Escape')
  await row('H-001').waitFor({ state: 'detached' })
  await page.getByText('只看没还清的').click()
  await row('H-001').filter({ hasText: '还清了' }).waitFor()
  desk.quiet()
})

test('a loan is lent with instalments', async () => {
  await desk.go('/loans')
  await page.getByRole('button', { name: '登记借款' }).click()
  const dialog = page.getByRole('dialog', { name: '登记借款' })
  await fill(dialog, '户编号', 'H-009')
  await fill(dialog, '本金', '9000')
  await fill(dialog, '用途', '买化肥')
  await dialog.getByRole('button', { name: '分期还,加一期' }).click()
  await dialog.getByText('日期要一期比一期晚').waitFor()
  const next = Number(demo.year) + 1
  for (const [label, day] of [['到期日', `${next}-12-20`], ['第1期哪天还', `${next}-06-20`]]) {
    await dialog.getByRole('combobox', { name: label }).fill(day)
    await dialog.getByRole('combobox', { name: label }).press('Enter')
  }
  await fill(dialog, '第1期还多少', '4000')
  await dialog.getByText(`${next}-12-20还剩下的 5,000元`).waitFor()
  await seen('lend')
  await dialog.getByRole('button', { name: '记下' }).click()
  await page.getByRole('button', { name: '还款:H-009,买化肥' }).click()
  const drawer = page.getByRole('dialog').filter({ has: page.getByRole('heading', { name: 'H-009的无息借款' }) })
  await drawer.getByRole('row').filter({ hasText: `${next}-06-20` }).filter({ hasText: '4,000' }).waitFor()
  desk.quiet()
})

test('goods are given, thanked for, bought and given out', async () => {
  await desk.go('/donations')
  await page.getByRole('button', { name: '登记捐赠' }).click()
  const dialog = page.getByRole('dialog', { name: '登记捐赠' })
  await fill(dialog, '捐赠人', '北山粮油店')
  await choose(dialog, '是谁', '企业')
  await choose(dialog, '资金', '农场帮扶资金')
  await fill(dialog, '捐款', '200')
  await dialog.getByRole('button', { name: '加一样物品' }).click()
  await dialog.getByRole('spinbutton', { name: '第1样多少' }).fill('3')
  await fill(dialog, '第1样一共值多少', '135')
  await dialog.getByText('一共335元').waitFor()
  await seen('donate')
  await dialog.getByRole('button', { name: '记下' }).click()
  await dialog.waitFor({ state: 'hidden' })
  await desk.go(`/donations?year=${demo.year}`)
  const given = row('北山粮油店')
  await given.filter({ hasText: '公开时写“爱心人士”' }).filter({ hasText: '面粉10公斤装3袋' }).waitFor()
  await page.getByRole('button', { name: '感谢信:北山粮油店' }).click()
  const letter = page.getByRole('dialog', { name: '感谢信' })
  await letter.getByTestId('letter').filter({ hasText: '尊敬的北山粮油店' }).waitFor()
  await seen('thanks')
  await letter.getByRole('button', { name: '已经谢过,记下' }).click()
  await given.filter({ hasText: '谢过' }).waitFor()

  await desk.go('/stock')
  await row('面粉10公斤装').filter({ hasText: '43袋' }).waitFor()
  await page.getByRole('button', { name: '买进入库:面粉10公斤装' }).click()
  const buy = page.getByRole('dialog', { name: '买进面粉10公斤装' })
  await buy.getByRole('spinbutton', { name: '数量' }).fill('7')
  await fill(buy, '一共值多少', '315')
  await fill(buy, '从哪里买的', '场部粮店')
  await seen('stock-up')
  await buy.getByRole('button', { name: '入库' }).click()
  await row('面粉10公斤装').filter({ hasText: '50袋' }).waitFor()
  await page.getByRole('button', { name: '发给一户:面粉10公斤装' }).click()
  const out = page.getByRole('dialog', { name: '把面粉10公斤装发给一户' })
  await fill(out, '户编号', 'H-011')
  await fill(out, '一共值多少', '45')
  await choose(out, '资金', '农场帮扶资金')
  await seen('issue')
  await out.getByRole('button', { name: '发,记账' }).click()
  await row('面粉10公斤装').filter({ hasText: '49袋' }).waitFor()
  await page.getByRole('button', { name: '出入库:面粉10公斤装' }).click()
  await page.getByRole('dialog').getByRole('row').filter({ hasText: 'H-011' }).filter({ hasText: '办好了' }).waitFor()
  await seen('moves')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: '登记物品' }).click()
  const item = page.getByRole('dialog', { name: '登记物品' })
  await fill(item, '编号', 'rice-10')
  await fill(item, '名称', '大米10公斤装')
  await fill(item, '单位', '袋')
  await item.getByRole('button', { name: '存下' }).click()
  await row('RICE-10').filter({ hasText: '没有了' }).waitFor()
  await desk.go(`/ledger?year=${demo.year}&household_no=H-011`)
  await row('爱心超市面粉10公斤装').filter({ hasText: '实物' }).waitFor()
  desk.quiet()
})

test('reports: a table in 万元, a chart beside it, and Excel', async () => {
  await desk.go('/reports?year=2017')
  for (const [name, kind] of Object.entries({ '类别×体系': 'category', 按月: 'month', 按资金: 'fund', 到户: 'household', 资金来源和使用: 'funds' })) {
    await page.locator('label').filter({ hasText: name }).click()
    await page.locator('caption').filter({ hasText: '单位:万元。2017年' }).waitFor()
    await desk.still()
    const foot = await page.locator('tfoot tr').innerText()
    assert.match(foot, /^合计.*\s218\.5325?\b/s, kind) // with the 5 yuan that the sheet brought
    await page.getByRole('img', { name: /的图,数字见表$/ }).locator('svg').waitFor()
    await seen(`report-${kind}`)
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: '下载Excel' }).click()])
    assert.match(file.suggestedFilename(), /^帮扶资金.*\.xlsx$/)
    const bytes = await readFile(await file.path())
    assert.ok(bytes.subarray(0, 2).toString() === 'PK' && bytes.length > 4000, `${kind}: ${bytes.length} bytes`)
  }
  await desk.go('/reports?kind=category&as_of=2017-01-31')
  await page.locator('caption').filter({ hasText: '截至2017-01-31' }).waitFor()
  assert.match(await page.locator('tfoot tr').innerText(), /3\.725/)
  desk.quiet()
})

test('who only reads money finds nothing to change, who does not finds nothing', async () => {
  const inspector = await Desk.open(browser, demo)
  await inspector.logIn('inspector')
  for (const path of ['/ledger', '/funds', '/donations', '/loans', '/stock', '/months']) {
    await inspector.go(`${path}?year=2017`)
    assert.equal(await inspector.page.getByRole('alert').count(), 0, path)
    const buttons = (await inspector.page.locator('main').getByRole('button').allInnerTexts()).join()
    assert.doesNotMatch(buttons, /记一笔账|登记|买进|发给|关账|重开|感谢信|记到账/, path)
  }
  await inspector.go('/donations?year=2017')
  assert.doesNotMatch(await inspector.page.locator('main').innerText(), /农场干部/) // did not agree to be named
  inspector.quiet()
  await inspector.close()
  const cadre = await Desk.open(browser, demo)
  await cadre.logIn('c-001')
  await cadre.go('/ledger')
  await cadre.page.getByRole('heading', { name: '今天' }).waitFor()
  assert.doesNotMatch(await cadre.page.getByRole('navigation', { name: '主菜单' }).innerText(), /台账|支出总表|报表/)
  cadre.quiet()
  await cadre.close()
})
