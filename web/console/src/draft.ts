// Drafts of long forms: what was written comes back after a reload or a crash, to the same person in this browser. What is
// sensitive is never kept; a browser that allows no storage keeps nothing.
import { onScopeDispose, ref, watch } from 'vue'
import { me } from './session'

const PREFIX = 'bangfu-draft/'
const WEEK = 7 * 24 * 3600 * 1000

const storage = (): Storage | null => {
  try {
    return window.localStorage
  } catch {
    return null
  }
}

/** What a draft keeps of a form: all but the sensitive fields. */
export const kept = <T extends object>(form: T, without: readonly (keyof T)[]): Partial<T> =>
  Object.fromEntries(Object.entries(form).filter(([key]) => !without.includes(key as keyof T))) as Partial<T>

/**
 * A draft of the form under a name. begin, called when the form has what it begins with, brings back what was written
 * before (restored says so) and keeps what is written from then on; drop takes it away; done is for when it is saved.
 */
export function useDraft<T extends object>(form: T, without: (keyof T)[] = []) {
  const restored = ref(false)
  let key = ''
  let fresh = ''
  let stop = () => {}
  const now = () => JSON.stringify(kept(form, without))

  function begin(name: string) {
    stop()
    key = `${PREFIX}${me.value?.id ?? ''}/${name}`
    fresh = now()
    const before = read(key)
    if (before) Object.assign(form, before)
    restored.value = before !== null && now() !== fresh
    stop = watch(now, (text) => (text === fresh ? storage()?.removeItem(key) : write(key, text)))
  }
  function done() {
    stop()
    storage()?.removeItem(key)
    restored.value = false
  }
  function drop() {
    Object.assign(form, JSON.parse(fresh))
    storage()?.removeItem(key)
    restored.value = false
  }
  onScopeDispose(() => stop())
  return { restored, begin, done, drop }
}

function read(key: string): object | null {
  try {
    const { at, form } = JSON.parse(storage()?.getItem(key) ?? 'null') ?? {}
    return form && Date.now() - at < WEEK ? JSON.parse(form) : null
  } catch {
    return null // not ours, or of an older version
  }
}

function write(key: string, form: string) {
  try {
    storage()?.setItem(key, JSON.stringify({ at: Date.now(), form }))
  } catch { /* full, or not allowed: then there is no draft */ }
}
