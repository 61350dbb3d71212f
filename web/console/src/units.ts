import type { Unit } from './api/types'

export interface UnitNode { value: string; label: string; children?: UnitNode[] }

/** The tree of units for a chooser. */
export function unitTree(list: Unit[]): UnitNode[] {
  const nodes = new Map(list.map((u) => [u.id, { value: u.id, label: u.name } as UnitNode]))
  const roots: UnitNode[] = []
  for (const u of list) {
    const node = nodes.get(u.id)!
    const parent = u.parent_id ? nodes.get(u.parent_id) : undefined
    if (parent) (parent.children ??= []).push(node)
    else roots.push(node)
  }
  return roots
}
