// What a day begins with, put together from what the person's duty may read. A part that fails is named and leaves
// the others standing.
import { get, Problem } from '../../api/http'
import type { Application } from '../../api/aid'
import type { Loan, MonthBook } from '../../api/money'
import type { Broadcast, Disclosure, Objection, PolicyNotice, PublicSettings } from '../../api/outreach'
import type { AidDaySettings, Alert, Backups, Board, Import, Loads, Need, Permission, Register, Sending, WaitingPost } from '../../api/types'
import { addDays, addMonths, at, monthName, nextAidDay, periodOf } from '../../dates'
import type { Tone } from '../../labels'
import { groupBy, sorted } from '../../lists'
import type { ExportRequest } from '../exchange/taking'

/** A line of the desk. due is its day, for the order; one with a key that is over can be put away. */
export interface Todo { n: number | string; text: string; to: string; act: string; tone: Tone; due?: string; key?: string }
export interface Today {
  aidDay: string; figures: { name: string; n: number }[]; waiting: Todo[]; due: Todo[]; wrong: Todo[]; unread: string[]
  /** How far this month's visits are. */
  month?: { done: number; all: number }
}

type Can = (p: Permission) => boolean
type Part = [name: string, may: Permission, read: (t: Today, day: string, can: Can, signal: AbortSignal) => Promise<void>]

function add(list: Todo[], n: number, tone: Tone, text: string, act: string, to: string, more: { due?: string; key?: string } = {}) {
  if (n) list.push({ n, text, to, act, tone, ...more })
}

/** Lines by the day on which they are due, for what may be counted and not read. */
function byDay<T extends { due_on: string }>(list: T[], until: string, most = 4): { on: string; n: number }[] {
  const days = [...groupBy(list.filter((x) => x.due_on <= until), (x) => x.due_on)].map(([on, xs]) => ({ on, n: xs.length }))
  return sorted(days, (a, b) => a.on.localeCompare(b.on)).slice(0, most)
}

const dayName = (on: string, day: string): string => (on === day ? '今天' : `${Number(on.slice(5, 7))}月${Number(on.slice(8))}日`)

