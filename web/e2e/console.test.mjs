import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Desk, openBrowser } from './browser.mjs'
import { bootDemo } from './demo.mjs'

let demo, browser

before(async () => {
  ;[demo, browser] = await Promise.all([bootDemo(), openBrowser()])
})
after(async () => {
  await browser?.close()
  await demo?.stop()
})

test('the office logs in and sees its 36 households', async () => {
  const desk = await Desk.open(browser, demo)
  await desk.logIn('office')
  await desk.go('/households')
  assert.equal(await desk.page.locator('tbody tr').count(), 36)
  await desk.shot('households')
  await desk.axe('households')
  desk.quiet()
  await desk.close()
})
