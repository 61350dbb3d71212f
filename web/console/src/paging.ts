import { computed, ref, watch, type Ref } from 'vue'
import type { Order } from './parts/DataTable.vue'
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

/** A list that the server gives page by page and that is read to its end, to be sorted and summed up here: for those of a few hundred rows. */
export function useWhole<T>(read: (after: string, signal: AbortSignal) => Promise<{ rows: T[]; next?: string }>) {
  const list = useLoad(async (signal) => {
    const all: T[] = []
    for (let after: string | undefined = ''; after !== undefined;) {
      const page: { rows: T[]; next?: string } = await read(after, signal)
      all.push(...page.rows)
      after = page.next || undefined
    }
    return all
  })
  return { rows: computed(() => list.data.value ?? []), busy: list.busy, trouble: list.trouble, load: list.load }
}

/** By which column a list is sorted; with another one the list begins again. The server knows it by these words. */
export function useOrder(first: () => unknown) {
  const order: Ref<Order | null> = ref(null)
  watch(order, () => void first())
  return { order, asked: () => ({ sort: order.value?.key, down: order.value?.down }) }
}

/** What somebody needs to go through such a list. */
export type Paged = Omit<ReturnType<typeof usePaged>, 'load' | 'first'>
