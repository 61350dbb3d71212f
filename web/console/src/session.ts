// Who works here. The token lives as long as the tab does.
import { computed, reactive } from 'vue'
import { get, post, useToken } from './api/http'
import type { Me, Permission } from './api/types'

const KEY = 'bangfu-token'

const state = reactive({ token: sessionStorage.getItem(KEY) ?? '', me: null as Me | null })

useToken(state.token, forget)

function forget(code: string) {
  keep('')
  state.me = null
  const idle = code === 'idle' ? '&idle=1' : ''
  if (!location.pathname.endsWith('/login')) location.assign(`/console/login?to=${encodeURIComponent(back())}${idle}`)
}

const back = () => location.pathname.replace('/console', '') + location.search

function keep(token: string) {
  state.token = token
  if (token) sessionStorage.setItem(KEY, token)
  else sessionStorage.removeItem(KEY)
  useToken(token, forget)
}

export const me = computed(() => state.me)
export const today = computed(() => state.me?.today ?? '')
export const loggedIn = computed(() => state.token !== '')

/** What has to be done before anything else: a password of one's own, a second factor, or both. */
export const mustFirst = computed(() => !!state.me && (state.me.must_change_password || state.me.must_enrol_totp))

export const can = (p: Permission): boolean => state.me?.permissions.includes(p) ?? false

export async function logIn(name: string, password: string, code: string): Promise<void> {
  const answer = await post<{ token: string }>('/login', { name, password, ...(code ? { code } : {}) })
  keep(answer.token)
  await readMe()
}

export async function readMe(): Promise<Me> {
  state.me = await get<Me>('/me')
  return state.me
}

export async function logOut(): Promise<void> {
  await post('/logout').catch(() => undefined)
  keep('')
  location.assign('/console/login')
}
