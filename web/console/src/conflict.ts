// Two people changed the same record: what each field was, is by the other's hand, and would be by one's own.

/** A field of a form on the page: how it is called and how a value of it reads. */
export interface Said<T> { key: keyof T & string; title: string; text?: (value: never) => string }

/** A field that differs; touched says that the form changed it too. */
export interface Clash { key: string; title: string; mine: string; theirs: string; touched: boolean }

const same = (a: unknown, b: unknown) => JSON.stringify(a ?? '') === JSON.stringify(b ?? '')

/** The fields that both changed, or that the other changed and the form still shows as they were. */
export function clashes<T extends object>(fields: readonly Said<T>[], read: T, mine: T, theirs: T): Clash[] {
  const shown = (f: Said<T>, v: unknown) => (v === '' || v === undefined || v === null || (Array.isArray(v) && !v.length) ? '空' : f.text ? f.text(v as never) : Array.isArray(v) ? v.join('、') : String(v))
  return fields
    .filter((f) => !same(read[f.key], theirs[f.key]) && !same(mine[f.key], theirs[f.key]))
    .map((f) => ({ key: f.key, title: f.title, mine: shown(f, mine[f.key]), theirs: shown(f, theirs[f.key]), touched: !same(read[f.key], mine[f.key]) }))
}

/** The form after somebody has chosen: theirs where they say so; what the form shows stays everywhere else. */
export function chosen<T extends object>(fields: readonly Said<T>[], mine: T, theirs: T, take: ReadonlySet<string>): T {
  const next = { ...mine }
  for (const f of fields) if (take.has(f.key)) next[f.key] = theirs[f.key]
  return next
}
