// The households for choosers: number, masked head and unit, read once. What is typed is found in them; a name or its
// pinyin, which they do not hold, is asked of the server, where such a search is counted and written down.
import { shallowRef } from 'vue'
import { get } from './api/http'
import type { Household } from './api/types'
import { can } from './session'

export interface Choice { no: string; head: string; unit: string }

const PAGE = 200
const MOST = 2000 // beyond these every search is the server's

const known = shallowRef<Choice[]>([])
let reading: Promise<void> | null = null

const choiceOf = (h: Household): Choice => ({ no: h.household_no, head: h.head, unit: h.unit ?? '' })

/** Reads them, once; after a change of the registry again. */
export function readHouseholds(again = false): Promise<void> {
  if (!can('households.read')) return Promise.resolve() // then a number is typed as it is
  if (!reading || again) {
    reading = (async () => {
      const list: Choice[] = []
      for (let after = ''; list.length < MOST; ) {
        const page = await get<{ households: Household[]; next?: string }>('/households', { after, limit: PAGE })
        list.push(...page.households.map(choiceOf))
        if (!page.next) break
        after = page.next
      }
      known.value = list
    })().catch((e) => {
      reading = null
      throw e
    })
  }
  return reading
}

const bare = (s: string) => s.normalize('NFKC').toUpperCase().replace(/[^0-9A-Z\p{Script=Han}]/gu, '')
const digits = (s: string) => s.replace(/\D/g, '').replace(/^0+/, '')

/** Whether what is typed means the household: h001, 001, 1, a surname, a unit. */
export function means(c: Choice, typed: string): boolean {
  const t = bare(typed)
  if (!t) return true
  if (/^\d+$/.test(t)) return digits(c.no) === digits(t) || bare(c.no).includes(t)
  if (/^[0-9A-Z]+$/.test(t)) return bare(c.no).includes(t)
  return c.head.startsWith(t[0]) && t.length <= c.head.length || bare(c.unit).includes(t)
}

/** Those that what is typed may mean, the exact number first. */
export function found(list: readonly Choice[], typed: string): Choice[] {
  const exact = (c: Choice) => Number(bare(c.no) === bare(typed) || (/^\d+$/.test(bare(typed)) && digits(c.no) === digits(typed)))
  return list.filter((c) => means(c, typed)).sort((a, b) => exact(b) - exact(a))
}

export async function findHouseholds(typed: string, signal?: AbortSignal): Promise<Choice[]> {
  await readHouseholds()
  const here = found(known.value, typed)
  const word = typed.trim()
  if (here.length || word.length < 2 || !can('households.read')) return here
  return (await get<{ households: Household[] }>('/households', { text: word, limit: 20 }, signal)).households.map(choiceOf)
}

export const householdOf = (no: string): Choice | undefined => known.value.find((c) => c.no === no)
export const choiceText = (c: Choice): string => [c.no, c.head, c.unit].filter(Boolean).join(' ')
