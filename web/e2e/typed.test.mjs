// What somebody has typed is not lost: not to a log-in that ends, nor to a slip, a reload or another person's change.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { chooseHousehold, Desk, openDemo } from './browser.mjs'
import { password } from './demo.mjs'

let close, demo, browser, desk

before(async () => {
  ;({ close, demo, browser, desk } = await openDemo(async (demo, browser) => ({ desk: await Desk.of(browser, demo, 'office') })))
})
after(() => close?.())

const edit = async (no) => {
  await desk.go('/households')
  await desk.page.getByRole('button', { name: no, exact: true }).click()
  await desk.page.getByRole('dialog', { name: new RegExp(no) }).getByRole('button', { name: '改资料' }).click()
  const dialog = desk.page.getByRole('dialog', { name: `改${no}的资料` })
  await dialog.getByRole('textbox', { name: '为什么改' }).waitFor()
  await desk.still()
  return dialog
}

test('a log-in that ends leaves the form, under a curtain that hides the page', async () => {
  const { page } = desk
  const dialog = await edit('H-003')
  await dialog.getByRole('textbox', { name: '住址' }).fill('9号楼9单元909室')
  await dialog.getByRole('textbox', { name: '为什么改' }).fill('搬了家')
  const token = await page.evaluate(() => sessionStorage.getItem('bangfu-token'))
  assert.equal((await fetch(`${demo.url}/staff/v1/logout`, { method: 'POST', headers: { Authorization: `Bearer ${token}` } })).ok, true)
  await dialog.getByRole('button', { name: '保存' }).click()
  const again = page.getByRole('dialog', { name: '请再登录一次' })
  await again.waitFor()
  assert.equal(await page.evaluate(() => document.elementFromPoint(innerWidth / 2, 60)?.closest('.curtain') !== null), true)
  await desk.shot('log-in-again')
  await desk.axe('log in again')
  await again.getByRole('textbox', { name: '密码' }).fill(password)
  await again.getByRole('button', { name: '登录', exact: true }).click()
  await dialog.waitFor({ state: 'detached' })
  const { address } = await demo.staff('office', 'POST', '/households/H-003/fields', { groups: ['contact'], reason: '核对住址' })
  assert.equal(address, '9号楼9单元909室')
  desk.quiet('401')
})

test('a slip asks before it throws away, and so does the way back', async () => {
  const { page } = desk
  const dialog = await edit('H-004')
  const why = dialog.getByRole('textbox', { name: '为什么改' })
  await why.fill('写了一半')
  const question = page.getByRole('dialog', { name: '还没有保存' })
  const stay = async () => {
    await question.getByRole('button', { name: '留下接着填' }).click()
    await question.waitFor({ state: 'detached' }) // the next one asks in the same words
    assert.equal(await why.inputValue(), '写了一半')
  }
  await page.keyboard.press('Escape')
  await stay()
  await page.evaluate(() => history.back())
  await stay()
  await dialog.getByRole('button', { name: '取消' }).click()
  await question.getByRole('button', { name: '离开' }).click()
  await dialog.waitFor({ state: 'detached' })
  desk.quiet()
})

test('a draft survives a reload, without what is sensitive', async () => {
  const { page } = desk
  await desk.go('/households')
  await page.getByRole('button', { name: '识别新户' }).click()
  const dialog = page.getByRole('dialog', { name: '识别新户' })
  await dialog.getByRole('textbox', { name: '依据' }).fill('入户调查表第7号')
  await dialog.getByRole('textbox', { name: '住址' }).fill('不能留下的住址')
  await desk.still()
  page.once('dialog', (d) => d.accept())
  await page.reload()
  await desk.settled()
  await page.getByRole('button', { name: '识别新户' }).click()
  await dialog.getByText('上次没写完的已经放回来').waitFor()
  assert.equal(await dialog.getByRole('textbox', { name: '依据' }).inputValue(), '入户调查表第7号')
  assert.equal(await dialog.getByRole('textbox', { name: '住址' }).inputValue(), '')
  assert.doesNotMatch(await page.evaluate(() => JSON.stringify(localStorage)), /不能留下的住址/)
  await dialog.getByRole('button', { name: '不要了，重新填' }).click()
  assert.equal(await dialog.getByRole('textbox', { name: '依据' }).inputValue(), '')
  desk.quiet()
})

test('what somebody else changed meanwhile stands beside what was typed, to choose by field', async () => {
  const { page } = desk
  const dialog = await edit('H-005')
  const file = await demo.staff('office', 'GET', '/households/H-005')
  await demo.staff('office', 'PUT', '/households/H-005', { rev: file.rev, why: '别人先改', poverty_causes: ['因灾'] })
  await dialog.getByRole('combobox', { name: '致贫原因' }).press('Enter')
  await page.getByRole('option', { name: '缺资金' }).click()
  await page.keyboard.press('Tab')
  await dialog.getByRole('textbox', { name: '为什么改' }).fill('核实')
  await dialog.getByRole('button', { name: '保存' }).click()
  const row = dialog.getByRole('row').filter({ hasText: '致贫原因' })
  await row.getByText('因灾').waitFor()
  await desk.shot('conflict')
  await desk.axe('conflict')
  await row.getByText('因灾').click()
  await dialog.getByRole('button', { name: '就按选的保存' }).click()
  await dialog.waitFor({ state: 'detached' })
  assert.deepEqual((await demo.staff('office', 'GET', '/households/H-005')).poverty_causes, ['因灾'])
  desk.quiet('409')
})

