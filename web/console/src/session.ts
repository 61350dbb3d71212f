// Who works here. The token lives as long as a tab of this browser has it: in a tab's own storage, and handed to a new tab
// by those that are open. Nothing is kept where it would outlive the last of them.
import { computed, reactive } from 'vue'
import { get, post, useToken } from './api/http'
import type { Me, Permission } from './api/types'

const KEY = 'bangfu-token'
const PATIENCE = 200 // milliseconds in which another tab answers

/** Why the log-in under a page has ended; empty while it holds. */
type Ended = '' | 'idle' | 'ended'

// Tests of what a page reckons run without a browser.
const storage = typeof sessionStorage === 'undefined' ? null : sessionStorage

const state = reactive({ token: storage?.getItem(KEY) ?? '', me: null as Me | null, ended: '' as Ended })

interface Note { ask?: boolean; token?: string; left?: string; renewed?: { who: string; token: string } }
const tabs = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('bangfu-session')
const tell = (n: Note) => tabs?.postMessage(n)

useToken(state.token, ended)

let again: { promise: Promise<boolean>; resolve: (same: boolean) => void } | null = null

// The page stays as it is under a curtain, and what was typed with it, until the same person has logged in again.
function ended(code: string, token: string): Promise<boolean> {
  if (state.token && state.token !== token) return Promise.resolve(true)
  keep('')
  if (!state.me) {
    if (!location.pathname.endsWith('/login')) location.assign(`/console/login?to=${encodeURIComponent(back())}${code === 'idle' ? '&idle=1' : ''}`)
    return Promise.resolve(false)
  }
  state.ended = code === 'idle' ? 'idle' : 'ended'
  if (!again) {
    let resolve!: (same: boolean) => void
    again = { promise: new Promise<boolean>((r) => { resolve = r }), resolve }
  }
  return again.promise
}

const back = () => location.pathname.replace('/console', '') + location.search

function keep(token: string) {
  state.token = token
  if (token) storage?.setItem(KEY, token)
  else storage?.removeItem(KEY)
  useToken(token, ended)
}

/** The log-in has begun anew, here or in another tab. */
function resume(token: string) {
  keep(token)
  state.ended = ''
  again?.resolve(true)
  again = null
}

tabs?.addEventListener('message', ({ data }: MessageEvent<Note>) => {
  if (data.ask && state.token) tell({ token: state.token })
  if (data.left && data.left === state.token) gone()
  if (data.renewed && state.ended && data.renewed.who === state.me?.id) resume(data.renewed.token)
})

function gone() {
  keep('')
  state.me = null
  location.assign('/console/login')
}

/** Resolves when it is known whether another tab has a log-in to share. */
export const shared: Promise<void> = state.token || !tabs ? Promise.resolve() : new Promise((done) => {
  const take = ({ data }: MessageEvent<Note>) => {
    if (data.token && !state.token) keep(data.token)
    if (data.token) done()
  }
  tabs.addEventListener('message', take)
  tell({ ask: true })
  setTimeout(() => {
    tabs.removeEventListener('message', take)
    done()
  }, PATIENCE)
})

export const me = computed(() => state.me)
export const today = computed(() => state.me?.today ?? '')
export const loggedIn = computed(() => state.token !== '')
export const logInEnded = computed(() => state.ended)

/** What has to be done before anything else: a password of one's own, a second factor, or both. */
export const mustFirst = computed(() => !!state.me && (state.me.must_change_password || state.me.must_enrol_totp))

export const can = (p: Permission): boolean => state.me?.permissions.includes(p) ?? false

/** Logs in. Over a page whose log-in has ended only its own person goes on with it; for another the console begins anew. */
export async function logIn(name: string, password: string, code: string): Promise<void> {
  const { token } = await post<{ token: string }>('/login', { name, password, ...(code ? { code } : {}) })
  const before = state.ended ? state.me?.id : undefined
  keep(token)
  await readMe()
  if (before === undefined) return
  if (before !== state.me?.id) {
    location.assign('/console/')
    return
  }
  resume(token)
  tell({ renewed: { who: before, token } })
}

export async function readMe(): Promise<Me> {
  state.me = await get<Me>('/me')
  return state.me
}

export async function logOut(): Promise<void> {
  const token = state.token
  await post('/logout').catch(() => undefined)
  tell({ left: token })
  gone()
}
