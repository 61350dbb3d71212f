// The finance office at its desk: what the tests of the money pages share.
import { Desk, openDemo } from './browser.mjs'

export const openFinance = () => openDemo(async (demo, browser) => {
  const desk = await Desk.open(browser, demo)
  const { page } = desk
  await desk.logIn('finance')
  const { today } = await demo.staff('finance', 'GET', '/me')
  return {
    desk, page, today, year: today.slice(0, 4),
    seen: async (name) => {
      await desk.still()
      await desk.shot(`money-${name}`)
      await desk.axe(name)
    },
    choose: async (scope, label, option) => {
      await scope.getByRole('combobox', { name: label, exact: true }).press('Enter')
      await page.getByRole('option', { name: option, exact: true }).click()
    },
    fill: (scope, label, text) => scope.getByRole('textbox', { name: label, exact: true }).fill(text),
    row: (text) => page.getByRole('row').filter({ hasText: text }),
    /** A page opens with this heading, reads without trouble, and fits. */
    opens: async (path, heading) => {
      await desk.go(path)
      const found = await page.locator('main h1').innerText()
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
      return { heading: found === heading, quiet: (await page.getByRole('alert').count()) === 0, fits: wide <= 0 }
    },
  }
})

export const fine = { heading: true, quiet: true, fits: true }
