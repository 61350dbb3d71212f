// What people call the codes of disclosures and objections.
import type { Disclosure, Objection, PublicSettings, PublicWords } from '../../api/outreach'
import type { Tone } from '../../labels'

/** The items that are drawn from the records; the farm may name others. */
export const items: Record<string, string> = {
  families: '贫困家庭基本情况', pairings: '结对帮扶', measures: '扶贫措施政策', funds: '资金使用', progress: '阶段性任务目标完成情况',
  donations: '捐款捐物', registrations: '拟纳入户公示', exits: '拟退出户公示',
}
export const ownItems = ['item-6', 'item-7', 'item-8', 'item-9', 'item-10']

export function itemOptions(s: PublicSettings | null): { value: string; label: string }[] {
  const own = ownItems.filter((i) => s?.titles[i]).map((i) => ({ value: i, label: s!.titles[i] }))
  return [...Object.entries(items).map(([value, label]) => ({ value, label })), ...own]
}

export const channels: Record<string, string> = { tv: '电视', board: '公开栏', plaza_screen: '广场大屏幕', wechat: '微信公众号' }

const fields: Record<string, string> = {
  household_no: '户编号', head: '户主', unit: '单位', status: '户情', households: '户数', persons: '人数', cadres: '帮扶干部', system: '帮扶体系',
  measure: '措施', category: '支出类别', amount: '金额（万元）', task: '任务', target: '目标', done: '完成',
  donor: '捐赠人', donor_kind: '类别', cash: '现金（元）', goods: '物资（元）', worth: '合计（元）',
}
export const fieldName = (f: string): string => fields[f] ?? f
export const numeric = (f: string): boolean => ['households', 'persons', 'amount', 'cash', 'goods', 'worth'].includes(f)

export const editable = (d: Disclosure): boolean => d.state === 'draft' || d.state === 'masked_preview'

/** Where a disclosure stands on a day: published ones are in their notice or past it. */
export function stageOf(d: Disclosure, day: string): { text: string; tone: Tone } {
  switch (d.state) {
    case 'draft': return { text: '草稿', tone: 'plain' }
    case 'masked_preview': return { text: '待审核', tone: 'watch' }
    case 'approved': return { text: '已审核，待公布', tone: 'watch' }
    case 'withdrawn': return { text: '已撤回', tone: 'off' }
  }
  return d.to && day <= d.to ? { text: `公示中，到${d.to}`, tone: 'good' } : { text: '公示期满', tone: 'off' }
}

const states: Record<string, Tone> = { held: 'watch', received: 'bad', assigned: 'watch', answered: 'good', closed: 'off', set_aside: 'off' }
export const objectionTone = (s: string): Tone => states[s] ?? 'plain'
export const objectionStates: Record<string, string> = {
  received: '已收到，等人阅看', assigned: '正在核实', answered: '已答复', closed: '已办结', held: '一个来源提得多，等人挑拣', set_aside: '没有作为异议办理',
}
/** Why an objection that was held back is not looked into; whoever raised it reads it. */
export const asideReasons: Record<string, string> = { repeated: '和已经收到的另一条说的是同一件事', no_matter: '没有说哪里不对' }

/** Whether this person may let out the answer that stands there: another has to have written it. */
export const mayLetOut = (o: Objection, me: string): boolean => Boolean(o.draft_answer) && !(o.answer_writers ?? []).includes(`staff:${me}`)

/** The words of the settings as they are sent: names without blanks around them, and none that is empty. */
export const wordsOf = (s: PublicWords): PublicWords => ({
  titles: Object.fromEntries(Object.entries(s.titles).map(([k, v]) => [k, v.trim()]).filter(([, v]) => v)), days: s.days, answer_days: s.answer_days, contact: s.contact.trim(),
})

/** What a proposal changes, line by line. */
export function changesOf(now: PublicWords, next: PublicWords): { what: string; from: string; to: string }[] {
  const lines = [
    { what: '公示多少天', from: String(now.days), to: String(next.days) }, { what: '异议多少天内答复', from: String(now.answer_days), to: String(next.answer_days) },
    { what: '到哪里提异议', from: now.contact, to: next.contact },
    ...ownItems.map((i) => ({ what: `第${i.slice(5)}项的名称`, from: now.titles[i] ?? '', to: next.titles[i] ?? '' })),
  ]
  return lines.filter((l) => l.from !== l.to)
}
