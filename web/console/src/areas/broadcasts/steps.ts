import type { Broadcast } from '../../api/outreach'
import type { Permission } from '../../api/types'

export type Act = 'edit' | 'test' | 'submit' | 'approve' | 'reject' | 'start' | 'pause' | 'resume' | 'retry' | 'cancel'

const steps: { act: Act; states: string[]; may: Permission; label: string }[] = [
  { act: 'edit', states: ['draft', 'test_sent', 'submitted', 'approved', 'scheduled'], may: 'notices.write', label: '编辑' },
  { act: 'test', states: ['draft', 'test_sent'], may: 'notices.write', label: '试发给自己' },
  { act: 'submit', states: ['test_sent'], may: 'notices.write', label: '提交' },
  { act: 'reject', states: ['submitted', 'approved', 'scheduled'], may: 'notices.approve', label: '退回' },
  { act: 'approve', states: ['submitted'], may: 'notices.approve', label: '批准' },
  { act: 'start', states: ['approved', 'scheduled'], may: 'notices.send', label: '发送' },
  { act: 'pause', states: ['running'], may: 'notices.send', label: '暂停' },
  { act: 'resume', states: ['paused'], may: 'notices.send', label: '接着发' },
  { act: 'retry', states: ['finished', 'paused'], may: 'notices.send', label: '只重发没成的' },
  { act: 'cancel', states: ['draft', 'test_sent', 'submitted', 'approved', 'scheduled', 'running', 'paused'], may: 'notices.send', label: '取消' },
]

/** What this person may do with the broadcast now. The server has the last word. */
export function actsOf(b: Broadcast, me: string, can: (p: Permission) => boolean): { act: Act; label: string }[] {
  const mine = [b.created_by, b.submitted_by].includes(`staff:${me}`)
  return steps.filter((s) => s.states.includes(b.state) && can(s.may) && !(s.act === 'approve' && mine) && !(s.act === 'retry' && !b.counts?.failed))
}

/** Where a broadcast stands on its way, and what is missing for the next step. */
export const stages = ['写好', '试发', '批准', '发送', '发完'] as const
const reached: Record<string, number> = { draft: 1, test_sent: 2, submitted: 2, approved: 3, scheduled: 3, preparing: 3, running: 3, paused: 3, finished: 5, cancelled: 0 }
export const stageOf = (state: string): number => reached[state] ?? 0

export function hintOf(b: Broadcast, me: string, can: (p: Permission) => boolean): string {
  const mine = [b.created_by, b.submitted_by].includes(`staff:${me}`)
  switch (b.state) {
    case 'draft': return '下一步：试发给自己，在手机上看一遍。'
    case 'test_sent': return '下一步：看过手机上的样子和下面的名单，就可以提交。'
    case 'submitted': return can('notices.approve') && !mine ? '等您批准：看过内容和名单再批。' : '等另一个人批准。写的人和提交的人不能自己批。'
    case 'approved': return '批准了，还没有发。'
    case 'preparing': return '正在列名单，列好就开始发。'
  }
  return ''
}
