// The books by the month and by the sheet: months are closed, sheets imported, reports made.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { openFinance } from './finance.mjs'

let close, desk, page, today, seen, row

before(async () => {
  ;({ close, desk, page, today, seen, row } = await openFinance())
})
after(() => close?.())

const sheet = (day) => Buffer.from(`户号,名目,支出类别,体系,资金,金额,付款日期,方式\nH-002,补助,教育救助,社会救助扶贫,教育救助资金,5,${day},转账\n`)

test('a month with a sheet that is not in cannot be closed; without it, it can; and is opened again for a reason', async () => {
  await desk.go('/batches')
  await page.locator('input[type=file]').setInputFiles({ name: '六月补助.csv', mimeType: 'text/csv', buffer: sheet('2017-06-05') })
  await page.getByRole('heading', { name: '检查过，还没导入' }).waitFor()
  assert.equal(await page.locator('main h1').innerText(), '导入台账表')
  await seen('batch')
  await desk.go('/months?year=2017')
  await row('2017年6月').filter({ hasText: '六月补助.csv' }).waitFor()
  const shut = async () => {
    await page.getByRole('button', { name: '关账：2017年6月' }).click()
    const sure = page.getByRole('dialog', { name: '关2017年6月的账' })
    await sure.getByText('44笔').waitFor()
    await sure.getByRole('button', { name: '关账' }).click()
    await sure.waitFor({ state: 'hidden' })
  }
  await shut()
  await page.getByRole('alert').filter({ hasText: '六月补助.csv' }).waitFor()
  await seen('month-refused')
  desk.quiet('409')

  await page.getByRole('link', { name: '去看还没导入的台账表' }).click()
  await row('六月补助.csv').getByRole('button', { name: '放弃' }).click()
  await page.getByRole('dialog', { name: '放弃这张表' }).getByRole('button', { name: '放弃' }).click()
  await row('六月补助.csv').filter({ hasText: '放弃了' }).waitFor()
  await desk.go('/months?year=2017')
  await shut()
  await row('2017年6月').filter({ hasText: '已关账' }).waitFor()
  await seen('month-closed')
  assert.match(await row('2017年6月').innerText(), new RegExp(`财务.*${today}`))

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
  await page.getByRole('dialog', { name: '记账' }).getByRole('button', { name: '记账' }).click()
  await page.getByRole('heading', { name: '导入完了' }).waitFor()
  await page.getByRole('link', { name: '全部导入' }).click()
  await row('七月补助.csv').filter({ hasText: '导入完了' }).waitFor()
  await desk.go('/ledger?year=2017&category=education_relief')
  await page.getByTestId('sum').filter({ hasText: '8笔，合计40,245元' }).waitFor()
  desk.quiet()
})

test('reports: a table in 万元, by household in 元, a chart beside it, and Excel', async () => {
  await desk.go('/reports?year=2017')
  for (const [name, kind] of Object.entries({ '类别×体系': 'category', 按月: 'month', 按资金: 'fund', 到户: 'household', 资金来源和使用: 'funds' })) {
    await page.locator('label').filter({ hasText: name }).click()
    const single = kind === 'household'
    await page.locator('caption').filter({ hasText: `单位：${single ? '元' : '万元'}。2017年` }).waitFor()
    await desk.still()
    const foot = await page.locator('tfoot tr').innerText()
    assert.match(foot, single ? /^合计.*\s2,185,32[05]\b/s : /^合计.*\s218\.5325?\b/s, kind) // with the 5 yuan that the sheet brought
    await page.getByRole('img', { name: /的图，数字见表$/ }).locator('svg').waitFor()
    await seen(`report-${kind}`)
    const excel = page.getByRole('button', { name: '下载Excel' })
    const taking = page.getByRole('dialog', { name: '下载到户报表' })
    if (single) { // it lists households: it leaves for a reason
      await excel.click()
      await taking.getByRole('textbox', { name: '用途' }).fill('年底核对')
    }
    const button = single ? taking.getByRole('button', { name: '导出', exact: true }) : excel
    const [file] = await Promise.all([page.waitForEvent('download'), button.click()])
    assert.match(file.suggestedFilename(), /^帮扶资金.*\.xlsx$/)
    const bytes = await readFile(await file.path())
    assert.ok(bytes.subarray(0, 2).toString() === 'PK' && bytes.length > 4000, `${kind}: ${bytes.length} bytes`)
  }
  await desk.go('/reports?kind=category&as_of=2017-01-31')
  await page.locator('caption').filter({ hasText: '截至2017-01-31' }).waitFor()
  assert.match(await page.locator('tfoot tr').innerText(), /3\.725/)
  desk.quiet()
})
