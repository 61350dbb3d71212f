// A page in a document, over a server of a few answers: for tests of what somebody sees and does.
import { createApp, nextTick, type Component } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import { vi } from 'vitest'
import { readMe } from './session'

export interface Asked { method: string; path: string; body: never }
/** What the server says to a request; undefined for one that never ends. */
export type Server = (asked: Asked) => unknown

/** An answer that refuses. */
export class Refusal {
  constructor(readonly status: number, readonly code: string, readonly detail = '不行') {}
}

const me = { id: 'one', name: '办公室', posts: [], permissions: ['households.read', 'households.write', 'programmes.write', 'notices.write', 'staff.manage', 'applications.read'], today: '2018-03-01' }

/** Mounts a component for somebody of the office; path is where, by the pattern that the page has in the console. */
export async function mounted(component: Component, server: Server, { path = '/', pattern, props = {} }: { path?: string; pattern?: string; props?: object } = {}) {
  const asked: Asked[] = []
  const answer = (a: Asked) => (a.path === '/me' ? me : a.path === '/units' ? { units: [] } : a.path === '/cadres' ? { cadres: [] } : server(a))
  vi.stubGlobal('fetch', async (url: string, o: { method: string; body?: string }) => {
    const a: Asked = { method: o.method, path: url.replace('/staff/v1', ''), body: JSON.parse(o.body ?? 'null') as never }
    asked.push(a)
    const said = answer(a)
    if (said === undefined) return new Promise(() => {})
    return said instanceof Refusal
      ? new Response(JSON.stringify({ code: said.code, detail: said.detail }), { status: said.status })
      : new Response(JSON.stringify(said), { status: 200 })
  })
  await readMe()
  const routes = [{ path: pattern ?? path, component }, { path: '/:any(.*)*', component: { render: () => null } }]
  const router = createRouter({ history: createMemoryHistory(), routes })
  await router.push(path)
  document.body.innerHTML = '<div></div>'
  const app = createApp(component, { ...props })
  app.use(router).mount(document.body.firstElementChild!)
  const page = {
    asked, router, text: () => document.body.textContent ?? '',
    /** Waits for what was asked, and for what came of it to stand on the page. */
    async still() { for (let i = 0; i < 5; i++) { await new Promise((done) => setTimeout(done)); await nextTick() } },
    field: (label: string) => document.querySelector<HTMLInputElement>(`input[aria-label="${label}"], textarea[aria-label="${label}"]`)!,
    async type(label: string, text: string) {
      const f = page.field(label)
      f.value = text
      f.dispatchEvent(new Event('input'))
      await nextTick()
    },
    async click(text: string) {
      const button = [...document.querySelectorAll<HTMLButtonElement>('button')].find((b) => b.textContent?.trim() === text)
      if (!button) throw new Error(`no button ${text} on: ${page.text()}`)
      button.click()
      await page.still()
    },
    async submit() {
      document.querySelector('form')!.dispatchEvent(new Event('submit'))
      await page.still()
    },
    /** The value in a row of the two versions, theirs or mine. */
    async pick(title: string, which: 'theirs' | 'mine') {
      const row = [...document.querySelectorAll('tr')].find((r) => r.querySelector('th[scope=row]')?.textContent === title)!
      row.querySelectorAll<HTMLInputElement>('input[type=radio]')[which === 'theirs' ? 0 : 1].click()
      await nextTick()
    },
    sent: (method: string) => asked.filter((a) => a.method === method),
    end: () => app.unmount(),
  }
  await page.still()
  return page
}
