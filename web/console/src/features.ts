// Parts of the API that a server may not have yet, by its own description. A tab for one shows when it is there.
import { shallowRef } from 'vue'

const paths = shallowRef<Set<string> | null>(null)
let reading: Promise<void> | null = null

export const hasRoute = (path: string): boolean => paths.value?.has('/staff/v1' + path) ?? false

/** Reads the description, once. */
export function readFeatures(): Promise<void> {
  reading ??= fetch('/openapi.json')
    .then((answer) => answer.json())
    .then((doc: { paths: Record<string, unknown> }) => { paths.value = new Set(Object.keys(doc.paths)) })
    .catch(() => { reading = null })
  return reading
}
