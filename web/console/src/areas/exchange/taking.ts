// A file that lists households leaves the house for a reason and, when it is large, with a second person's consent.

export interface ExportRequest {
  id: string; title: string; what: string; masked: boolean; reason: string; rows: number; households: number
  state: 'proposed' | 'confirmed' | 'refused'; state_label: string; proposed_by: string; proposed_at: string
  decided_by?: string; why?: string; until: string; waits: boolean; ready: boolean
}

/** Where the file that a request names is taken. */
export function fileOf(what: string): { path: string; query: Record<string, string> } {
  const sheet = /^exports\/(\w+)\.(xlsx|csv)(,masked)?$/.exec(what)
  if (sheet) return { path: `/exports/${sheet[1]}`, query: { format: sheet[2], ...(sheet[3] ? { masked: 'true' } : {}) } }
  const report = /^reports\/household\/(.*)\.\.(.*)\.xlsx$/.exec(what)
  if (report) return { path: '/reports/household/file', query: { from: report[1], to: report[2] } }
  const broadcast = /^broadcasts\/(.+)\.csv$/.exec(what)
  return { path: broadcast ? `/broadcasts/${broadcast[1]}/export` : '/exports', query: {} }
}

/** The server counts characters as people do. */
export const goodReason = (text: string): boolean => [...text.trim()].length >= 4
