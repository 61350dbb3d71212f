// A disclosure with a second pair of eyes, and a visitor who objects to it.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Desk } from './browser.mjs'
import { fill, openOutreach, press, seen } from './outreach.mjs'

let desks, demo, browser, publisher, office

before(async () => {
  desks = await openOutreach()
  ;({ demo, browser, publisher, office } = desks)
  demo.year = Number(desks.today.slice(0, 4))
})
after(() => desks?.close())

test('a disclosure: drafted, approved by another, published, objected to, and an exit waits for the answer', async () => {
  const { page } = publisher
  const sheet = ['户编号,所属单位,户情,户情起始日期,建档日期,户主姓名,致贫原因', `H-901,第一管理区,预脱贫,${demo.year}-01-05,${demo.year - 1}-03-01,,因病`].join('\n')
  await office.go('/imports')
  await office.page.locator('input[type=file]').setInputFiles({ name: '户表.csv', mimeType: 'text/csv', buffer: Buffer.from(sheet) })
  await office.page.getByRole('button', { name: '导入1行' }).click()
  await office.page.getByRole('heading', { name: '导入完了' }).waitFor()

  await publisher.go('/disclosures')
  await press(publisher, '起草一项')
  const dialog = page.getByRole('dialog', { name: '起草一项公示' })
  await dialog.getByRole('combobox', { name: '哪一项' }).press('Enter') // by keyboard, as some work
  await page.getByRole('option', { name: '拟退出户公示' }).click()
  await seen(publisher, 'disclosure-draft')
  await dialog.getByRole('button', { name: '起草' }).click()
  await page.getByRole('heading', { name: /拟退出户公示/ }).waitFor()
  await press(publisher, '生成脱敏预览')
  await page.getByRole('region', { name: '公众看到的内容' }).getByText('H-901').waitFor()
  await page.getByText('起草的人不能审核').waitFor()
  assert.equal(await page.getByRole('button', { name: '审核通过' }).count(), 0)
  const path = new URL(page.url()).pathname.replace('/console', '')

  await office.go(path)
  await seen(office, 'disclosure-preview')
  await press(office, '审核通过')
  await office.page.getByText('已审核,待公布').waitFor()
  await publisher.go(path)
  assert.match(await page.getByRole('textbox', { name: '公众号文章' }).inputValue(), /H-901/)
  await press(publisher, '登记公布')
  await page.getByText('公开栏', { exact: true }).click()
  await fill(publisher, '凭据', '第一管理区公开栏')
  await seen(publisher, 'disclosure-proof')
  await press(publisher, '登记')
  await page.getByText(/公示中,到/).waitFor()
  await seen(publisher, 'disclosure-published')

  // A visitor, without any log-in, and with a phone's screen.
  const visitor = await Desk.open(browser, demo)
  await visitor.page.setViewportSize({ width: 390, height: 780 })
  await visitor.page.goto(`${demo.url}/public/items/${path.split('/').pop()}`)
  await visitor.page.getByLabel('说的是哪一户').selectOption('H-901')
  await visitor.page.getByLabel(/哪里不对/).fill('这一户去年买了车,收入没有算全')
  await visitor.page.getByLabel(/联系方式/).fill('139 0000 1999')
  await visitor.page.getByRole('button', { name: '提交异议' }).click()
  await visitor.page.getByRole('heading', { name: '异议的办理' }).waitFor()
  await visitor.axe('the objection')

  const reasons = async () => {
    await office.go('/households?no=H-901')
    await press(office, '改户情')
    const unmet = office.page.getByTestId('unmet')
    await unmet.waitFor()
    return unmet.innerText()
  }
  assert.match(await reasons(), /异议/)
  await seen(office, 'exit-objected')
  const move = office.page.getByRole('dialog', { name: /拟脱贫/ })
  await move.getByRole('textbox', { name: '依据' }).fill('批准文件')
  await move.getByRole('button', { name: '改户情' }).click()
  await move.getByRole('alert').filter({ hasText: '异议' }).waitFor()
  office.quiet('400 (Bad Request)')

  // Assigned, looked into, answered; how to reach them is read for a reason.
  await publisher.go('/objections')
  const row = page.getByRole('row').filter({ hasText: '买了车' })
  await row.getByRole('button', { name: '交办' }).click()
  const assign = page.getByRole('dialog', { name: '交给谁核实' })
  await assign.getByRole('combobox', { name: '交给谁' }).press('Enter')
  await page.getByRole('option', { name: /第一管理区支部书记/ }).click()
  await seen(publisher, 'objection-assign')
  await assign.getByRole('button', { name: '交办' }).click()
  await row.getByText('正在核实', { exact: true }).waitFor()
  await row.getByRole('button', { name: '联系方式' }).click()
  const contact = page.getByRole('dialog', { name: '看联系方式' })
  await contact.getByRole('textbox', { name: '为什么要看' }).fill('回电话核实情况')
  await contact.getByRole('button', { name: '看', exact: true }).click()
  await contact.getByText('139 0000 1999').waitFor()
  await contact.getByRole('button', { name: '关闭', exact: true }).click()
  await seen(publisher, 'objections-open')
  assert.equal(await row.getByRole('button', { name: '答复' }).count(), 0) // another's duty
  publisher.quiet()

  await office.go('/objections')
  const mine = office.page.getByRole('row').filter({ hasText: '买了车' })
  await mine.getByRole('button', { name: '答复' }).click()
  await office.page.getByRole('dialog', { name: '答复异议' }).getByRole('textbox', { name: '核实的结果' }).fill('已经入户核实,车不是这一户的。')
  await seen(office, 'objection-answer')
  await office.page.getByRole('dialog', { name: '答复异议' }).getByRole('button', { name: '答复' }).click()
  await mine.waitFor({ state: 'detached' })
  await visitor.page.reload()
  await visitor.page.getByText('车不是这一户的').waitFor()
  assert.doesNotMatch(await reasons(), /异议/)
  await publisher.go('/objections?state=answered')
  await row.getByRole('button', { name: '办结' }).click()
  await row.waitFor({ state: 'detached' })
  await publisher.go(path)
  await press(publisher, '撤回')
  await page.getByRole('dialog').getByRole('textbox').fill('名单有误,重新核对后再公示')
  await page.getByRole('dialog').getByRole('button', { name: '撤回' }).click()
  await page.getByText('公众看到的说明:名单有误').waitFor()
  office.quiet()
  publisher.quiet()
  visitor.quiet()
  await visitor.close()
})

test('an item of the farm\'s own: named in the settings, written, and told apart from the others', async () => {
  const { page } = office
  await office.go('/disclosures/settings')
  await fill(office, '第6项的名称', '廉租房分配')
  await press(office, '存下')
  await office.still()
  await office.go('/disclosures')
  await press(office, '起草一项')
  const dialog = page.getByRole('dialog', { name: '起草一项公示' })
  await dialog.getByRole('combobox', { name: '哪一项' }).press('Enter')
  await page.getByRole('option', { name: '捐款捐物' }).waitFor()
  await page.getByRole('option', { name: '廉租房分配' }).click()
  await dialog.getByRole('textbox').fill('今年分配廉租房3套,按申请先后和住房困难程度排队。')
  await seen(office, 'disclosure-own')
  await dialog.getByRole('button', { name: '起草' }).click()
  await page.getByRole('heading', { name: /廉租房分配/ }).waitFor()
  office.quiet()
})
