// Who does what: cadres are paired and hand over, and each duty gets a console of its own.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Desk, openDemo } from './browser.mjs'
import { password } from './demo.mjs'

let close, demo, browser, desk

before(async () => {
  ;({ close, demo, browser, desk } = await openDemo(async (demo, browser) => ({ desk: await Desk.of(browser, demo, 'office') })))
})
after(() => close?.())

test('a cadre is paired by dragging, and hands over', async () => {
  const { page } = desk
  await desk.go('/pairings')
  const house = page.getByRole('listitem').filter({ has: page.getByRole('link', { name: 'H-003', exact: true }) })
  await page.getByRole('textbox', { name: '找干部' }).fill('C-050')
  const cadre = page.getByRole('complementary', { name: '干部' }).getByRole('listitem').first()
  const name = await cadre.locator('strong').innerText()
  await cadre.dragTo(house)
  const pair = page.getByRole('dialog', { name: /结对/ })
  await desk.axe('pairing')
  await pair.getByRole('button', { name: '结对' }).click()
  const chip = house.getByRole('button', { name: new RegExp(`^${name}`) })
  await chip.waitFor()
  await chip.click()
  const handover = page.getByRole('dialog', { name: /不再帮/ })
  await handover.getByRole('textbox', { name: '为什么' }).fill('调到别的单位')
  await desk.shot('flow-handover')
  await desk.axe('handover')
  await handover.getByRole('button', { name: '结束并交接' }).click()
  await page.getByRole('dialog', { name: '交接好了' }).waitFor()
  desk.quiet()
})

test('a new log-in must change its first password, and sees only what its duty opens', async () => {
  const { page } = desk
  await desk.go('/staff')
  await page.getByRole('button', { name: '新建登录名' }).click()
  const dialog = page.getByRole('dialog', { name: '新建登录名' })
  await dialog.getByRole('textbox', { name: '登录名' }).fill('checker')
  await dialog.getByRole('textbox', { name: '姓名' }).fill('检查员')
  await dialog.getByRole('combobox', { name: '岗位' }).press('Enter') // by keyboard, as some work
  await page.getByRole('option', { name: '检查组' }).click()
  await desk.axe('new log-in')
  await dialog.getByRole('button', { name: '新建' }).click()
  const first = await page.getByTestId('first-password').innerText()
  await demo.confirmPosts('checker')
  const other = await Desk.open(browser, demo)
  await other.logIn('checker', first)
  await other.page.getByRole('heading', { name: '先换掉第一次的密码' }).waitFor()
  await other.shot('first-password')
  await other.axe('first password')
  await other.page.getByRole('textbox', { name: '现在的密码' }).fill(first)
  await other.page.getByRole('textbox', { name: '新密码', exact: true }).fill('green-fields-2026')
  await other.page.getByRole('textbox', { name: '再写一遍新密码' }).fill('green-fields-2026')
  await other.page.getByRole('button', { name: '换密码' }).click()
  await other.page.getByRole('heading', { name: '今天' }).waitFor()
  await other.unfold()
  const menu = await other.page.getByRole('navigation', { name: '主菜单' }).innerText()
  assert.ok(menu.includes('审计') && !menu.includes('结对') && !menu.includes('登录名和岗位'), menu)
  await other.go('/staff') // not their duty: back to today
  await other.page.getByRole('heading', { name: '今天' }).waitFor()
  other.quiet()
  await other.close()
  desk.quiet()
})

for (const name of ['secretary', 'c-001', 'finance', 'doctor', 'inspector', 'publisher', 'admin']) {
  test(`${name} gets a console of their own`, async () => {
    const other = await Desk.of(browser, demo, name)
    await other.unfold()
    for (const link of await other.page.getByRole('navigation', { name: '主菜单' }).getByRole('link').all()) {
      await link.click()
      await other.settled()
      assert.equal(await other.page.getByRole('alert').count(), 0, await link.innerText())
    }
    // No line of the desk leads to a page that throws its reader back.
    await other.go('/')
    for (const to of new Set(await other.page.locator('main a[href]').evaluateAll((links) => links.map((a) => a.getAttribute('href'))))) {
      await other.go(to.replace('/console', ''))
      assert.equal(new URL(other.page.url()).pathname, to.split('?')[0], `${name} is thrown back from ${to}`)
    }
    other.quiet()
    await other.close()
  })
}

test('a wrong password says what to do', async () => {
  const other = await Desk.open(browser, demo)
  await other.go('/login')
  await other.page.getByRole('textbox', { name: '登录名' }).fill('office')
  await other.page.getByRole('textbox', { name: '密码' }).fill(`not-${password}`)
  await other.page.getByRole('button', { name: '登录' }).click()
  await other.page.getByRole('alert').waitFor()
  await other.axe('wrong password')
  other.quiet('401')
  await other.close()
})
