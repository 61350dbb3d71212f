// Amounts arrive as text in yuan ("12345.60") and stay text; sums are reckoned in fen, in whole numbers only.

/**
 * What people write as an amount, in fen: yuan with at most two decimals, or 万 with at most six, thousands grouped or
 * not, with 元 behind it or not; null for anything else.
 */
export function readFen(text: string): number | null {
  const m = /^(-?)(\d+)(?:\.(\d+))?(万?)元?$/.exec(text.normalize('NFKC').replace(/,/g, '').trim())
  const places = m?.[4] ? 6 : 2
  if (!m || (m[3] ?? '').length > places) return null
  const fen = Number(m[2] + (m[3] ?? '').padEnd(places, '0'))
  if (!Number.isSafeInteger(fen)) return null
  return m[1] && fen ? -fen : fen
}

export const fenOf = (yuan: string | undefined): number => readFen(yuan ?? '') ?? 0

/** An amount in fen as the server takes it: 1234560 is "12345.60". */
export function yuanOf(fen: number): string {
  const digits = String(Math.abs(fen)).padStart(3, '0')
  return `${fen < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}

/** 12,345.60 of an amount in fen, with no decimals where they are nought. */
export function fenText(fen: number | undefined): string {
  const [whole, rest] = yuanOf(fen ?? 0).split('.')
  return whole.replace(/\B(?=(\d{3})+$)/g, ',') + (rest === '00' ? '' : `.${rest}`)
}

/** The same of an amount in yuan. */
export const yuanText = (yuan: string | undefined): string => fenText(fenOf(yuan))

const whole = (text: string) => text.trim().replace(/[.．]$/, '') // a point with nothing behind it, while somebody types

/** Whether people may write it as an amount that is not below nought; empty counts as nought. */
export const isYuan = (text: string): boolean => text.trim() === '' || (readFen(whole(text)) ?? -1) >= 0

/** What people wrote as an amount, as the server takes it; empty stays empty. */
export const yuanWritten = (text: string): string => (text.trim() === '' ? '' : yuanOf(fenOf(whole(text))))
