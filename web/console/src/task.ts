import { computed, onUnmounted, ref, shallowRef, type Ref } from 'vue'
import { Problem } from './api/http'

export function problemOf(e: unknown): Problem {
  return e instanceof Problem ? e : new Problem(0, 'page', '页面出错了。', [], [], e instanceof Error ? e.message : '')
}

/** One thing that a person asks for: whether it is under way, and what went wrong last. */
export function useTask() {
  const busy = ref(false)
  const trouble = shallowRef<Problem | null>(null)
  async function run<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (busy.value) return undefined
    busy.value = true
    trouble.value = null
    try {
      return await work()
    } catch (e) {
      trouble.value = problemOf(e)
      return undefined
    } finally {
      busy.value = false
    }
  }
  return { busy, trouble, run }
}

/** What a list shows of how its reading goes. */
export interface Reading {
  readonly busy: Readonly<Ref<boolean>>
  readonly trouble: Readonly<Ref<Problem | null>>
  load: () => Promise<unknown>
}

/** Several readings that a list waits for; what failed is read again. */
export function together(...all: Reading[]): Reading {
  return {
    busy: computed(() => all.some((r) => r.busy.value)),
    trouble: computed(() => all.find((r) => r.trouble.value)?.trouble.value ?? null),
    load: async () => {
      for (const r of all.filter((x) => x.trouble.value)) await r.load()
    },
  }
}

/** Something that is read from the server; a later reading overtakes an earlier one. */
export function useLoad<T>(read: (signal: AbortSignal) => Promise<T>) {
  const data = shallowRef<T | null>(null)
  const busy = ref(false)
  const trouble = shallowRef<Problem | null>(null)
  let running: AbortController | null = null
  async function load(): Promise<void> {
    running?.abort()
    const mine = (running = new AbortController())
    busy.value = true
    trouble.value = null
    try {
      const answer = await read(mine.signal)
      if (mine === running) data.value = answer
    } catch (e) {
      if (mine === running && !mine.signal.aborted) trouble.value = problemOf(e)
    } finally {
      if (mine === running) busy.value = false
    }
  }
  onUnmounted(() => running?.abort())
  return { data, busy, trouble, load }
}

/** A key by which the server knows a request that comes twice. (randomUUID is there over https only.) */
export const newKey = (): string => Array.from(crypto.getRandomValues(new Uint8Array(12)), (b) => b.toString(16).padStart(2, '0')).join('')
