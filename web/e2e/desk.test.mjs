// What a clerk does all day: finds with one box, prints what the farm has of a household, sends again what did not arrive.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { until } from './demo.mjs'
import { openOutreach } from './outreach.mjs'

let close, demo, office

before(async () => {
  ;({ close, demo, office } = await openOutreach())
})
after(() => close?.())

/** Asks for something by Ctrl K, and opens what is found first of a kind. */
async function seek(typed, kind, says) {
  const { page } = office
  await page.keyboard.press('Control+k')
  const box = page.getByRole('combobox', { name: '搜索' })
  await box.waitFor()
  await until('the box takes what is typed', () => box.evaluate((e) => e === document.activeElement))
  await page.keyboard.type(typed)
  const hit = page.getByRole('option').filter({ hasText: kind }).filter({ hasText: says }).first()
  await hit.waitFor()
  return { box, hit }
}

test('Ctrl K finds a page, a household by its number and a cadre, and opens each', async () => {
  const { page } = office
  await office.go('/')
  await (await seek('分红', '页面', '分红')).box.press('Enter')
  await page.waitForURL(/\/dividends$/)
  await page.getByRole('heading', { level: 1, name: '分红' }).waitFor()

  const found = await seek('7', '户', 'H-007')
  await office.shot('seek')
  await office.axe('seek')
  await found.hit.click()
  const drawer = page.getByRole('dialog', { name: /H-007/ })
  await drawer.getByRole('tab', { name: '成员' }).waitFor()

  await office.go('/')
  const { cadres } = await demo.staff('office', 'GET', '/cadres')
  await (await seek(cadres[0].id, '干部', cadres[0].name)).hit.click()
  await page.waitForURL(new RegExp(`/households\\?text=${cadres[0].id}$`))
  const { households } = await demo.staff('office', 'GET', `/households?text=${cadres[0].id}&limit=20`)
  for (const h of households) await page.getByRole('button', { name: h.household_no, exact: true }).waitFor()
  office.quiet()
})

test('one click from a household is its file on a page to print: members, money, visits', async () => {
  const { page } = office
  await office.go('/households?no=H-001')
  await page.getByRole('dialog', { name: /H-001/ }).getByRole('link', { name: '一户一档' }).click()
  await page.getByRole('heading', { level: 1, name: /^一户一档：H-001/ }).waitFor()
  await office.still()
  const rows = async (name) => (await page.getByRole('region', { name, exact: true }).getByRole('row').count()) - 1
  const [file, statement, { visits }] = await Promise.all(['', '/statement', '/visits?limit=24'].map((of) => demo.staff('office', 'GET', `/households/H-001${of}`)))
  assert.equal(await rows('家庭成员'), file.members.length)
  assert.equal(await rows('补助'), (statement.categories ?? []).flatMap((c) => c.lines ?? []).length)
  await page.getByRole('heading', { name: `${statement.year}年补助 ${statement.total.yuan}元` }).waitFor()
  assert.equal(await rows('走访'), visits.length)
  assert.ok(file.members.length && visits.length)
  await office.seen('household-file')

  await page.emulateMedia({ media: 'print' })
  assert.equal(await page.getByRole('navigation', { name: '主菜单' }).isVisible(), false)
  assert.equal(await page.getByRole('button', { name: '打印' }).isVisible(), false)
  assert.equal(await page.getByRole('region', { name: '家庭成员' }).isVisible(), true)
  await page.emulateMedia({ media: null })
  await page.evaluate(() => { window.print = () => { window.printed = true } })
  await page.getByRole('button', { name: '打印' }).click()
  assert.equal(await page.evaluate(() => window.printed), true)
  office.quiet()
})

test('messages of which nobody knows whether they came are listed, and sent again after a question', async () => {
  const { page } = office
  await office.go('/sending')
  await page.getByRole('region', { name: '没发成和不知道送到没有的消息' }).getByText('没有要人看的消息').waitFor()

  // Cadres are reminded of their visits; of one reminder WeChat's answer gets lost on its way, and so does what it would say later.
  const { today } = await demo.staff('office', 'GET', '/me')
  await demo.phone('/faults', { cut_after_accept: 1, callbacks: { lose: 1000 } })
  await demo.staff('office', 'POST', `/aid-days/${today.slice(0, 7)}/urge`, {})
  await until('a message is without an answer', async () => (await demo.staff('office', 'GET', '/sending')).troubles.length)

  await office.go('/sending')
  const row = page.getByRole('row').filter({ hasText: '微信没有回答' })
  await row.waitFor()
  await office.seen('sending-unknown')
  await page.getByText('全选', { exact: true }).click()
  await page.getByRole('button', { name: '重发选中的1条' }).click()
  const question = page.getByRole('dialog', { name: '一起重发' })
  await question.getByText('对方可能收到两次').waitFor()
  await office.shot('resend')
  await question.getByRole('button', { name: '再看看' }).click()
  await question.waitFor({ state: 'hidden' })
  assert.equal((await demo.staff('office', 'GET', '/sending')).troubles.length, 1)
  await demo.phone('/faults', {})
  await page.getByRole('button', { name: '重发选中的1条' }).click()
  await question.getByRole('button', { name: '重发', exact: true }).click()
  await page.getByText('重发了1条').waitFor()
  await row.waitFor({ state: 'detached' })
  office.quiet()
})
