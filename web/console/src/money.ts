// Amounts arrive as text in yuan ("12345.60") and stay text; sums are reckoned in fen.

export function fenOf(yuan: string | undefined): number {
  const m = /^(-?)(\d+)(?:\.(\d{1,2}))?$/.exec((yuan ?? '').replaceAll(',', '').trim())
  if (!m) return 0
  return (m[1] ? -1 : 1) * (Number(m[2]) * 100 + Number((m[3] ?? '').padEnd(2, '0')))
}

/** 12,345.60, with no decimals where they are nought. */
export function yuanText(yuan: string | undefined): string {
  const fen = fenOf(yuan)
  const whole = Math.trunc(Math.abs(fen) / 100).toLocaleString('zh-CN')
  const rest = Math.abs(fen) % 100
  return (fen < 0 ? '-' : '') + whole + (rest ? '.' + String(rest).padStart(2, '0') : '')
}

/** Whether people may write it as an amount: yuan with at most two decimals; empty counts as nought. */
export const isYuan = (text: string): boolean => /^\d*(\.\d{0,2})?$/.test(text.trim())

/** The same of an amount in fen. */
export const fenText = (fen: number | undefined): string => yuanText(((fen ?? 0) / 100).toFixed(2))
