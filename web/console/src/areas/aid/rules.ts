// Rules as data: what a form offers for them, how they read, and what keeps them from being asked.
import type { Fact, Rule, Terms } from '../../api/aid'
import type { Form } from '../../api/types'
import { fieldsOf } from '../../forms'
import { named } from '../../labels'
import { operators } from './words'

export interface Asked extends Fact { options: { value: string; label: string }[] }

const plain = (words: Record<string, string>) => Object.entries(words).map(([value, label]) => ({ value, label }))
const yesNo = [{ value: 'true', label: '是' }, { value: 'false', label: '否' }]
const flexTypes: Record<string, string> = { string: 'text', number: 'number', integer: 'number', boolean: 'bool' }

/** What rules may ask: the facts, with what they can be where that is a small set, and the flexible fields of the forms. */
export function askedOf(terms: Terms, forms: Form[], words: Record<string, Record<string, string>>): Asked[] {
  const facts = terms.facts.map((f) => ({ ...f, options: f.type === 'bool' ? yesNo : plain(words[f.name] ?? {}) }))
  const flexible = forms.flatMap((form) =>
    fieldsOf(form.schema).map((f) => ({
      name: `${form.kind}.${f.key}`, label: f.title, type: flexTypes[f.type] ?? 'text', person: form.kind === 'person',
      options: f.type === 'boolean' ? yesNo : f.options.map((o) => ({ value: o, label: o })),
    })),
  )
  return [...facts, ...flexible]
}

const byType: Record<string, string[]> = {
  bool: ['eq'], number: ['gte', 'lte', 'gt', 'lt', 'eq', 'ne', 'in', 'not_in', 'exists'], money: ['lte', 'gte', 'lt', 'gt', 'eq', 'exists'],
  text: ['eq', 'ne', 'in', 'not_in', 'contains', 'lacks', 'exists'], date: ['gte', 'lte', 'gt', 'lt', 'eq', 'exists'], list: ['contains', 'lacks', 'exists'],
}
export const operatorsFor = (f: Asked | undefined): string[] => byType[f?.type ?? ''] ?? Object.keys(operators)

const several = ['in', 'not_in', 'contains', 'lacks']
export const takesSeveral = (op: string): boolean => several.includes(op)

/** The rule in a line: 人均纯收入 不超过 3335 元. */
export function sentenceOf(r: Pick<Rule, 'fact' | 'op' | 'values'>, facts: Asked[]): string {
  const f = facts.find((x) => x.name === r.fact)
  const shown = (r.values ?? []).map((v) => f?.options.find((o) => o.value === v)?.label ?? v).join('、')
  if (f?.type === 'bool' && r.op === 'eq') return `${f.label}：${shown}`
  const unit = f?.type === 'money' && r.op !== 'exists' ? '元' : ''
  return [f?.label ?? r.fact, r.op === 'exists' ? '登记了，不是没有、0或否' : `${named(operators, r.op)} ${shown}${unit}`].join(' ')
}

export const newRule = (): Rule => ({ code: '', fact: '', op: 'eq', values: [], says_yes: '', says_no: '' })

/** What keeps the rules from being used; the server looks at the rest. */
export function faultsOf(rules: Rule[], perPerson: boolean, facts: Asked[]): string[] {
  const faults: string[] = []
  rules.forEach((r, i) => {
    const which = `第${i + 1}条`
    const fact = facts.find((f) => f.name === r.fact)
    const count = (r.values ?? []).filter((v) => v !== '').length
    if (!/^[A-Z][A-Z0-9_]{1,39}$/.test(r.code)) faults.push(`${which}的代号要用大写字母开头，只用大写字母、数字和下划线，如 LOW_INCOME`)
    if (!fact) faults.push(`${which}还没选看什么`)
    else if (fact.person && !perPerson) faults.push(`${which}问的是“${fact.label}”，是某个人的；要按人算的项目才能问`)
    if (r.op === 'exists' ? count : !count || (!takesSeveral(r.op) && count > 1)) faults.push(`${which}要比的内容${r.op === 'exists' ? '不用写' : takesSeveral(r.op) ? '至少写一个' : '要写一个'}`)
    if (!r.says_yes.trim() || !r.says_no.trim()) faults.push(`${which}符合和不符合各要有一句给户里看的话`)
    if (r.from && r.to && r.to < r.from) faults.push(`${which}的止日在起日前面`)
  })
  if (!rules.length) faults.push('至少要有一个条件')
  if (new Set(rules.map((r) => r.code)).size < rules.length) faults.push('有两个条件的代号相同')
  return [...new Set(faults)]
}

/** Without what is empty: the server takes a value that is there. */
export function ruleBody(r: Rule): Rule {
  const kept = Object.fromEntries(Object.entries(r).filter(([, v]) => v !== '' && v !== undefined && v !== null)) as unknown as Rule
  return { ...kept, values: r.op === 'exists' ? [] : (r.values ?? []).filter((v) => v !== '') }
}
