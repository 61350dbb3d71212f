import type { Import } from '../../api/types'
import type { Tone } from '../../labels'

/** How far a commit is, in percent of the rows; the header's rows count as done. */
export function percentOf(i: Import): number {
  if (i.state === 'done') return 100
  const rows = i.last_row - i.header_row
  return rows > 0 ? Math.min(100, Math.max(0, Math.round(((i.next_row - 1 - i.header_row) / rows) * 100))) : 0
}

export const importTone = (i: Import): Tone => (i.state === 'dropped' ? 'off' : i.state === 'done' ? (i.done.refused ? 'watch' : 'good') : i.state === 'checked' ? 'plain' : 'watch')