test('a new tab has the log-in, and loses it when somebody logs out', async () => {
  const other = await Desk.open(browser, demo)
  await other.go('/households')
  await other.page.getByRole('button', { name: 'H-001' }).waitFor()
  await other.page.getByRole('button', { name: '退出', exact: true }).click()
  await desk.page.waitForURL(/\/login/)
  other.quiet()
  await other.close()
  desk.quiet('401')
  await desk.logIn('office')
})

test('a member is corrected, prefilled and seen by the household; the history says what of whom', async () => {
  const { page } = desk
  await desk.go('/households?no=H-006')
  const drawer = page.getByRole('dialog', { name: /H-006/ })
  await drawer.getByRole('tab', { name: '成员' }).click()
  await drawer.getByRole('row').nth(1).getByRole('button', { name: '编辑' }).click()
  const dialog = page.getByRole('dialog', { name: /的资料$/ })
  const phone = dialog.getByRole('textbox', { name: '电话' })
  await dialog.getByRole('textbox', { name: '姓名' }).filter({ visible: true }).waitFor()
  await desk.still()
  const [member] = (await demo.staff('office', 'POST', '/households/H-006/fields', { groups: ['identity', 'contact'], reason: '核对电话' })).members
  assert.equal(await dialog.getByRole('textbox', { name: '姓名' }).inputValue(), member.name)
  assert.equal(await phone.inputValue(), member.phone)
  await dialog.locator('.el-select').filter({ has: page.getByRole('combobox', { name: '与户主关系' }) }).getByText('户主', { exact: true }).waitFor()
  await phone.fill('13900000099')
  await dialog.getByRole('textbox', { name: '为什么改' }).fill('换了号')
  await desk.shot('member-edit')
  await desk.axe('member edit')
  await dialog.getByRole('button', { name: '保存' }).click()
  await dialog.waitFor({ state: 'detached' })
  await drawer.getByRole('tab', { name: '谁看过' }).click()
  await drawer.getByRole('region', { name: '谁改过' }).getByRole('row').filter({ hasText: '换了号' }).getByText('电话').waitFor()
  desk.quiet()
})

test('a household is merged, and the merge is undone at once', async () => {
  const { page } = desk
  await desk.go('/households?no=H-008')
  const drawer = page.getByRole('dialog', { name: /H-008/ })
  await drawer.getByRole('tab', { name: '成员' }).click()
  await drawer.getByRole('button', { name: '分户、并户' }).click()
  const dialog = page.getByRole('dialog', { name: /分户、并户/ })
  await dialog.getByText('并到另一户').click()
  await chooseHousehold(dialog, 'h009', '并到哪一户')
  await dialog.getByRole('textbox', { name: '依据' }).fill('两户是一家')
  await dialog.getByRole('button', { name: '并户' }).click()
  await dialog.waitFor({ state: 'detached' })
  await drawer.getByText('已经并到H-009').waitFor()
  assert.equal(await drawer.getByRole('button', { name: '发绑定码' }).count(), 0)
  await page.getByRole('alert').filter({ hasText: '并到了H-009' }).getByRole('button', { name: '撤销' }).click()
  await drawer.getByRole('button', { name: '发绑定码' }).waitFor()
  desk.quiet()
})

test('a household is split, and the split is undone at once', async () => {
  const { page } = desk
  await desk.go('/households?no=H-001')
  const drawer = page.getByRole('dialog', { name: /H-001/ })
  await drawer.getByRole('tab', { name: '成员' }).click()
  const members = drawer.getByRole('region', { name: '成员' }).getByRole('row')
  await members.nth(1).waitFor()
  const before = await members.allInnerTexts()
  assert.ok(before.length > 2, before.join())
  await drawer.getByRole('button', { name: '分户、并户' }).click()
  const dialog = page.getByRole('dialog', { name: /分户、并户/ })
  await dialog.locator('label.el-checkbox').last().click()
  await dialog.locator('.el-select').filter({ has: page.getByRole('combobox', { name: '新户的户主' }) }).click()
  await page.getByRole('option').filter({ visible: true }).first().click()
  await dialog.getByRole('textbox', { name: '新户编号' }).fill('h-077')
  await dialog.getByRole('textbox', { name: '依据' }).fill('成家了，分开过')
  await dialog.getByRole('button', { name: '分户', exact: true }).click()
  await dialog.waitFor({ state: 'detached' })
  await desk.still()
  assert.equal((await members.allInnerTexts()).length, before.length - 1)
  const said = page.getByRole('alert').filter({ hasText: 'H-001分出了H-077' })
  await desk.shot('split-said')
  await said.getByRole('button', { name: '撤销' }).click()
  await page.getByRole('alert').filter({ hasText: '已撤销' }).waitFor()
  await desk.still()
  assert.deepEqual(await members.allInnerTexts(), before)
  await desk.go('/households?text=H-077')
  assert.equal(await page.getByRole('row').filter({ hasText: 'H-077' }).filter({ hasText: '已注销' }).count(), await page.getByRole('button', { name: 'H-077' }).count())
  desk.quiet()
})
