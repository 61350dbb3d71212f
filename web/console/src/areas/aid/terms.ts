// What rules may ask for, and the kinds of papers; read once.
import { computed, shallowRef } from 'vue'
import { get } from '../../api/http'
import type { Terms } from '../../api/aid'
import type { Form } from '../../api/types'
import * as labels from '../../labels'
import { allUnits } from '../../registry'
import { askedOf, type Asked } from './rules'

const terms = shallowRef<Terms | null>(null)
const forms = shallowRef<Form[]>([])
let reading: Promise<void> | null = null

export function readTerms(): Promise<void> {
  reading ??= Promise.all([get<Terms>('/programme-terms'), get<Form>('/forms/household'), get<Form>('/forms/person')]).then(
    ([t, ...f]) => {
      forms.value = f
      terms.value = t
    },
    (e) => {
      reading = null
      throw e
    },
  )
  return reading
}

export const facts = computed<Asked[]>(() =>
  terms.value
    ? askedOf(terms.value, forms.value, {
        status: labels.statuses, attributes: labels.attributes, relation: labels.relations, labour_ability: labels.labours, student_stage: labels.studentStages,
        sex: { male: '男', female: '女' }, unit: Object.fromEntries(allUnits.value.map((u) => [u.id, u.name])),
      })
    : [],
)
export const factLabel = (name: string): string => facts.value.find((f) => f.name === name)?.label ?? name
export const paperKinds = computed(() => terms.value?.papers ?? [])
export const paperLabel = (code: string): string => paperKinds.value.find((p) => p.code === code)?.label ?? code
