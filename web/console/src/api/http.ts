// The one way to the server: JSON in, JSON out, every failure a Problem with a sentence for the person.

import { chinese } from '../chinese'
import { unattended } from '../presence'

export interface Reason { code: string; detail: string }
export interface FieldError { location: string; message: string }

export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly reasons: Reason[] = [],
    readonly errors: FieldError[] = [],
    readonly requestId = '',
  ) {
    super(code)
  }

  /** What the person can do about it. */
  get advice(): string {
    if (this.code === 'changed_meanwhile') return '别人刚改过。请重新打开，看过现在的内容再改；您填的没有存。'
    if (this.code === 'key_used') return '刚才那一次其实已经记上了，和现在填的不一样。请关掉这里，到列表里看那一笔，不要再记。'
    if (this.code === 'network') return '请看看网络是不是断了，再试一次。'
    if (this.code === 'not_your_duty') return '需要办这件事的话，请找系统管理员调整岗位。'
    if (this.code === 'not_your_unit') return '您的岗位只管一部分单位；要看、要办全场的，请找系统管理员调整岗位。'
    if (this.status === 404) return '可能已经改了号、并了户，或者不在您管的单位里。'
    if (this.status === 429) return '请过几分钟再试。'
    if (this.status >= 500) return `请过一会儿再试；还不行，请把编号 ${this.requestId || '（无）'} 告诉系统管理员。`
    return ''
  }

  /** A route that this server does not have (yet). */
  get noSuchRoute(): boolean {
    return this.code === 'no_such_page' || this.code === 'method_not_allowed'
  }
}

type Query = Record<string, string | number | boolean | string[] | undefined>

export interface Options { query?: Query; body?: unknown; raw?: Blob; signal?: AbortSignal }

let token = ''
let onLoggedOut: LoggedOut = () => Promise.resolve(false)

/**
 * What to do when the log-in of a token has ended: code says why. Resolves to true when the same person has logged in
 * again, and what was asked is asked again: nothing was done of it.
 */
export type LoggedOut = (code: string, token: string) => Promise<boolean>

/** The token of a log-in. */
export function useToken(value: string, loggedOut: LoggedOut) {
  token = value
  onLoggedOut = loggedOut
}

function address(path: string, query: Query = {}): string {
  const q = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) {
    if (Array.isArray(value)) {
      if (value.length) q.set(key, value.join(','))
    } else if (value !== undefined && value !== '' && value !== false) q.set(key, String(value))
  }
  const s = q.toString()
  return '/staff/v1' + path + (s ? '?' + s : '')
}

async function send(method: string, path: string, o: Options): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json' }
  if (token) headers.Authorization = `Bearer ${token}`
  if (unattended()) headers['X-Unattended'] = '1'
  let body: BodyInit | undefined
  if (o.raw) {
    headers['Content-Type'] = 'application/octet-stream'
    body = o.raw
  } else if (o.body !== undefined) {
    headers['Content-Type'] = 'application/json'
    body = JSON.stringify(o.body)
  }
  const mine = token
  let answer: Response
  try {
    answer = await fetch(address(path, o.query), { method, headers, body, signal: o.signal, cache: 'no-store' })
  } catch (e) {
    if (e instanceof DOMException && e.name === 'AbortError') throw e
    throw new Problem(0, 'network', '连不上服务器。')
  }
  if (answer.ok) return answer
  const problem = await problemOf(answer)
  if (answer.status === 401 && mine && (await onLoggedOut(problem.code, mine))) return send(method, path, o)
  throw problem
}

async function problemOf(answer: Response): Promise<Problem> {
  const id = answer.headers.get('X-Request-Id') ?? ''
  const p = await answer.json().catch(() => ({}))
  const reasons = ((p.reasons ?? []) as Reason[]).map((r) => ({ ...r, detail: chinese(r.detail) }))
  const errors = ((p.errors ?? []) as FieldError[]).map((e) => ({ ...e, message: chinese(e.message) }))
  return new Problem(answer.status, p.code ?? 'unknown', chinese(p.detail ?? '系统没有回答清楚。'), reasons, errors, id)
}

// The server's own words, by where they stand: sentences, what a rule says, who did something, how a sum came about.
const itsWords = new Set(['sentence', 'says', 'shown', 'change', 'who', 'by', 'steps', 'checks', 'alarms', 'differences'])

/** What the server calls things by is written as the page writes; what people have written stays as it is. */
function asWritten(key: string, value: unknown): unknown {
  if (!key.endsWith('_label') && !itsWords.has(key)) return value
  if (Array.isArray(value)) return value.map((v) => (typeof v === 'string' ? chinese(v) : v))
  return typeof value === 'string' ? chinese(value) : value
}

export async function call<T>(method: string, path: string, o: Options = {}): Promise<T> {
  const answer = await send(method, path, o)
  return answer.status === 204 ? (undefined as T) : (JSON.parse(await answer.text(), asWritten) as T)
}

export const get = <T>(path: string, query?: Query, signal?: AbortSignal) => call<T>('GET', path, { query, signal })
export const post = <T>(path: string, body: unknown = {}) => call<T>('POST', path, { body })
export const put = <T>(path: string, body: unknown) => call<T>('PUT', path, { body })
export const remove = (path: string, body?: unknown) => call<void>('DELETE', path, { body })

/** An answer that is text for people, such as an article to be pasted elsewhere. */
export const getText = async (path: string, signal?: AbortSignal): Promise<string> => (await send('GET', path, { signal })).text()

/** What the server pushes, until it ends. (An EventSource cannot carry the token.) */
export async function* events<T>(path: string, signal: AbortSignal): AsyncGenerator<T> {
  const reader = (await send('GET', path, { signal })).body!.pipeThrough(new TextDecoderStream()).getReader()
  for (let rest = ''; ; ) {
    const { done, value } = await reader.read().catch((e) => {
      if (signal.aborted) throw e
      throw new Problem(0, 'network', '连不上服务器。')
    })
    if (done) return
    const { data, left } = eventsIn(rest + value)
    rest = left
    for (const one of data) yield JSON.parse(one) as T
  }
}

/** The data of the whole events of a stream so far, and what is left of one that has not come whole. */
export function eventsIn(stream: string): { data: string[]; left: string } {
  const parts = stream.replaceAll('\r\n', '\n').split('\n\n')
  const left = parts.pop()!
  const data = parts.map((e) => e.split('\n').filter((l) => l.startsWith('data:')).map((l) => l.slice(5).trimStart()).join('\n'))
  return { data: data.filter(Boolean), left }
}

/** Saves an answer as a file under the name that the server gives it. */
export async function download(path: string, query?: Query): Promise<string> {
  const answer = await send('GET', path, { query })
  const name = fileName(answer.headers.get('Content-Disposition') ?? '')
  const url = URL.createObjectURL(await answer.blob())
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
  return name
}

export function fileName(disposition: string): string {
  const found = /filename\*=UTF-8''([^;]+)/.exec(disposition)
  return found ? decodeURIComponent(found[1]) : 'bangfu.xlsx'
}
