import { ref, shallowRef } from 'vue'
import { useLoad } from '../../task'

/** A list that the server pages: the first page, and the next ones below it. */
export function useRows<T>(read: (after: string, signal: AbortSignal) => Promise<{ rows: T[]; next?: string }>) {
  const rows = shallowRef<T[]>([])
  const next = ref('')
  let after = ''
  const page = useLoad(async (s) => {
    const answer = await read(after, s)
    rows.value = after ? [...rows.value, ...answer.rows] : answer.rows
    next.value = answer.next ?? ''
    return answer
  })
  const go = (from: string) => {
    after = from
    return page.load()
  }
  return { rows, next, busy: page.busy, trouble: page.trouble, load: () => go(''), more: () => go(next.value) }
}
