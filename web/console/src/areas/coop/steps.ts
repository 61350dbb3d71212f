import type { Permission } from '../../api/types'
import type { Tone } from '../../labels'

/** What follows in a run, and who may do it. */
export const nextStep: Record<string, { step: string; label: string; may: Permission }> = {
  draft: { step: 'compute', label: '计算', may: 'coop.write' }, computed: { step: 'check', label: '核对', may: 'coop.write' },
  checked: { step: 'approve', label: '批准', may: 'coop.approve' }, approved: { step: 'publicise', label: '公示', may: 'coop.write' },
  publicised: { step: 'pay', label: '发放,记账', may: 'money.post' },
}

export const runTone = (state: string): Tone => (state === 'settled' ? 'good' : state === 'reopened' ? 'off' : state === 'publicised' || state === 'paying' ? 'watch' : 'plain')
