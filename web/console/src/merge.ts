// A form over a record that somebody else may change while it is open.
import { shallowRef } from 'vue'
import { Problem } from './api/http'
import { chosen, clashes, type Clash, type Said } from './conflict'

const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

/**
 * Saves a form with the revision that it was read from. When the record has moved on, theirs has both versions of every
 * field that both changed, until somebody has chosen; then it is saved over the new revision. fresh reads the record anew.
 */
export function useMerge<T extends object>(fields: readonly Said<T>[], form: T, fresh: () => Promise<{ rev: number; form: T } | undefined>) {
  const theirs = shallowRef<{ rev: number; form: T; clashes: Clash[] } | null>(null)
  let read = copy(form)
  let rev = 0

  /** The form stands as it was read. */
  function begin(of: number) {
    read = copy(form)
    rev = of
    theirs.value = null
  }
  async function saving<A>(save: (rev: number) => Promise<A>): Promise<A> {
    try {
      return await save(rev)
    } catch (e) {
      const now = e instanceof Problem && e.code === 'changed_meanwhile' ? await fresh() : undefined
      if (now) theirs.value = { ...now, clashes: clashes(fields, read, form, now.form) }
      throw e
    }
  }
  function choose(take: ReadonlySet<string>) {
    const now = theirs.value!
    Object.assign(form, chosen(fields, form, now.form, take))
    read = copy(now.form)
    rev = now.rev
    theirs.value = null
  }
  return { theirs, begin, saving, choose }
}
