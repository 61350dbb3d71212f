// Boots the demo on free ports with a data folder of its own, and speaks to the simulated phone as people's hands would.
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const password = 'bangfu-demo'
const binary = process.env.BANGFU ?? join(import.meta.dirname, '../../bin/bangfu')

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((done) => server.once('listening', done))
  const { port } = server.address()
  await new Promise((done) => server.close(done))
  return port
}

export async function bootDemo() {
  const [http, sim, metrics] = await Promise.all([freePort(), freePort(), freePort()])
  const dir = await mkdtemp(join(tmpdir(), 'bangfu-e2e-'))
  const env = {
    ...process.env, DATA_DIR: join(dir, 'data'), HTTP_ADDR: `127.0.0.1:${http}`, WXSIM_ADDR: `127.0.0.1:${sim}`, METRICS_ADDR: `127.0.0.1:${metrics}`,
  }
  const child = spawn(binary, ['demo'], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let out = ''
  // A file of tests that runs out of time is told to end; without this the demo would keep it, and whoever waits for it.
  process.once('SIGTERM', () => {
    child.kill('SIGTERM')
    process.exit(1)
  })
  child.stdout.on('data', (b) => (out += b))
  child.stderr.on('data', (b) => (out += b))
  const demo = new Demo(`http://127.0.0.1:${http}`, `http://127.0.0.1:${sim}`)
  demo.stop = async () => {
    child.kill('SIGTERM')
    await new Promise((done) => (child.exitCode === null ? child.once('exit', done) : done()))
    await rm(dir, { recursive: true, force: true })
  }
  try {
    await until('the demo is ready', async () => {
      if (child.exitCode !== null) throw new Error(`the demo ended:\n${out}`)
      return (await fetch(`${demo.url}/readyz`).catch(() => null))?.ok
    }, 60000)
  } catch (e) {
    await demo.stop()
    throw e
  }
  return demo
}

/** Waits until a question has a true answer. */
export async function until(what, ask, patience = 20000) {
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
