// An application from the phone to the money, with the household at its simulated phone and a second person wherever one may
// not decide alone.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Desk } from './browser.mjs'
import { until } from './demo.mjs'
import { openOffice, rent, state, take, turn } from './office.mjs'

let close, demo, browser, office
const second = { name: 'second', secret: 'green-fields-2026' }

before(async () => {
  ;({ close, demo, browser, office } = await openOffice(appoint))
})
after(() => close?.())

/** A second person of the office, who has changed the first password. */
async function appoint(demo) {
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
  const verify = office.page.getByRole('dialog', { name: /：核实$/ })
  await verify.getByRole('button', { name: '核实', exact: true }).click()
  await verify.getByRole('alert').filter({ hasText: '还没有租房合同' }).waitFor() // it says what is missing
  office.quiet('400 (Bad Request)')
  await verify.locator('label').filter({ hasText: '租房合同' }).click()
  await office.seen('application-verify')
  await verify.getByRole('button', { name: '核实', exact: true }).click()
  await state(drawer, '核实了，等批准')
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
  await drawer.getByText('您批过了，等另一个人批').waitFor()
  drawer = await openWaiting(office, 'H-001', rent)
  await take(office, drawer, '批准')
  await state(drawer, '批准了')
  await take(office, drawer, '公示')
  await drawer.getByText(/期满才能发放/).waitFor()
  await office.seen('application-public')
  await other.close()

  await turn(demo, 8)
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
  await take(money, drawer, '发放了，记账', async (dialog) => {
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
