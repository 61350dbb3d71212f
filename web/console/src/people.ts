// Who did something, as people know each other: by name, never by a log-in name or a code.
import { shallowRef } from 'vue'
import { get } from './api/http'
import { cadreName, unitName } from './registry'

const names = shallowRef<Record<string, string>>({})

/** The names behind the log-in names of histories; a page that is drawn before they are here is drawn again. */
export async function readStaffNames(): Promise<void> {
  names.value = (await get<{ names: Record<string, string> }>('/staff-names')).names
}

const others: Record<string, string> = { seed: '初始数据', reference: '初始数据', system: '系统', command: '服务器上的命令' }

/** Who acts, from staff:office, cadre:C-001, account:…, system:broadcast or a unit. */
export function actorName(actor: string | undefined): string {
  const [kind, id = ''] = (actor ?? '').split(/:(.*)/)
  switch (kind) {
    case 'staff': return names.value[id] || '工作人员'
    case 'cadre': return cadreName(id)
    case 'account': return '户里'
    case 'system': return '系统'
    case '': return ''
  }
  return others[kind] ?? unitName(kind)
}

const records: Record<string, string> = {
  households: '户的档案', persons: '家庭成员', pairings: '结对', income_records: '收入核算', entries: '一笔账', imports: '导入', exports: '导出的表', staff: '登录名', alerts: '紧急查看',
  applications: '申请', papers: '材料', notices: '政策', broadcasts: '群发', broadcast_recipients: '群发的一位', disclosures: '公示', objections: '异议', dividend_runs: '分红', subscriptions: '入股名单',
  needs: '难事', visits: '走访', settings: '设置', forms: '补充项目', units: '单位', cadres: '干部', funds: '资金', loans: '借款', donations: '捐款捐物', stock: '库存', programmes: '帮扶项目',
  searches: '查找', sessions: '登录', accounts: '微信登记', messages: '消息', months: '月账', reports: '报表', bindings: '微信登记', debriefings: '评议', activities: '活动', visit_files: '走访的照片',
}

/** What a line of the audit log is about; the id stands behind a detail. */
export const recordName = (record: string): string => records[record.split('/')[0]] ?? '别的'