const parts: Part[] = [
  ['紧急查看', 'alerts.read', async (t, _day, _can, s) => {
    const { alerts } = await get<{ alerts: Alert[] }>('/alerts', { open: true }, s)
    for (const a of alerts.filter((x) => !x.own)) add(t.waiting, 1, 'bad', `次紧急查看：${a.who}看了${a.household_no}的${a.what.join('、')}，原因：${a.reason}`, '去核对', '/alerts')
  }],
  ['岗位', 'posts.confirm', async (t, _day, _can, s) => {
    const { posts } = await get<{ posts: WaitingPost[] }>('/post-proposals', {}, s)
    add(t.waiting, posts.filter((p) => !p.own).length, 'watch', '个岗位等您确认', '去看', '/staff?tab=posts')
  }],
  ['帮扶日', 'households.read', async (t, day, can, s) => {
    const settings = await get<AidDaySettings>('/aid-day-settings', {}, s)
    t.aidDay = nextAidDay(day, settings.aid_day)
    const month = periodOf(day)
    const board = await get<Board>(`/aid-days/${month}`, {}, s)
    const n = (state: string) => board.by_state[state] ?? 0
    const to = `/aid-days?month=${month}`
    const visited = n('visited') + n('visited_late')
    t.month = { done: visited, all: board.rows.length - n('cancelled') - n('excused') }
    add(t.due, n('expected'), 'plain', '次走访这个月还没去', '去看', `${to}&state=expected`, { due: board.aid_day })
    // A month in which nobody has recorded anything yet is one that has not begun here, not a wall of red.
    add(t.due, n('overdue'), visited ? 'bad' : 'plain', visited ? '次走访过了时间没去' : '次走访还没有记录', '去看', `${to}&state=overdue`, { due: board.aid_day })
    if (can('pairings.write')) add(t.waiting, n('excuse_asked'), 'watch', '次请假等着批', '去批', `${to}&state=excuse_asked`)
    const denied = board.rows.filter((r) => r.household_answer === 'did_not_come').length
    add(t.wrong, denied, 'bad', '次走访，户里说没来', '去看', to)
  }],
  ['在册户数', 'households.read', async (t, day, can, s) => {
    const r = await get<Register>('/register', { on: day }, s)
    t.figures.push({ name: '户在册', n: r.households }, { name: '人', n: r.persons }, { name: '位结对干部', n: r.paired_cadres })
    if (!can('status.change')) return
    add(t.waiting, r.identified, 'plain', '户识别了，等公示、纳入', '去看', '/households?status=identified')
    add(t.waiting, r.by_status.exit_proposed ?? 0, 'plain', '户拟退出，等核实、批准', '去看', '/households?status=exit_proposed')
    add(t.due, r.by_status.relapse_warning ?? 0, 'watch', '户在返贫监测中', '去看', '/households?status=relapse_warning')
  }],
  ['没有干部的户', 'households.read', async (t, _day, can, s) => {
    const { uncared } = await get<Loads>('/loads', {}, s)
    add(t.wrong, uncared.length, 'bad', `户没有干部：${uncared.slice(0, 5).join('、')}`, '去安排', can('pairings.write') ? '/pairings' : '/households')
  }],
  ['难事', 'households.read', async (t, day, can, s) => {
    const { needs } = await get<{ needs: Need[] }>('/needs', { brief: true, limit: 500 }, s)
    add(t.due, needs.filter((n) => n.overdue).length, 'bad', '件难事过了期限', '去看', '/needs')
    for (const x of byDay(needs.filter((n) => !n.overdue), addDays(day, 7))) add(t.due, x.n, 'watch', `件难事${dayName(x.on, day)}到期`, '去看', '/needs', { due: x.on })
    add(can('pairings.write') ? t.waiting : t.due, needs.filter((n) => n.state === 'reopened').length, 'watch', '件难事户里说没办好', '去看', '/needs?state=reopened')
  }],
  ['申请', 'applications.read', async (t, _day, _can, s) => {
    const read = async (query: Record<string, boolean>) => (await get<{ applications: Application[] }>('/applications', { ...query, brief: true, limit: 500 }, s)).applications.length
    const [mine, overdue] = await Promise.all([read({ waiting: true }), read({ overdue: true })])
    add(t.waiting, mine, 'plain', '份申请等我办', '去办', '/applications?only=waiting')
    add(t.due, overdue, 'bad', '份申请过了期限', '去看', '/applications?only=overdue')
  }],
  ['导出', 'data.export', async (t, _day, _can, s) => {
    const { requests } = await get<{ requests: ExportRequest[] }>('/export-requests', {}, s)
    add(t.waiting, requests.filter((r) => r.waits).length, 'watch', '份大表等我同意导出', '去看', '/exports')
  }],
  ['消息', 'audit.read', async (t, _day, _can, s) => {
    const now = await get<Sending>('/sending', {}, s)
    const n = (state: string) => now.troubles.filter((m) => m.state === state).length
    add(t.wrong, now.alarms.length, 'bad', '件事要马上看：有人反复试绑定码', '去看', '/sending')
    add(t.wrong, now.holds.length, 'bad', '种消息被微信挡住了', '去看', '/sending')
    add(t.wrong, n('failed'), 'bad', '条消息没发成', '去看', '/sending')
    add(t.wrong, n('unknown'), 'watch', '条消息不知道送到没有', '去看', '/sending')
    add(t.waiting, now.to_tell.length, 'plain', '件事要干部当面告诉户里', '去看', '/sending')
  }],
  ['备份', 'audit.read', async (t, _day, _can, s) => {
    const b = await get<Backups>('/backups', {}, s)
    if (b.late) add(t.wrong, 1, 'bad', b.last_good ? `件事要马上办：最近一次备份是${at(b.last_good)}，请找管服务器的人看` : '件事要马上办：设了自动备份，还一次都没有做成，请找管服务器的人看', '看记录', '/audit')
  }],
  ['群发', 'notices.read', async (t, _day, can, s) => {
    const { broadcasts } = await get<{ broadcasts: Broadcast[] }>('/broadcasts', {}, s)
    const to = (b: Broadcast) => `/broadcasts/${encodeURIComponent(b.id)}`
    for (const b of broadcasts) {
      if (b.state === 'submitted' && can('notices.approve')) add(t.waiting, 1, 'watch', `次群发等另一个人批准：${b.title}`, '去看', to(b))
      if (b.state === 'running') add(t.due, 1, 'plain', `次群发正在发：${b.title}`, '看进度', to(b))
      if (b.state === 'paused') add(t.wrong, 1, 'bad', `次群发停下了：${b.title}`, '去看', to(b))
      if (b.state === 'finished') add(t.wrong, b.counts?.unknown ?? 0, 'watch', `位不知道收到没有：${b.title}`, '去看', to(b), { key: `${b.id}/unknown` })
    }
  }],
  ['政策', 'notices.approve', async (t, _day, _can, s) => {
    const { notices } = await get<{ notices: PolicyNotice[] }>('/notices', {}, s)
    for (const n of notices) if (n.state === 'submitted') add(t.waiting, 1, 'watch', `条政策等另一个人审核：${n.text.title}`, '去看', `/notices/${encodeURIComponent(n.id)}`)
  }],
  ['公示', 'public.approve', async (t, _day, _can, s) => {
    const { disclosures } = await get<{ disclosures: Disclosure[] }>('/disclosures', { limit: 500 }, s)
    add(t.waiting, disclosures.filter((d) => d.state === 'masked_preview').length, 'watch', '份公示等另一个人审核', '去看', '/disclosures')
    const { proposed } = await get<PublicSettings>('/disclosure-settings', {}, s)
    if (proposed) add(t.waiting, 1, 'watch', '处公示设置的改动等另一个人审核', '去看', '/disclosures/settings')
  }],
  ['异议', 'public.write', async (t, day, _can, s) => {
    const { objections } = await get<{ objections: Objection[] }>('/objections', { limit: 500 }, s)
    const held = (await get<{ objections: Objection[] }>('/objections', { state: ['held'], limit: 500 }, s)).objections
    add(t.waiting, held.length, 'watch', '条异议是一个来源提得多的，等人挑拣', '去挑', '/objections?state=held')
    add(t.waiting, objections.filter((o) => o.draft_answer).length, 'watch', '条异议的答复等另一个人审核', '去看', '/objections')
    add(t.waiting, objections.filter((o) => o.unread).length, 'watch', '条异议还没有人看', '去看', '/objections')
    add(t.due, objections.filter((o) => o.overdue).length, 'bad', '条异议过了答复的日子', '去答复', '/objections')
    add(t.due, objections.filter((o) => !o.overdue && o.due_on <= addDays(day, 3)).length, 'watch', '条异议三天内要答复', '去答复', '/objections')
  }],
  ['导入', 'data.import', async (t, _day, _can, s) => {
    const { imports } = await get<{ imports: Import[] }>('/imports', {}, s)
    for (const i of imports.slice(0, 10)) {
      const to = `/imports/${encodeURIComponent(i.id)}`
      if (i.state === 'checked') add(t.waiting, i.expected.in, 'plain', `行检查过还没导入：${i.file}`, '去导入', to)
      if (i.state === 'committing') add(t.waiting, i.expected.in, 'plain', `行正在导入：${i.file}`, '看进度', to)
      if (i.state === 'done') add(t.wrong, i.done.refused, 'watch', `行导入时退回：${i.file}`, '去改', to, { key: `${i.id}/refused` })
    }
  }],
]

