// Applications that are refused and objected to or made for a household, and the programmes that they are for.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { chooseHousehold } from './browser.mjs'
import { openOffice, rent, state, take } from './office.mjs'

let close, demo, office

before(async () => {
  ;({ close, demo, office } = await openOffice())
})
after(() => close?.())

// A picture is decoded before it is kept, so it has to be one.
const onePixel =
  '/9j/2wCEAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0Hyc5PTgyPC4zNDIBCQkJDAsMGA0NGD' +
  'IhHCEyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMv/AAAsIAAEAAQEBEQD/xADSAAABBQEBAQEBAQAA' +
  'AAAAAAAAAQIDBAUGBwgJCgsQAAIBAwMCBAMFBQQEAAABfQECAwAEEQUSITFBBhNRYQcicRQygZGhCCNCscEVUtHwJDNicoIJChYXGBkaJSYnKC' +
  'kqNDU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6g4SFhoeIiYqSk5SVlpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfI' +
  'ycrS09TV1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5+v/aAAgBAQAAPwD5/r//2Q=='

test('a refusal shows the rule, the value and its source, and an objection has it looked at again', async () => {
  await demo.say('h-002', '办事 H-002 housing_rent -')
  await demo.say('h-002', '1')
  await office.go('/applications?no=H-002')
  await office.page.getByRole('button', { name: `打开H-002的${rent}` }).click()
  const drawer = office.page.getByRole('dialog', { name: `H-002 ${rent}` })
  await take(office, drawer, '不批', async (dialog) => {
    assert.match(await dialog.getByRole('radiogroup', { name: '哪一条' }).innerText(), /您家住的不是廉租房（自有楼房，户档案/)
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
  await panel.getByText('（已遮住）').first().waitFor({ state: 'attached' })
  await panel.getByRole('textbox', { name: '为什么要看遮住的内容' }).fill('核对残疾补贴')
  await panel.getByRole('button', { name: '看遮住的内容' }).click()
  await panel.getByText('（已遮住）').first().waitFor({ state: 'detached' })
  await office.seen('household-applications')
  await panel.getByRole('button', { name: '替他家存一份' }).click()
  const add = page.getByRole('dialog', { name: '替他家存一份材料' })
  await add.getByRole('combobox', { name: '哪种材料' }).press('Enter')
  await page.getByRole('option', { name: '低保证' }).click()
  await add.locator('input[type=file]').setInputFiles({ name: '低保证.jpg', mimeType: 'image/jpeg', buffer: Buffer.from(onePixel, 'base64') })
  await office.seen('household-add-paper')
  await add.getByRole('button', { name: '保存' }).click()
  await panel.getByRole('button', { name: '下载低保证' }).waitFor()
  await panel.getByRole('button', { name: '下载低保证' }).click()
  await page.getByRole('dialog', { name: '看材料' }).getByRole('textbox').fill('核对低保证')
  const download = page.waitForEvent('download')
  await page.getByRole('dialog', { name: '看材料' }).getByRole('button', { name: '下载' }).click()
  assert.match((await download).suggestedFilename(), /低保证\.jpeg/)

  await office.go('/applications')
  await page.getByRole('button', { name: '替一户申请' }).click()
  const dialog = page.getByRole('dialog', { name: '替一户申请' })
  await chooseHousehold(dialog, 'h-004')
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
  await days.getByRole('button', { name: '保存' }).click()
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
  await page.getByRole('heading', { name: /无息贷款：第2版/ }).waitFor()
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
  await page.getByRole('heading', { name: '第2版', exact: true }).waitFor()
  await page.getByText('家里几口人 不少于 2').waitFor()
  assert.equal((await demo.staff('office', 'GET', '/programmes/loan')).programmes.length, 2)
  office.quiet()
})
