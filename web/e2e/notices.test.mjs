// What the office tells people: a notice that the bot finds, and broadcasts with a second pair of eyes.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { until } from './demo.mjs'
import { approveNotice, fill, openOutreach, press, seen } from './outreach.mjs'

let desks, demo, browser, publisher, office

before(async () => {
  desks = await openOutreach()
  ;({ demo, browser, publisher, office } = desks)
  demo.today = desks.today
})
after(() => desks?.close())

const chat = async (person) => (await demo.phone(`/users/${person}/messages`)).messages.filter((m) => m.from === 'account')

test('a notice: written, published, found by the bot, and more households know', async () => {
  const { page } = publisher
  await publisher.go('/notices/new')
  await fill(publisher, '标题', '高龄津贴发放办法')
  await fill(publisher, '大白话', '满80岁的老人每月有100元高龄津贴,找社区登记。')
  await fill(publisher, '全文', '第一条 年满八十周岁的老人,每月发放高龄津贴一百元。')
  await fill(publisher, '关键词', '津贴 老人')
  await press(publisher, '加一个')
  await fill(publisher, '第1个附件的名字', '登记表')
  await fill(publisher, '第1个附件的网址', 'http://example.com/form')
  assert.ok(await page.getByRole('button', { name: '存下' }).isDisabled(), 'an address that is not https')
  await fill(publisher, '第1个附件的网址', 'https://example.com/form')
  await seen(publisher, 'notice-editor')
  await press(publisher, '存下')
  await page.getByRole('heading', { name: '高龄津贴发放办法' }).waitFor()
  assert.doesNotMatch(await demo.say('h-003', '政策 津贴'), /高龄津贴发放办法/)
  assert.equal(await page.getByRole('button', { name: '发布', exact: true }).count(), 0)
  await approveNotice(desks)
  await press(publisher, '发布')
  const rate = page.getByTestId('rate')
  await rate.waitFor()
  assert.equal(await rate.innerText(), '0%')

  assert.match(await demo.say('h-003', '政策 津贴'), /1.*高龄津贴发放办法/s)
  assert.match(await demo.say('h-003', '1'), /满80岁的老人每月有100元/)
  await publisher.go(new URL(page.url()).pathname.replace('/console', ''))
  assert.equal(await rate.innerText(), '2%')
  await page.getByRole('button', { name: 'H-004走访时告诉了' }).click()
  await until('told at a visit counts', async () => (await rate.innerText()) === '5%')
  await page.getByText('自己在微信里看的1户,走访时告诉的1户').waitFor()
  assert.equal(await page.getByRole('button', { name: /走访时告诉了/ }).count(), 34)
  await seen(publisher, 'notice')

  // A new version is not seen before it is published; the first one is kept.
  await page.getByRole('link', { name: '写新一版' }).click()
  await fill(publisher, '大白话', '满80岁的老人每月有150元高龄津贴,找社区登记。')
  await press(publisher, '存下')
  await page.getByText('下面是改过的,还没有发布;户里看到的还是第1版').waitFor()
  await demo.say('h-005', '政策 津贴')
  assert.match(await demo.say('h-005', '1'), /每月有100元/)
  await approveNotice(desks)
  await press(publisher, '发布第2版')
  await page.getByText(/^第2版,/).waitFor()
  await demo.say('h-005', '政策 津贴')
  assert.match(await demo.say('h-005', '1'), /每月有150元/)
  await publisher.go('/notices?show=open')
  await page.getByRole('link', { name: '高龄津贴发放办法' }).waitFor()
  await seen(publisher, 'notices-open')
  publisher.quiet()
})