parts.push(
  ['借款', 'money.read', async (t, _day, _can, s) => {
    const { loans } = await get<{ loans: Loan[] }>('/loans', { open: true, brief: true, limit: 200 }, s)
    add(t.due, loans.filter((l) => l.overdue.fen).length, 'watch', '笔无息借款过了还款日', '去看', '/loans')
  }],
  ['关账', 'money.close', async (t, day, _can, s) => {
    const last = addMonths(periodOf(day), -1)
    const { months } = await get<{ months: MonthBook[] }>('/ledger/months', { year: Number(last.slice(0, 4)) }, s)
    const m = months.find((x) => x.period === last)
    if (m?.state === 'open') add(t.waiting, m.count, 'plain', `笔账记在${monthName(last)}，还没关账`, '去关账', `/months?year=${last.slice(0, 4)}`)
  }],
  ['台账表', 'money.post', async (t, _day, _can, s) => {
    const { imports } = await get<{ imports: Import[] }>('/batches', {}, s)
    for (const i of imports.slice(0, 10)) {
      const to = `/batches/${encodeURIComponent(i.id)}`
      if (i.state === 'checked') add(t.waiting, i.expected.in, 'plain', `笔账检查过还没记：${i.file}`, '去记', to)
      if (i.state === 'done') add(t.wrong, i.done.refused, 'watch', `笔账记的时候退回：${i.file}`, '去改', to, { key: `${i.id}/refused` })
    }
  }],
)

export async function readToday(day: string, can: Can, signal: AbortSignal): Promise<Today> {
  const t: Today = { aidDay: '', figures: [], waiting: [], due: [], wrong: [], unread: [] }
  await Promise.all(
    parts.filter(([, may]) => can(may)).map(async ([name, , read]) => {
      try {
        await read(t, day, can, signal)
      } catch (e) {
        if (signal.aborted || (e instanceof Problem && e.code === 'not_your_unit')) return // the farm's, and the person has a part of it
        t.unread.push(name)
      }
    }),
  )
  t.due = sorted(t.due, (a, b) => (a.due ?? '').localeCompare(b.due ?? ''))
  return t
}
