// Business dates are strings, "2018-01-05", in Beijing; instants come as ISO and are shown in Beijing.

const instant = new Intl.DateTimeFormat('zh-CN', {
  timeZone: 'Asia/Shanghai', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hour12: false,
})

/** 2018-01-05 14:03 of an instant; empty for none. */
export function at(iso: string | undefined): string {
  if (!iso || iso.startsWith('0001-')) return ''
  const p = Object.fromEntries(instant.formatToParts(new Date(iso)).map((x) => [x.type, x.value]))
  return `${p.year}-${p.month}-${p.day} ${p.hour === '24' ? '00' : p.hour}:${p.minute}`
}

const utc = (day: string) => Date.parse(day + 'T00:00:00Z')

export const addDays = (day: string, n: number): string => new Date(utc(day) + n * 86400000).toISOString().slice(0, 10)
export const daysBetween = (from: string, to: string): number => Math.round((utc(to) - utc(from)) / 86400000)
export const periodOf = (day: string): string => day.slice(0, 7)

export function addMonths(period: string, n: number): string {
  const [y, m] = period.split('-').map(Number)
  const all = y * 12 + (m - 1) + n
  return `${Math.floor(all / 12)}-${String((all % 12) + 1).padStart(2, '0')}`
}

export function monthName(period: string): string {
  const [y, m] = period.split('-').map(Number)
  return `${y}年${m}月`
}

/** The aid day on or after a day, of a farm whose aid day is the n-th. */
export function nextAidDay(day: string, n: number): string {
  const this_ = `${day.slice(0, 7)}-${String(n).padStart(2, '0')}`
  return this_ >= day ? this_ : `${addMonths(day.slice(0, 7), 1)}-${String(n).padStart(2, '0')}`
}

/** The weeks of a month, Monday first; days of other months are empty. */
export function weeksOf(period: string): string[][] {
  const first = `${period}-01`
  const count = daysBetween(first, `${addMonths(period, 1)}-01`)
  const lead = (new Date(utc(first)).getUTCDay() + 6) % 7
  const cells = [...Array<string>(lead).fill(''), ...Array.from({ length: count }, (_, i) => addDays(first, i))]
  while (cells.length % 7) cells.push('')
  return Array.from({ length: cells.length / 7 }, (_, i) => cells.slice(i * 7, i * 7 + 7))
}
