// A member's fields as a form has them, and what of them changed.
import type { Member, MemberFields } from '../../api/types'
import type { Said } from '../../conflict'
import * as labels from '../../labels'

export interface MemberForm {
  name: string; national_id: string; sex: string; birth_date: string; relation: string; phone: string; bank_account: string; labour_ability: string
  student_stage: string; disability: string; chronic: string[]; attrs: Record<string, unknown>
}

/** The group of fields that has to be open for a field to be seen, and so to be corrected. */
export const groupOf: Partial<Record<keyof MemberForm, string>> = {
  name: 'identity', national_id: 'identity', sex: 'identity', birth_date: 'identity', phone: 'contact', bank_account: 'money', labour_ability: 'health',
  disability: 'health', chronic: 'health',
}

export const fields: Said<MemberForm>[] = [
  { key: 'name', title: '姓名' }, { key: 'national_id', title: '身份证号' }, { key: 'sex', title: '性别', text: (v: string) => labels.named(labels.sexes, v) }, { key: 'birth_date', title: '出生日期' },
  { key: 'relation', title: '与户主关系', text: (v: string) => labels.named(labels.relations, v) }, { key: 'phone', title: '电话' }, { key: 'bank_account', title: '银行账号' },
  { key: 'labour_ability', title: '劳动能力', text: (v: string) => labels.named(labels.labours, v) }, { key: 'student_stage', title: '在读', text: (v: string) => labels.named(labels.studentStages, v) },
  { key: 'disability', title: '残疾' }, { key: 'chronic', title: '慢性病' }, { key: 'attrs', title: '补充项目', text: (v: Record<string, unknown>) => Object.values(v).join('、') },
]

export const formOf = (m: Member | null, f: MemberFields | null): MemberForm => ({
  name: f?.name ?? '', national_id: f?.national_id ?? '', sex: m?.sex ?? '', birth_date: f?.birth_date ?? '', relation: m?.relation ?? 'child', phone: f?.phone ?? '',
  bank_account: f?.bank_account ?? '', labour_ability: f?.labour_ability ?? '', student_stage: m?.student_stage ?? '', disability: f?.disability ?? '',
  chronic: [...(f?.chronic ?? [])], attrs: { ...(m?.attrs ?? {}) },
})

/** What is another than what was read, of the fields that the post opens. The id number says sex and birth date itself. */
export function changed(read: MemberForm, now: MemberForm, opens: (key: keyof MemberForm) => boolean): Partial<MemberForm> {
  const next: MemberForm = { ...now, national_id: now.national_id.trim().toUpperCase(), name: now.name.trim(), phone: now.phone.trim() }
  const keys = fields.map((f) => f.key).filter((key) => opens(key) && !(next.national_id && (key === 'sex' || key === 'birth_date')))
  return Object.fromEntries(keys.filter((key) => JSON.stringify(read[key]) !== JSON.stringify(next[key])).map((key) => [key, next[key]]))
}
