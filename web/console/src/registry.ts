// Units and cadres by their ids: small lists that many pages name things by, read once and again after a change.
import { computed, shallowRef } from 'vue'
import { get } from './api/http'
import type { Cadre, Unit } from './api/types'
import { can } from './session'

const units = shallowRef<Unit[]>([])
const cadres = shallowRef<Cadre[]>([])
let reading: Promise<void> | null = null

export function readRegistry(again = false): Promise<void> {
  if (!can('households.read')) return Promise.resolve()
  if (!reading || again) {
    reading = Promise.all([get<{ units: Unit[] }>('/units'), get<{ cadres: Cadre[] }>('/cadres')]).then(
      ([u, c]) => {
        units.value = u.units
        cadres.value = c.cadres
      },
      (e) => {
        reading = null
        throw e
      },
    )
  }
  return reading
}

const unitNames = computed(() => new Map(units.value.map((u) => [u.id, u.name])))
const cadreNames = computed(() => new Map(cadres.value.map((c) => [c.id, c.name])))

export const allUnits = units
export const allCadres = cadres
export const unitName = (id: string | undefined): string => (id ? (unitNames.value.get(id) ?? id) : '')
export const cadreName = (id: string | undefined): string => (id ? (cadreNames.value.get(id) ?? id) : '')
