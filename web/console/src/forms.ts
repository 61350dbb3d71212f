// The flexible fields as a form's JSON Schema has them.
import type { FormField, Schema } from './api/types'

export interface Field { key: string; title: string; type: string; unit: string; options: string[] }

export function fieldsOf(schema: Schema): Field[] {
  return Object.entries(schema.properties ?? {})
    .sort(([, a], [, b]) => (a['x-order'] ?? 0) - (b['x-order'] ?? 0))
    .map(([key, f]) => ({ key, title: f.title, type: f.type, unit: f['x-unit'] ?? '', options: f.enum ?? [] }))
}

/** The schema with these fields; what else it says stays. */
export function schemaWith(schema: Schema, fields: Field[]): Schema {
  const properties: Record<string, FormField> = {}
  fields.forEach((f, i) => {
    const p: FormField = { title: f.title.trim(), type: f.type, 'x-order': i + 1 }
    if (f.unit.trim()) p['x-unit'] = f.unit.trim()
    if (f.type === 'string' && f.options.length) p.enum = f.options
    properties[f.key] = p
  })
  return { ...schema, properties }
}

/** What keeps the fields from being a form; empty when nothing does. */
export function faultsOf(fields: Field[]): string[] {
  const faults: string[] = []
  const keys = fields.map((f) => f.key)
  for (const f of fields) {
    if (!f.title.trim()) faults.push('有一项没有名称')
    if (!/^[a-z][a-z0-9_]{0,39}$/.test(f.key)) faults.push(`“${f.title || f.key}”的代码要用小写字母开头，只用小写字母、数字和下划线`)
  }
  if (new Set(keys).size < keys.length) faults.push('有两项的代码相同')
  if (new Set(fields.map((f) => f.title.trim())).size < fields.length) faults.push('有两项的名称相同')
  return [...new Set(faults)]
}
