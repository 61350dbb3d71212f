// Which field of a form the server's refusal is about, by the names that its fields have on the page.
import { inject, provide, shallowRef, type InjectionKey, type Ref } from 'vue'
import type { Problem } from './api/http'
import { fieldNames } from './labels'

type Faults = Map<string, string>
const key: InjectionKey<Ref<Faults>> = Symbol('faults')

/** The last part of where an error lies: body.members[2].national_id is national_id. */
export const fieldOf = (location: string): string => location.replace(/\[\d+\]/g, '').split('.').pop() ?? ''

/** What the field of a code is called on the page; empty for what nobody types. */
export const titleOf = (code: string): string => fieldNames[fieldOf(code)] ?? ''

/** The sentences of a refusal by the code of the field. */
export function faultsIn(p: Problem | null | undefined): Faults {
  const faults: Faults = new Map()
  for (const e of p?.errors ?? []) faults.set(fieldOf(e.location), e.message)
  for (const r of p?.reasons ?? []) if (titleOf(r.code)) faults.set(r.code, r.detail)
  if (p && titleOf(p.code) && !faults.size) faults.set(p.code, p.detail)
  return faults
}

export function provideFaults() {
  const faults = shallowRef<Faults>(new Map())
  provide(key, faults)
  return faults
}

const bare = (label: string) => label.replace(/[（(].*$/, '').trim()

/** The sentence for a form item, found by its field's code or by its label. */
export function useFault(item: () => { field?: string; label?: string }) {
  const faults = inject(key, null)
  return () => {
    if (!faults?.value.size) return ''
    const { field, label } = item()
    if (field) return faults.value.get(field) ?? ''
    const own = bare(label ?? '')
    for (const [code, sentence] of faults.value) if (own && fieldNames[code] === own) return sentence
    return ''
  }
}
