// Parts of the API that a server may not have yet: a tab for one shows itself once the server has answered it.
import { reactive } from 'vue'
import { get, Problem } from './api/http'

type Part = 'visits' | 'statement' | 'needs'

const known = reactive<Partial<Record<Part, boolean>>>({})

export const hasRoute = (part: Part): boolean => known[part] ?? false

const paths: Record<Part, (no: string) => [string, Record<string, string>]> = {
  visits: (no) => [`/households/${no}/visits`, {}],
  statement: (no) => [`/households/${no}/statement`, {}],
  needs: (no) => ['/needs', { household_no: no }],
}

/** Asks once per tab of the browser which of them there are. */
export async function probe(no: string): Promise<void> {
  await Promise.all(
    (Object.keys(paths) as Part[]).filter((p) => known[p] === undefined).map(async (p) => {
      const [path, query] = paths[p](encodeURIComponent(no))
      try {
        await get(path, query)
        known[p] = true
      } catch (e) {
        if (e instanceof Problem && (e.noSuchRoute || e.status === 403)) known[p] = false
      }
    }),
  )
}