test('a broadcast: checked while typing, approved by a second person, live, arrived', async () => {
  const { page } = publisher
  await publisher.go('/notices')
  await page.getByRole('link', { name: '高龄津贴发放办法' }).click()
  await page.getByRole('link', { name: '群发告诉大家' }).click()
  await page.getByRole('heading', { name: '写群发' }).waitFor()
  await publisher.still()
  assert.equal(await page.getByRole('textbox', { name: '标题' }).inputValue(), '高龄津贴发放办法')
  await page.getByText('干部', { exact: true }).first().click() // to cadres: 110 of them
  await fill(publisher, '事项', '高龄津贴从下个月起提高到每人每月一百五十元')
  await page.getByText('微信最多收20个').waitFor()
  await page.getByText('21/20').waitFor()
  const save = page.getByRole('button', { name: '存草稿,看名单' })
  assert.ok(await save.isDisabled())
  await fill(publisher, '事项', '高龄津贴提高')
  await fill(publisher, '说明', '请告诉您帮的户,')
  await page.getByRole('textbox', { name: '说明' }).press('End')
  await page.getByRole('group', { name: '插入变量' }).getByRole('button', { name: '{姓名}' }).click()
  assert.equal(await page.getByRole('textbox', { name: '说明' }).inputValue(), '请告诉您帮的户,{姓名}')
  await page.getByRole('combobox', { name: '日期', exact: true }).fill('2018年1月5日')
  await page.getByRole('combobox', { name: '日期', exact: true }).press('Enter')
  await fill(publisher, '不发给的编号', 'c-001')
  await page.getByRole('region', { name: '手机上的样子' }).getByText('请告诉您帮的户,王**').waitFor()
  await seen(publisher, 'composer')
  await save.click()

  await page.getByRole('heading', { name: '现在发会怎样' }).waitFor()
  await page.getByRole('button', { name: /^109\s*现在发得到/ }).waitFor()
  await page.getByText('超过50人,要由另一个人批准').waitFor()
  await page.getByRole('button', { name: '看手机 C-005' }).click()
  const phone = page.getByRole('region', { name: '手机上的样子' })
  assert.doesNotMatch(await phone.innerText(), /王\*\*/)
  await seen(publisher, 'broadcast-preview')
  await press(publisher, '试发给自己')
  await until('the test arrives', async () => (await chat('c-110')).some((m) => /高龄津贴提高/.test(m.content)))
  await press(publisher, '提交')
  await page.getByText('等另一个人批准。').waitFor()
  assert.equal(await page.getByRole('button', { name: '批准', exact: true }).count(), 0)

  // The second person finds it on the day's page.
  await office.go('/')
  await office.page.getByRole('listitem').filter({ hasText: '等另一个人批准:高龄津贴发放办法' }).getByRole('link').click()
  await office.page.getByText('等您批准').waitFor()
  await seen(office, 'broadcast-approve')
  await press(office, '批准')
  await office.page.getByRole('button', { name: '发送', exact: true }).waitFor()
  office.quiet()

  // Slow enough to be watched, paused and gone on with.
  await demo.phone('/faults', { slow_ms: 100 })
  await publisher.go(new URL(page.url()).pathname.replace('/console', ''))
  await press(publisher, '发送')
  const dialog = page.getByRole('dialog', { name: '发送' })
  await seen(publisher, 'broadcast-send')
  await dialog.getByRole('button', { name: '现在发' }).click()
  await page.getByRole('heading', { name: '发到哪里了' }).waitFor()
  await office.page.reload() // the second person watches, too
  await page.bringToFront()
  await office.page.getByRole('heading', { name: '发到哪里了' }).waitFor()
  await until('everybody has it', async () => (await page.getByTestId('count-accepted').textContent().catch(() => '')) === '109', 60000)
  await page.getByText('已发完').waitFor()
  await office.page.getByText('已发完').waitFor() // pushed: nobody touched this page since
  await demo.phone('/faults', {})
  await page.getByRole('region', { name: '每个人的结果' }).getByRole('row').nth(50).waitFor()
  await seen(publisher, 'broadcast-finished')
  const got = await chat('c-005')
  assert.equal(got.filter((m) => /高龄津贴提高/.test(m.content)).length, 1)
  assert.equal((await chat('c-001')).filter((m) => /高龄津贴提高/.test(m.content)).length, 0)
  const [file] = await Promise.all([page.waitForEvent('download'), press(publisher, '导出结果')])
  assert.match(file.suggestedFilename(), /^B-.*\.csv$/)
  await publisher.go('/broadcasts')
  await page.getByRole('row', { name: /高龄津贴发放办法.*已发完/ }).waitFor()
  publisher.quiet()
  office.quiet()
})

test('a broadcast that stops: paused with its reason, gone on with, cancelled, and its times', async () => {
  const { page } = publisher
  const draft = {
    title: '到户通知', audience: { to: 'households' }, by_hand: true, rate: 4,
    content: { about: '春节慰问', when: '2018年1月5日', more: '户号{户号}', text: '{户主}家,您好:春节慰问品到社区领。' },
  }
  const made = await demo.staff('publisher', 'POST', '/broadcasts', draft)
  for (const step of ['test', 'submit']) await demo.staff('publisher', 'POST', `/broadcasts/${made.id}/${step}`, {})
  await publisher.go(`/broadcasts/${made.id}`)
  await page.getByText('批准了,还没有发').waitFor() // 36 need no second person
  await press(publisher, '发送')
  const dialog = page.getByRole('dialog', { name: '发送' })
  await dialog.getByText('定个时间发').click()
  await dialog.getByRole('combobox', { name: '北京时间' }).fill(`${demo.today} 18:00`)
  await dialog.getByRole('combobox', { name: '北京时间' }).press('Enter')
  await dialog.getByRole('button', { name: '到时候发' }).click()
  await page.getByText(`定在 ${demo.today} 18:00(北京时间)发`).waitFor()
  await seen(publisher, 'broadcast-scheduled')
  await demo.phone('/clock', { to: `${demo.today}T10:05:00Z` })
  await page.getByRole('button', { name: '暂停', exact: true }).waitFor({ timeout: 30000 })
  await press(publisher, '暂停')
  await page.getByRole('dialog').getByRole('textbox').fill('社区说东西还没到')
  await page.getByRole('dialog').getByRole('button', { name: '暂停' }).click()
  await page.getByText('社区说东西还没到').first().waitFor()
  await page.getByRole('button', { name: '接着发', exact: true }).waitFor()
  await seen(publisher, 'broadcast-paused')
  await press(publisher, '接着发')
  await until('everybody has it', async () => (await page.getByTestId('count-accepted').textContent().catch(() => '')) === '36', 60000)
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
  await again.waitFor({ timeout: 30000 })
  await demo.phone('/faults', {})
  await page.getByText('微信说涉嫌广告').first().waitFor()
  await seen(publisher, 'broadcast-failed')
  await again.click()
  await until('everybody has it', async () => (await page.getByTestId('count-accepted').textContent().catch(() => '')) === '36', 30000)
  assert.equal((await chat('h-010')).filter((m) => /合作医疗缴费/.test(m.content)).length, 1)
  office.quiet()
  publisher.quiet()
})
