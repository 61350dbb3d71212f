// A Chromium that lets nothing out: whatever a page asks of another origin, or complains about, fails the test.
import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, selectors } from 'playwright-core'
import { bootDemo, password, patience } from './demo.mjs'

selectors.setTestIdAttribute('data-test')
const shots = process.env.SHOTS ?? join(import.meta.dirname, '../../artefacts/screenshots')
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

export async function openBrowser() {
  const profile = await mkdtemp(join(tmpdir(), 'bangfu-chromium-'))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, viewport: { width: 1366, height: 768 }, locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai', reducedMotion: 'reduce', acceptDownloads: true, timeout: patience,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  })
  context.setDefaultTimeout(patience)
  await mkdir(shots, { recursive: true })
  return { context, close: async () => { await context.close(); await rm(profile, { recursive: true, force: true }) } }
}

/** A demo and a browser with what prepare makes of them. All of it is closed again when that fails. */
export async function openDemo(prepare, boot = bootDemo) {
  const [demo, browser] = await Promise.all([boot(), openBrowser()])
  const close = async () => {
    await browser.close()
    await demo.stop()
  }
  try {
    return { demo, browser, close, ...(await prepare(demo, browser)) }
  } catch (e) {
    await close()
    throw e
  }
}

/** Types what somebody knows of a household into a chooser, and takes the first that is found. */
export async function chooseHousehold(scope, typed, label = '哪一户') {
  const box = scope.getByRole('combobox', { name: label, exact: true })
  await box.click()
  await box.fill(typed)
  const option = scope.page().getByRole('option').filter({ visible: true }).filter({ hasText: new RegExp(typed.replace(/\D/g, '')) }).first()
  await option.click()
}

/** What a page says in English where it is no name: log-ins, what files are called, what the simulated account is. */
const names = /^(office|publisher|admin|secretary|finance|doctor|inspector|bangfu|xlsx?|csv|http|https|demo)$/

/** What a clerk should not read: half-width signs inside a Chinese sentence, and codes that nobody has translated. */
export function unwritten(text) {
  text = text.replace(/https?:\/\/\S+/g, '')
  const signs = text.match(/.{0,12}\p{Script=Han}[,.;:?!()] ?(?=\p{Script=Han}).{0,12}/gu) ?? []
  const codes = text.match(/\b(?:U-[a-z]+(?:-\w+)*|[A-Za-z][\w.-]*[/:][\w-]+|[a-z][a-z_.]{3,})/g) ?? []
  return [...signs, ...codes.filter((c) => !names.test(c) && !/^\w+\.(csv|xlsx|pdf|jpg|png)$/.test(c))]
}

/** A tab that watches itself. */
export class Desk {
  static async open(browser, demo) {
    const desk = new Desk()
    desk.demo = demo
    desk.page = await browser.context.newPage()
    desk.complaints = []
    desk.page.on('console', (m) => { if (m.type() === 'error' || m.type() === 'warning') desk.complaints.push(m.text()) })
    // A page is still when it has asked for nothing more for a moment; what is pushed to it stays open.
    desk.asking = new Set()
    desk.page.on('request', (r) => { if (!r.url().endsWith('/events')) desk.asking.add(r) })
    for (const end of ['requestfinished', 'requestfailed']) desk.page.on(end, (r) => desk.asking.delete(r))
    desk.page.on('pageerror', (e) => desk.complaints.push(String(e)))
    await desk.page.route((url) => !url.href.startsWith(demo.url) && !/^(data|blob):/.test(url.href), (route) => {
      desk.complaints.push(`asked another origin: ${route.request().url()}`)
      return route.abort()
    })
    return desk
  }

  /** A tab at which somebody has logged in. */
  static async of(browser, demo, name, secret) {
    const desk = await Desk.open(browser, demo)
    await desk.logIn(name, secret)
    await desk.settled()
    return desk
  }

  async logIn(name, secret = password) {
    await this.page.goto(`${this.demo.url}/console/login`)
    await this.page.getByRole('textbox', { name: '登录名' }).fill(name)
    await this.page.getByRole('textbox', { name: '密码' }).fill(secret)
    await this.page.getByRole('button', { name: '登录' }).click()
    await this.page.waitForURL((url) => !url.pathname.endsWith('/login'))
  }

  /** Opens every group of the menu. */
  async unfold() {
    const closed = this.page.getByRole('navigation', { name: '主菜单' }).getByRole('button', { expanded: false })
    while (await closed.count()) await closed.first().click()
  }

  /** Opens a page of the console and waits until it has what it reads. */
  async go(path) {
    await this.page.bringToFront() // a browser lets tabs behind others wait
    await this.page.goto(`${this.demo.url}/console${path}`)
    await this.settled()
  }

  async settled() {
    await this.page.getByRole('heading', { level: 1 }).first().waitFor()
    await this.still()
  }

  async still() {
    for (let calm = 0; calm < 3; ) {
      await this.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 15))))
      calm = this.asking.size ? 0 : calm + 1
    }
  }

  async shot(name) {
    await this.page.screenshot({ path: join(shots, `${name}.png`) })
  }

  /** Nothing on the page as it stands is half-width in Chinese or a code. */
  async reads(name = this.page.url()) {
    const found = unwritten(await this.page.evaluate(() => document.body.innerText))
    assert.deepEqual(found, [], `words on ${name}`)
  }

  /** WCAG A and AA by axe, over the whole page as it stands; and its words. */
  async axe(name) {
    await this.reads(name)
    await this.page.evaluate(axe)
    const found = await this.page.evaluate(async () => {
      const { violations } = await window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })
      return violations.map((v) => `${v.id}: ${v.help}\n    ${v.nodes.slice(0, 4).map((n) => n.html.slice(0, 200) + ' — ' + (n.any[0]?.message ?? n.all[0]?.message ?? n.none[0]?.message ?? '')).join('\n    ')}`)
    })
    assert.deepEqual(found, [], `axe on ${name}`)
  }

  /** The page as it stands: a picture of it, accessible, without complaints. */
  async seen(name) {
    await this.still()
    await this.shot(name)
    await this.axe(name)
    this.quiet()
  }

  /** Nothing went wrong but what the test says it expects: the browser itself reports refused requests as errors. */
  quiet(...expected) {
    const left = this.complaints.filter((c) => !expected.some((e) => c.includes(e)))
    this.complaints = []
    assert.deepEqual(left, [], 'console errors')
  }

  async close() {
    await this.page.close()
  }
}
