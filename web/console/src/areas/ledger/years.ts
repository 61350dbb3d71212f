import { computed, ref } from 'vue'
import { get } from '../../api/http'
import { today } from '../../session'

/** The years that money pages choose among: those with books, this one, and the one that the page is about. */
export function useYears() {
  const booked = ref<number[]>([])
  const now = computed(() => Number(today.value.slice(0, 4)))
  /** What a page begins with: the last year that has anything in it. */
  const latest = computed(() => booked.value.find((y) => y <= now.value) ?? now.value)
  const read = async (signal?: AbortSignal) => {
    booked.value = (await get<{ years: number[] }>('/ledger/years', {}, signal)).years
  }
  const choices = (also: number): number[] => [...new Set([now.value, also, ...booked.value])].sort((a, b) => b - a)
  return { latest, read, choices }
}
