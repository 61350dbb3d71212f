// The books, as the finance office works with them: entries, the matrix and what it opens to.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { chooseHousehold } from './browser.mjs'
import { fine, openFinance } from './finance.mjs'

let close, demo, desk, page, year, seen, choose, fill, row, opens

before(async () => {
  ;({ close, demo, desk, page, year, seen, choose, fill, row, opens } = await openFinance())
})
after(() => close?.())

const fenOf = (text) => Math.round(Number(text.replaceAll(',', '')) * 100)

const pages = {
  'ledger': ['/ledger?year=2017', '台账'],
  'ledger-narrowed': ['/ledger?year=2017&category=medical_relief&not_allotted=true', '台账'],
  'matrix': ['/matrix?year=2017', '支出总表'],
  'matrix-of-a-fund': [`/matrix?as_of=2017-06-30&fund=${encodeURIComponent('低保资金')}`, '支出总表'],
  'months': ['/months?year=2017', '关账'],
  'batches': ['/batches', '导入台账'],
}
for (const [name, [path, heading]] of Object.entries(pages)) {
  test(`page ${name}`, async () => {
    assert.deepEqual(await opens(path, heading), fine)
    await seen(name)
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
    await page.getByTestId('sum').filter({ hasText: `${count}笔，合计${text}元` }).waitFor()
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
  await page.getByTestId('sum').filter({ hasText: '7笔，合计40,240元' }).waitFor()
  assert.match(page.url(), /category=education_relief/)
  await choose(page, '哪个月', '9月')
  await page.waitForURL(/from=2017-09-01&to=2017-09-30/)
  desk.quiet()
})

test('an entry whose answer is lost is entered once, the cell grows, opens, and is taken back', async () => {
  await demo.staff('finance', 'PUT', '/funds', { year: Number(year), name: '农场帮扶资金', level: 'farm' })
  await desk.go(`/matrix?year=${year}`)
  assert.equal(await page.getByTestId('grand').innerText(), '—')
  await page.goto(`${demo.url}/console/ledger?year=${year}`)
  await desk.settled()
  await page.getByRole('button', { name: '记一笔账' }).click()
  const dialog = page.getByRole('dialog', { name: '记一笔账' })
  await dialog.getByText('还差：哪一户、名目').waitFor()
  await chooseHousehold(dialog, 'h007')
  await fill(dialog, '名目', '临时救助')
  await fill(dialog, '金额', '1,234.56')
  await choose(dialog, '支出类别', '各类补贴及慰问金')
  await choose(dialog, '体系', '社会救助扶贫')
  await choose(dialog, '资金', '农场帮扶资金')
  await dialog.getByRole('combobox', { name: '谁发的' }).press('Enter')
  await page.getByRole('treeitem').getByText('财务科', { exact: true }).click()
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
  for (const want of ['H-007', '各类补贴及慰问金', '社会救助扶贫', '财务科\n', '农场帮扶资金', '《临时救助办法》', '审批表']) assert.ok(facts.includes(want), `${want} in ${facts}`)
  await seen('entry')
  assert.equal((await demo.staff('finance', 'GET', `/entries?year=${year}`)).entries.length, 1)

  await desk.go(`/matrix?year=${year}`)
  const cell = page.getByRole('link', { name: '各类补贴及慰问金，社会救助扶贫：1,234.56元，1笔' })
  await cell.focus()
  await page.keyboard.press('Enter') // as the whole page can be used
  await page.getByTestId('sum').filter({ hasText: '1笔，合计1,234.56元' }).waitFor()
  assert.match(page.url(), /category=subsidy_condolence/)
  await page.getByRole('button', { name: '临时救助', exact: true }).click()
  await drawer.getByRole('button', { name: '冲销这一笔' }).click()
  const reverse = page.getByRole('dialog', { name: '冲销这一笔' })
  assert.ok(await reverse.getByRole('button', { name: '冲销' }).last().isDisabled())
  await fill(reverse, '为什么冲销', '发重了')
  await seen('reverse-dialog')
  await reverse.getByRole('button', { name: '冲销', exact: true }).click()
  await page.getByRole('heading', { name: '冲销：临时救助' }).waitFor()
  await page.getByRole('button', { name: '看原来那一笔' }).click()
  await drawer.getByText('已冲销').waitFor()
  assert.equal(await drawer.getByRole('button', { name: '冲销这一笔' }).count(), 0)
  await seen('entry-reversed')
  await desk.go(`/matrix?year=${year}`)
  assert.match(await page.getByTestId('grand').innerText(), /^0\s*2笔/)
  desk.quiet('ERR_CONNECTION_RESET')
})

test('a refused entry says what to do', async () => {
  await desk.go('/ledger?year=2017')
  await page.getByRole('button', { name: '记一笔账' }).click()
  const dialog = page.getByRole('dialog', { name: '记一笔账' })
  await chooseHousehold(dialog, 'H-009')
  await fill(dialog, '名目', '临时救助')
  await fill(dialog, '金额', '2,000,000,000,000')
  await choose(dialog, '支出类别', '医疗救助')
  await choose(dialog, '体系', '社会救助扶贫')
  await choose(dialog, '资金', '农场帮扶资金')
  await dialog.getByRole('button', { name: '记下' }).click()
  await dialog.getByRole('alert').waitFor()
  await seen('entry-refused')
  desk.quiet('400')
})
