// Who tells people things, and who approves it: what the tests of notices, broadcasts and disclosures share.
import { Desk, openDemo } from './browser.mjs'

/** A demo on the next morning at ten in Beijing, so that nobody is disturbed, with the publisher and the office at their desks. */
export const openOutreach = () => openDemo(async (demo, browser) => {
  const day = new Date((await demo.phone('/clock')).now)
  day.setUTCDate(day.getUTCDate() + 1)
  day.setUTCHours(2, 0, 0, 0)
  await demo.phone('/clock', { to: day.toISOString() })
  const publisher = await Desk.open(browser, demo)
  await publisher.logIn('publisher')
  const office = await Desk.open(browser, demo)
  await office.logIn('office')
  return { publisher, office, today: day.toISOString().slice(0, 10) }
})

export const press = (desk, name) => desk.page.getByRole('button', { name, exact: true }).click()
export const fill = (desk, name, text) => desk.page.getByRole('textbox', { name, exact: true }).fill(text)

/** The publisher submits the policy that is open, and the office approves it. */
export const approveNotice = async ({ publisher, office }) => {
  const path = new URL(publisher.page.url()).pathname.replace('/console', '')
  await press(publisher, '提交审核')
  await publisher.page.getByText('写的和提交的人不能自己审').waitFor()
  await office.go(path)
  await press(office, '审核通过')
  await office.page.getByText('审核过了，还没有发布').waitFor()
  await publisher.go(path)
}

/** The page as it stands: a picture of it, and accessible. */
export const seen = async (desk, name) => {
  await desk.still()
  await desk.shot(name)
  await desk.axe(name)
}

/** What the official account has written to somebody. */
export const chatOf = async (demo, person) => (await demo.phone(`/users/${person}/messages`)).messages.filter((m) => m.from === 'account')
