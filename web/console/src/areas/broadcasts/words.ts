// What people call the codes of a broadcast.
import type { Tone } from '../../labels'

const tones: Record<string, Tone> = {
  draft: 'plain', test_sent: 'plain', submitted: 'watch', approved: 'plain', scheduled: 'watch', preparing: 'watch', running: 'watch', paused: 'bad',
  finished: 'good', cancelled: 'off',
}
export const broadcastTone = (state: string): Tone => tones[state] ?? 'plain'

/** Whether it has begun: its recipients are rows. */
export const begun = (state: string): boolean => ['running', 'paused', 'finished'].includes(state)
export const over = (state: string): boolean => state === 'finished' || state === 'cancelled'

export const groups: Record<string, string> = {
  now: '现在发得到', tomorrow: '今天收够了，明天发', no_consent: '没有授权，微信到不了', by_hand: '要当面告诉', too_long: '字数超了，发不了', empty: '有一项没有内容可填', used_up: '本月4条用完了', skipped: '不发',
}
export const recipientStates: Record<string, string> = {
  pending: '还没发', accepted: '微信已收', failed: '没发成', unknown: '不知道收到没有', by_hand: '要当面告诉', told: '当面告诉了', skipped: '不发',
}
const recipientTones: Record<string, Tone> = {
  pending: 'plain', accepted: 'good', failed: 'bad', unknown: 'watch', by_hand: 'watch', told: 'good', skipped: 'off',
}
export const recipientTone = (state: string): Tone => recipientTones[state] ?? 'plain'

const reasons: Record<string, string> = {
  no_consent: '没有授权', no_account: '家里没有人登记微信', muted: '户里说不要收', stopped: '户里自己退订了', deceased: '已去世', left: '已调离或注销', quota: '额度用完了',
  expired: '过了最后一天', field: '填上他家的内容后字数超了', empty: '变量没有内容可填', retry: '微信忙，试了几次都没成', token: '公众号的凭证失效', minute: '到了每分钟的限额',
  day: '到了今天的限额', user: '没有关注或者拒收', window: '超过48小时没给公众号发过话', payload: '内容微信不收', account: '公众号有问题', unknown: '微信没有回答',
  pending: '等公众号管理员同意', 'sender died': '发的时候服务器停了', 'no way': '微信没有能用的方式', 'user block': '对方拒收', 'system failed': '微信没有送到',
}
// How a mass message ended, in WeChat's words (MASSSENDJOBFINISH, mass/get) and in ours.
const verdicts: Record<string, string> = {
  'send success': '发成了', SEND_SUCCESS: '发成了', 'send fail': '微信没有发成', SEND_FAIL: '微信没有发成', DELETE: '在公众号后台删掉了',
  'no answer': '微信没有回答', 'no report': '微信没有说结果', 'administrator did not agree': '公众号管理员没有同意',
  'err(10001)': '微信说涉嫌广告', 'err(20001)': '微信说涉嫌政治内容', 'err(20002)': '微信说涉嫌色情', 'err(20004)': '微信说涉嫌社会敏感内容',
  'err(20006)': '微信说涉嫌违法犯罪', 'err(20008)': '微信说涉嫌欺诈', 'err(20013)': '微信说涉嫌侵权', 'err(21000)': '微信说内容有别的问题',
  'err(22000)': '微信说是互相推广', 'err(30001)': '微信查原创时出错', 'err(30002)': '微信判为不能群发的原创文章', 'err(30003)': '微信判为转载',
  'err(40001)': '公众号管理员没有同意', 'err(40002)': '公众号管理员超时没有答复',
}
const resolved: Record<string, string> = { '查明：accepted': '查明收到了', '查明：by_hand': '查明没收到，改当面告诉', '查明：again': '查明没收到，再发一次' }
export const reasonText = (code: string | undefined): string => (code ? (reasons[code] ?? verdicts[code] ?? resolved[code] ?? code) : '')

/** The counts in the order in which people read them; nought is left out. */
export function countsOf(counts: Record<string, number> | null | undefined): { state: string; n: number }[] {
  return Object.keys(recipientStates).map((state) => ({ state, n: counts?.[state] ?? 0 })).filter((c) => c.n > 0)
}

/** How much of a broadcast has its outcome, in percent. */
export function percentOf(total: number, rest: number): number {
  return total > 0 ? Math.min(100, Math.floor(((total - rest) / total) * 100)) : 0
}

/** Reasons arrive as "state:reason". */
export function reasonRows(all: Record<string, number> | null | undefined): { state: string; reason: string; n: number }[] {
  return Object.entries(all ?? {}).map(([key, n]) => {
    const [state, reason] = key.split(/:(.*)/)
    return { state, reason: reasonText(reason), n }
  }).sort((a, b) => b.n - a.n)
}

export const categories: Record<string, string> = {
  subsistence_disability: '低保金和残疾人补贴', medical_premium: '医疗保险费', medical_relief: '医疗救助', education_relief: '教育救助', industry: '产业扶贫',
  subsidy_condolence: '各类补贴及慰问金',
}
const massStates: Record<string, string> = { queued: '等着交给微信', waiting: '等公众号管理员同意', sending: '微信正在发', sent: '微信发完了', failed: '没发成' }
export const massState = (s: string): string => massStates[s] ?? s
