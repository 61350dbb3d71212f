// Broadcasts that do not go through: stopped and gone on with, sent back, given up, and a mass message sent once more.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { until } from './demo.mjs'
import { chatOf, openOutreach, press, seen } from './outreach.mjs'

let close, demo, publisher, office, today

before(async () => {
  ;({ close, demo, publisher, office, today } = await openOutreach())
})
after(() => close?.())

const chat = (person) => chatOf(demo, person)
const counted = (state) => until(`everybody is ${state}`, async () => (await publisher.page.getByTestId(`count-${state}`).textContent().catch(() => '')) === '36')

test('a broadcast that stops: paused with its reason, gone on with, cancelled, and its times', async () => {
  const { page } = publisher
  const draft = {
    title: '到户通知', audience: { to: 'households' }, by_hand: true, rate: 4,
    content: { about: '春节慰问', when: '2018年1月5日', more: '户号{户号}', text: '{户主}家，您好：春节慰问品到社区领。' },
  }
  const made = await demo.staff('publisher', 'POST', '/broadcasts', draft)
  for (const step of ['test', 'submit']) await demo.staff('publisher', 'POST', `/broadcasts/${made.id}/${step}`, {})
  await publisher.go(`/broadcasts/${made.id}`)
  await page.getByText('批准了，还没有发').waitFor() // 36 need no second person
  await press(publisher, '发送')
  const dialog = page.getByRole('dialog', { name: '发送' })
  await dialog.getByText('定个时间发').click()
  await dialog.getByRole('combobox', { name: '北京时间' }).fill(`${today} 18:00`)
  await dialog.getByRole('combobox', { name: '北京时间' }).press('Enter')
  await dialog.getByRole('button', { name: '到时候发' }).click()
  await page.getByText(`定在 ${today} 18:00（北京时间）发`).waitFor()
  await seen(publisher, 'broadcast-scheduled')
  await demo.phone('/clock', { to: `${today}T10:05:00Z` })
  await page.getByRole('button', { name: '暂停', exact: true }).waitFor()
  await press(publisher, '暂停')
  await page.getByRole('dialog').getByRole('textbox').fill('社区说东西还没到')
  await page.getByRole('dialog').getByRole('button', { name: '暂停' }).click()
  await page.getByText('社区说东西还没到').first().waitFor()
  await page.getByRole('button', { name: '接着发', exact: true }).waitFor()
  await seen(publisher, 'broadcast-paused')
  await press(publisher, '接着发')
  await counted('accepted')
  assert.equal((await chat('h-010')).filter((m) => /春节慰问/.test(m.content)).length, 1)
  publisher.quiet()
})

test('a broadcast sent back to its writer and given up, and a mass message sent once more', async () => {
  const { page } = publisher
  const content = { about: '', when: '', more: '', text: '明天起合作医疗缴费。' }
  const submitted = async (draft) => {
    const made = await demo.staff('publisher', 'POST', '/broadcasts', draft)
    for (const step of ['test', 'submit']) await demo.staff('publisher', 'POST', `/broadcasts/${made.id}/${step}`, {})
    return `/broadcasts/${made.id}`
  }
  const back = await submitted({ title: '写错的通知', audience: { to: 'cadres' }, rate: 50, content: { ...content, about: '缴费', when: '2018年1月5日', more: '到社区' } })
  await office.go(back)
  await press(office, '退回')
  await office.page.getByRole('dialog', { name: '退回' }).getByRole('textbox').fill('日期写错了')
  await seen(office, 'broadcast-reject')
  await office.page.getByRole('dialog', { name: '退回' }).getByRole('button', { name: '退回' }).click()
  await office.page.getByText('日期写错了').first().waitFor()
  await publisher.go(back)
  await page.getByText('日期写错了').first().waitFor()
  await press(publisher, '取消')
  await page.getByRole('dialog', { name: '取消群发' }).getByRole('textbox').fill('不用发了')
  await page.getByRole('dialog', { name: '取消群发' }).getByRole('button', { name: '取消群发' }).click()
  await page.getByText('已取消').first().waitFor()
  await seen(publisher, 'broadcast-cancelled')

  const mass = await submitted({ title: '合作医疗缴费', mass: true, audience: { to: 'households' }, rate: 50, content })
  await demo.phone('/faults', { mass_end: 'err(10001)' })
  await publisher.go(mass)
  await press(publisher, '发送')
  await page.getByRole('dialog', { name: '发送' }).getByRole('button', { name: '现在发' }).click()
  const again = page.getByRole('button', { name: '只重发没成的' })
  await again.waitFor()
  await demo.phone('/faults', {})
  await page.getByText('微信说涉嫌广告').first().waitFor()
  await counted('failed')
  await seen(publisher, 'broadcast-failed')
  await again.click()
  const arrived = async () => (await chat('h-010')).filter((m) => /合作医疗缴费/.test(m.content)).length
  await until('the second one arrives', arrived) // the first counted as accepted too, until WeChat said what became of it
  await counted('accepted')
  assert.equal(await arrived(), 1)
  office.quiet()
  publisher.quiet()
})
