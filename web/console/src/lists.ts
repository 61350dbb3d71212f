// Offices have browsers of some years ago: what newer ones bring along stands here.

export function groupBy<T, K>(list: readonly T[], keyOf: (x: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>()
  for (const x of list) {
    const key = keyOf(x)
    const group = groups.get(key)
    if (group) group.push(x)
    else groups.set(key, [x])
  }
  return groups
}

export const sorted = <T>(list: readonly T[], order: (a: T, b: T) => number): T[] => [...list].sort(order)
export const reversed = <T>(list: readonly T[]): T[] => [...list].reverse()
