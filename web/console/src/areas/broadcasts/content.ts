// What WeChat takes, checked while somebody types. The server checks the same again, and each recipient's own values.
import type { Audience, Content } from '../../api/outreach'

export const variables = ['户号', '户主', '单位', '干部', '姓名'] as const
/** What a cadre has a value for: what is written to one is about no household. */
const cadreVariables = ['单位', '干部', '姓名'] as const
export const variablesOf = (to: string): readonly string[] => (to === 'cadres' ? cadreVariables : variables)
export const FIELD = 20 // characters of a template's "thing"
export const BYTES = 2048 // of a customer or mass message

export const example: Record<string, string> = { 户号: 'H-001', 户主: '王**', 单位: '第一管理区', 干部: '李干部', 姓名: '王**' }

export const emptyContent = (): Content => ({ about: '', when: '', more: '', text: '' })

const variable = /\{([^{}]*)\}/g
const fill = (text: string, values: Record<string, string>) => text.replace(variable, (_, name: string) => values[name] ?? '')

/** The content as somebody with these values reads it. */
export function filled(c: Content, values: Record<string, string> = example): Content {
  return { about: fill(c.about, values), when: fill(c.when, values), more: fill(c.more, values), text: fill(c.text, values) }
}

export const lengthOf = (text: string): number => [...text].length
export const bytesOf = (text: string): number => new TextEncoder().encode(text).length

const dated = /^\d{4}年\d{1,2}月\d{1,2}日( \d{1,2}:\d{2})?$|^\d{4}-\d{2}-\d{2}( \d{2}:\d{2})?$/

export type Faults = Partial<Record<keyof Content, string>>

/** What is wrong with the content, by field; empty when it can go. */
export function faultsOf(c: Content, mass: boolean, to = 'households'): Faults {
  const faults: Faults = {}
  const say = (field: keyof Content, why: string) => { faults[field] ??= why }
  for (const field of ['about', 'when', 'more', 'text'] as const) {
    if (mass && field !== 'text') continue
    const strange = [...c[field].matchAll(variable)].map((m) => m[1]).find((name) => !variablesOf(to).includes(name))
    if (mass && c[field].match(variable)) say(field, '群发给所有人的是同一段话，不能有变量')
    else if (strange !== undefined) say(field, `${to === 'cadres' ? '发给干部' : ''}没有{${strange}}这个变量`)
  }
  const f = filled(c)
  if (!f.text.trim()) say('text', '要有内容')
  else if (bytesOf(f.text) > BYTES) say('text', `有${bytesOf(f.text)}个字节，微信最多收${BYTES}个（约680个字）`)
  if (mass) return faults
  for (const [field, name] of [['about', '事项'], ['more', '说明']] as const) {
    if (!f[field].trim()) say(field, `${name}没有内容`)
    else if (/[\u0000-\u001f\u007f]/.test(f[field])) say(field, `${name}里不能换行`)
    else if (lengthOf(f[field]) > FIELD) say(field, `填上变量有${lengthOf(f[field])}个字，微信最多收${FIELD}个`)
  }
  if (!dated.test(f.when)) say('when', '日期要写成2018年1月5日这样')
  return faults
}

const idForm = /^[HCP]-[A-Z0-9-]+$/

/** Numbers as people list them, with what is none. */
export function idsOf(text: string): { ids: string[]; wrong: string[] } {
  const all = [...new Set(text.toUpperCase().split(/[\s,,、;;]+/).filter(Boolean))]
  return { ids: all.filter((x) => idForm.test(x)), wrong: all.filter((x) => !idForm.test(x)) }
}

export interface AudienceForm {
  to: 'households' | 'cadres'; only: boolean; units: string[]; statuses: string[]; attributes: string[]; programme: string; age_from?: number; age_to?: number
  role: string; ids: string; except: string; tag_id?: number
}

export const formOf = (a?: Audience): AudienceForm => ({
  to: a?.to ?? 'households', only: a?.only ?? false, units: a?.units ?? [], statuses: a?.statuses ?? [], attributes: a?.attributes ?? [],
  programme: a?.programme ?? '', age_from: a?.age_from || undefined, age_to: a?.age_to || undefined, role: a?.role ?? '',
  ids: (a?.ids ?? []).join(' '), except: (a?.except ?? []).join(' '), tag_id: a?.tag_id || undefined,
})

/** The audience of a form: what the way of choosing does not use is left out. */
export function audienceOf(f: AudienceForm, mass = false): Audience {
  if (mass && f.tag_id) return { to: f.to, tag_id: f.tag_id }
  const a: Audience = { to: f.to }
  const ids = idsOf(f.ids).ids
  const except = idsOf(f.except).ids
  if (ids.length) a.ids = ids
  if (except.length) a.except = except
  if (f.only) return { ...a, only: true }
  if (f.units.length) a.units = f.units
  if (f.to === 'cadres') return f.role ? { ...a, role: f.role } : a
  if (f.statuses.length) a.statuses = f.statuses
  if (f.attributes.length) a.attributes = f.attributes
  if (f.programme) a.programme = f.programme
  if (f.age_from) a.age_from = f.age_from
  if (f.age_to) a.age_to = f.age_to
  return a
}

/** What keeps an audience from being used; empty when nothing does. */
export function audienceFault(f: AudienceForm, mass = false): string {
  if (mass && f.tag_id) return ''
  const wrong = [...idsOf(f.ids).wrong, ...idsOf(f.except).wrong]
  if (wrong.length) return `“${wrong[0]}”不是户号、人员编号或干部编号（如 H-001、P-0001、C-001）`
  if (f.only && !idsOf(f.ids).ids.length) return '点名发，要写至少一个编号'
  if (f.age_from && f.age_to && f.age_from > f.age_to) return '年纪的上限比下限小'
  return ''
}

type Named = (code: string) => string

/** The audience in words. */
export function audienceText(a: Audience, name: { unit: Named; status: Named; attribute: Named; category: Named; role: Named }): string {
  if (a.tag_id) return `公众号里有标签${a.tag_id}的关注者`
  const who = a.to === 'cadres' ? '干部' : '户'
  const parts: string[] = []
  const list = (xs: string[] | undefined, named: Named) => xs?.length && parts.push(xs.map(named).join('、'))
  if (!a.only) {
    list(a.units, name.unit)
    list(a.statuses, name.status)
    list(a.attributes, name.attribute)
    if (a.programme) parts.push(`今年享受${name.category(a.programme)}`)
    if (a.age_from || a.age_to) parts.push(`家里有${a.age_from ? `${a.age_from}岁` : ''}${a.age_from && a.age_to ? '到' : ''}${a.age_to ? `${a.age_to}岁` : ''}${a.age_to ? '' : '以上'}${a.age_from ? '' : '以下'}的人`)
    if (a.role) parts.push(name.role(a.role))
  }
  const some = (ids: string[]) => ids.slice(0, 6).join('、') + (ids.length > 6 ? `等${ids.length}个` : '')
  let text = a.only ? `只发给${some(a.ids ?? [])}` : (parts.length ? parts.join('，') + '的' : '所有') + who
  if (!a.only && a.ids?.length) text += `，加上${some(a.ids)}`
  if (a.except?.length) text += `，不发给${some(a.except)}`
  return text
}
