// Which year a page is about: the one that somebody chose last in this tab, and until then the last one with something in it.
import { computed, ref } from 'vue'
import { get } from './api/http'
import { can, today } from './session'

const KEY = 'bangfu-year'
const chosen = ref(Number(typeof sessionStorage === 'undefined' ? 0 : sessionStorage.getItem(KEY)) || 0)

export function chooseYear(year: number) {
  chosen.value = year
  sessionStorage.setItem(KEY, String(year))
}

/** The years that pages choose among: those with books, this one, and the one that the page is about. */
export function useYears() {
  const booked = ref<number[]>([])
  const now = computed(() => Number(today.value.slice(0, 4)))
  const latest = computed(() => chosen.value || (booked.value.find((y) => y <= now.value) ?? now.value))
  const read = async (signal?: AbortSignal) => {
    if (can('money.read')) booked.value = (await get<{ years: number[] }>('/ledger/years', {}, signal)).years
  }
  const choices = (also: number): number[] => [...new Set([now.value, also, ...booked.value, now.value - 1, now.value - 2])].sort((a, b) => b - a)
  return { latest, read, choices }
}
