import { computed, ref } from 'vue'
import { useLoad } from './task'

/** A list that the server gives page by page; it knows the way back, because cursors only go forward. */
export function usePaged<T>(read: (after: string, signal: AbortSignal) => Promise<{ rows: T[]; next?: string }>) {
  const behind = ref<string[]>([]) // where each page behind us began
  const after = ref('')
  const list = useLoad((signal) => read(after.value, signal))
  const rows = computed(() => list.data.value?.rows ?? [])
  const next = computed(() => list.data.value?.next ?? '')
  const page = computed(() => behind.value.length + 1)

  function first() {
    behind.value = []
    after.value = ''
    return list.load()
  }
  function forward() {
    behind.value.push(after.value)
    after.value = next.value
    return list.load()
  }
  function backward() {
    after.value = behind.value.pop() ?? ''
    return list.load()
  }
  return { rows, next, page, busy: list.busy, trouble: list.trouble, load: list.load, first, forward, backward }
}

/** What somebody needs to go through such a list. */
export type Paged = Omit<ReturnType<typeof usePaged>, 'load' | 'first'>
