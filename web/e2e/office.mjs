// The office and applications for aid: what the tests of both share.
import { Desk, openDemo } from './browser.mjs'

/** A demo tomorrow at ten in the morning, when there are no quiet hours, with the office at its desk. */
export const openOffice = (prepare = async () => ({})) => openDemo(async (demo, browser) => {
  await turn(demo, 1)
  return { ...(await prepare(demo)), office: await Desk.of(browser, demo, 'office') }
})

/** Turns the clock on by days, to ten o'clock in Beijing. */
export async function turn(demo, days) {
  const day = new Date((await demo.phone('/clock')).now)
  day.setUTCDate(day.getUTCDate() + days)
  day.setUTCHours(2, 0, 0, 0)
  await demo.phone('/clock', { to: day.toISOString() })
  demo.tokens = {}
  demo.today = day.toISOString().slice(0, 10)
}

/** Takes a step in its dialog. */
export async function take(desk, drawer, step, fill = async () => {}) {
  await drawer.getByRole('button', { name: step, exact: true }).click()
  const dialog = desk.page.getByRole('dialog', { name: new RegExp(`：${step}$`) })
  await dialog.waitFor()
  await fill(dialog)
  await dialog.getByRole('button', { name: step, exact: true }).click()
  await dialog.waitFor({ state: 'detached' })
  await desk.still()
}

export const state = (drawer, label) => drawer.locator('header .tag', { hasText: label }).waitFor()
export const rent = '廉租住房补贴'
