// Boots the demo with a data folder of its own, and speaks to the simulated phone as people's hands would.
import { spawn } from 'node:child_process'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const password = 'bangfu-demo'
/** How long anything may take before it counts as never: a guard against hanging, not a measure of this machine. */
export const patience = 15 * 60 * 1000
const binary = process.env.BANGFU ?? join(import.meta.dirname, '../../bin/bangfu')
/** The data folder of a demo that was made for all files of a run; without it each makes its own, which is dear. */
const farm = process.env.FARM_DIR

/** A demo as somebody gets it who types the command for the first time: on its own first day. */
export const bootFresh = () => bootDemo({ CLOCK_START: '' })

export async function bootDemo(more = {}) {
  const dir = await mkdtemp(join(tmpdir(), 'bangfu-e2e-'))
  if (farm && !('CLOCK_START' in more)) await cp(farm, join(dir, 'data'), { recursive: true })
  const demo = await bootIn(join(dir, 'data'), more)
  const { stop } = demo
  demo.stop = async () => {
    await stop()
    await rm(dir, { recursive: true, force: true })
  }
  return demo
}

/**
 * Boots the demo on a data folder, today: what people typed for its own days would be tried at one time of its life only.
 * The kernel picks its ports, and it says which in its invitation.
 */
export async function bootIn(dataDir, more = {}) {
  const env = { ...process.env, DATA_DIR: dataDir, HTTP_ADDR: '127.0.0.1:0', WXSIM_ADDR: '127.0.0.1:0', METRICS_ADDR: '127.0.0.1:0', PATIENCE: '250', CLOCK_START: new Date().toISOString(), ...more }
  const child = spawn(binary, ['demo'], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let out = ''
  // A file of tests that runs out of time is told to end; without this the demo would keep it, and whoever waits for it.
  process.once('SIGTERM', () => {
    child.kill('SIGTERM')
    process.exit(1)
  })
  child.stdout.on('data', (b) => (out += b))
  child.stderr.on('data', (b) => (out += b))
  const stop = async () => {
    child.kill('SIGTERM')
    await new Promise((done) => (child.exitCode === null ? child.once('exit', done) : done()))
  }
  try {
    const [sim, url] = await until('the demo says where it is', () => {
      if (child.exitCode !== null) throw new Error(`the demo ended:\n${out}`)
      const said = /手机模拟页\s+(\S+)\/\s[\s\S]*接口说明\s+(\S+)\/docs\s/.exec(out)
      return said?.slice(1)
    })
    const demo = new Demo(url, sim)
    demo.stop = stop
    await until('the demo is ready', async () => (await fetch(`${url}/readyz`).catch(() => null))?.ok)
    return demo
  } catch (e) {
    await stop()
    throw e
  }
}

/** Waits until a question has a true answer. */
export async function until(what, ask) {
  const end = Date.now() + patience
  for (;;) {
    const answer = await ask()
    if (answer) return answer
    if (Date.now() > end) throw new Error(`waited in vain: ${what}`)
    await new Promise((done) => setTimeout(done, 50))
  }
}

class Demo {
  constructor(url, sim) {
    this.url = url
    this.sim = sim
  }

  async phone(path, body) {
    const answer = await fetch(`${this.sim}/sim${path}`, body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return answer.json()
  }

  /** Sends a text from somebody's phone and gives back the answer in the chat. */
  async say(person, content) {
    return (await this.phone(`/users/${person}/text`, { content })).reply?.content ?? ''
  }

  /** The second person who confirms the posts of a new log-in. */
  async confirmPosts(id) {
    const { posts } = await this.staff('admin', 'GET', '/post-proposals')
    for (const p of posts.filter((x) => x.id === id)) {
      await this.staff('admin', 'POST', `/staff/${id}/posts/confirm`, { rev: p.rev, duty: p.duty, unit_id: p.unit_id })
    }
  }

  /** The office's own API, for what a test only needs to be there. */
  async staff(name, method, path, body) {
    this.tokens ??= {}
    if (!this.tokens[name]) {
      const answer = await fetch(`${this.url}/staff/v1/login`, { method: 'POST', headers: json, body: JSON.stringify({ name, password }) })
      this.tokens[name] = (await answer.json()).token
    }
    const answer = await fetch(`${this.url}/staff/v1${path}`, {
      method, headers: { ...json, Authorization: `Bearer ${this.tokens[name]}` }, body: body && JSON.stringify(body),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
    return text ? JSON.parse(text) : null
  }
}

const json = { 'Content-Type': 'application/json' }
