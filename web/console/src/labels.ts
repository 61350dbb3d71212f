// The words for the codes of the API, as model/labels.go has them.

export const statuses: Record<string, string> = {
  identified: '已识别，拟纳入', registered: '建档立卡', under_assistance: '帮扶中', exit_proposed: '拟脱贫，公示核实中', exited: '已脱贫',
  consolidated: '已脱贫，巩固期', relapse_warning: '返贫监测中', relapsed: '返贫，继续帮扶', removed: '已清除', rejected: '未纳入', closed: '已注销',
}

/** What may follow a status; the server has the last word and says what is missing. */
const moves: Record<string, string[]> = {
  identified: ['registered', 'rejected'], registered: ['under_assistance'], under_assistance: ['exit_proposed'],
  exit_proposed: ['exited', 'under_assistance'], exited: ['consolidated', 'relapse_warning'], consolidated: ['relapse_warning'],
  relapse_warning: ['consolidated', 'relapsed'], relapsed: ['under_assistance'],
}
const ended = ['removed', 'rejected', 'closed']
export const hasEnded = (s: string): boolean => ended.includes(s)
export const nextStatuses = (s: string): string[] => (ended.includes(s) ? [] : [...(moves[s] ?? []), 'removed', 'closed'])

export type Tone = 'good' | 'plain' | 'watch' | 'bad' | 'off'
const tones: Record<string, Tone> = {
  exited: 'good', consolidated: 'good', registered: 'plain', under_assistance: 'plain', identified: 'plain', exit_proposed: 'watch',
  relapse_warning: 'watch', relapsed: 'bad', removed: 'off', rejected: 'off', closed: 'off',
}
export const statusTone = (s: string): Tone => tones[s] ?? 'plain'

export const monitoring: Record<string, string> = {
  unstable_exited: '脱贫不稳定户', marginal: '边缘易致贫户', sudden_hardship: '突发严重困难户',
}
export const attributes: Record<string, string> = { subsistence: '低保', five_guarantee: '五保/特困', general: '一般' }
export const relations: Record<string, string> = { head: '户主', spouse: '配偶', child: '子女', daughter_in_law: '儿媳', son_in_law: '女婿', grandchild: '孙子女', parent: '父母', grandparent: '祖父母', sibling: '兄弟姐妹', other: '其他' }
export const sexes: Record<string, string> = { male: '男', female: '女' }
export const povertyCauses = ['因病', '因残', '因学', '因灾', '缺劳力', '缺技术', '缺资金', '缺土地', '自身发展动力不足']
export const roles: Record<string, string> = { lead: '牵头', member: '参加' }
export const guarantees: Record<string, string> = { education: '义务教育', medical: '基本医疗', housing: '住房安全', water: '饮水安全' }
export const purposes: Record<string, string> = { registration: '纳入', exit: '退出' }
export const plans: Record<string, string> = { aid: '帮扶计划', consolidation: '巩固计划' }
export const labours: Record<string, string> = { full: '有劳动能力', weak: '弱劳动能力', none: '无劳动能力' }
export const studentStages: Record<string, string> = { nursery: '学前', primary: '小学', secondary: '中学', university: '大学' }
export const groups: Record<string, string> = {
  identity: '姓名和身份证号', contact: '电话和住址', money: '收入和银行账号', health: '健康情况',
}

export const visitStates: Record<string, string> = {
  expected: '还没走访', overdue: '过了时间没去', visited: '已走访', visited_late: '已走访（晚了）', excused: '已准假', excuse_asked: '请假待批',
  cancelled: '不用走访',
}
const visitTones: Record<string, Tone> = {
  expected: 'plain', overdue: 'bad', visited: 'good', visited_late: 'good', excused: 'off', excuse_asked: 'watch', cancelled: 'off',
}
export const visitTone = (s: string): Tone => visitTones[s] ?? 'plain'
export const visitKinds: Record<string, string> = {
  talk: '谈心走访', difficulty_solved: '解难事', policy_delivered: '送政策', technology_delivered: '送技术', goods: '送温暖',
}
export const answers: Record<string, string> = { came: '户里说来过', did_not_come: '户里说没来' }
export const audiences: Record<string, string> = { cadre: '帮扶干部', household: '帮扶户', secretary: '支部书记', office: '扶贫办' }

export const needStates: Record<string, string> = {
  open: '待办', done_by_cadre: '干部已办，等户里确认', confirmed: '户里已确认', reopened: '户里说没办好', not_possible: '办不了',
}
const needTones: Record<string, Tone> = { open: 'plain', done_by_cadre: 'watch', confirmed: 'good', reopened: 'bad' }
export const needTone = (s: string): Tone => needTones[s] ?? 'off'
export const needSources: Record<string, string> = { visit: '走访', bot: '户里反映', office: '扶贫办', ledger: '问账' }
export const needKinds: Record<string, string> = {
  housing: '住房', medical: '看病', schooling: '上学', income: '增收', living: '生活', money: '问账', other: '别的',
}
export const activities: Record<string, string> = {
  meeting: '会议', themed: '主题活动', volunteers_join: '志愿者登记', volunteer_visit: '志愿者慰问', volunteer_medical: '志愿者义诊', volunteer_farm: '志愿者帮农',
}
export const ways: Record<string, string> = { subscription: '订阅消息', template: '模板消息', window: '客服消息', inbox: '站内信', by_hand: '当面告诉' }
const channels: Record<string, string> = { oa: '公众号', mp: '小程序' }
/** A way of sending, with whose it is: mp/subscription. */
export function wayName(way = ''): string {
  if (!way) return ''
  const [channel, kind] = way.split('/')
  return kind ? `${channels[channel] ?? ''}${ways[kind] ?? '消息'}` : (ways[way] ?? '消息')
}
export const holdReasons: Record<string, string> = { minute: '到了每分钟的限额', day: '到了今天的限额', account: '公众号有问题' }

export const messageStates: Record<string, string> = {
  queued: '等着发', sending: '正在发', accepted: '微信已收', failed: '没发成', by_hand: '要当面告诉', expired: '过时没发', unknown: '不知道发没发出',
  dropped: '不用发了',
}
const messageTones: Record<string, Tone> = {
  queued: 'plain', sending: 'plain', accepted: 'good', failed: 'bad', by_hand: 'watch', expired: 'off', unknown: 'watch', dropped: 'off',
}
export const messageTone = (s: string): Tone => messageTones[s] ?? 'plain'

export const unitKinds: Record<string, string> = {
  farm: '农场', office: '扶贫办公室', leading_group: '领导小组', management_area: '管理区', community: '社区（居民委）', party_branch: '党支部',
  department: '部门', hospital: '医院', service_centre: '精准扶贫服务中心', love_supermarket: '责任爱心超市', cooperative: '合作社', insurer: '保险公司',
  upper: '上级单位', enterprise: '企业', union: '工会', inspection_team: '检查小组',
}
export const cadreStates: Record<string, string> = { active: '在岗', away: '外出', left: '调离' }
export const ranks = ['副科级', '正科级', '副处级', '正处级']

export const categories: Record<string, string> = {
  subsistence_disability: '低保金和残疾人补贴', medical_premium: '医疗保险费', medical_relief: '医疗救助', education_relief: '教育救助', industry: '产业扶贫',
  subsidy_condolence: '各类补贴及慰问金',
}
export const systems: Record<string, string> = {
  land: '以地扶贫', industry: '以业扶贫', post: '以岗扶贫', technology: '科技扶贫', capital_income: '资本收益扶贫', fund_donation: '基金捐助扶贫',
  social_relief: '社会救助扶贫',
}
export const methods: Record<string, string> = {
  transfer: '转账', cash: '现金', in_kind: '实物', fee_waiver: '费用减免', premium: '代缴保费', reimbursement: '报销',
}
export const fundLevels: Record<string, string> = {
  general_bureau: '总局', bureau: '管理局', farm: '农场', union: '工会', society: '社会', cadres: '干部自筹',
}
export const donorKinds: Record<string, string> = { person: '个人', enterprise: '企业', social_organisation: '社会组织', cadre: '干部' }
export const moveStates: Record<string, string> = { planned: '正在办', done: '办好了', refused: '没办成，库里不够' }
const monthTones: Record<string, Tone> = { open: 'plain', closing: 'watch', closed: 'good' }
export const monthTone = (s: string): Tone => monthTones[s] ?? 'plain'

export const duties: Record<string, string> = {
  office: '扶贫办', secretary: '支部书记', cadre: '帮扶干部', finance: '财务', doctor: '家庭医生', inspector: '检查组', publisher: '宣传公示',
  administrator: '系统管理',
}
export const permissions: Record<string, string> = {
  'self': '管自己的登录', 'households.read': '看户', 'households.write': '改户的资料', 'status.change': '改户情', 'pairings.write': '结对、交接、准假',
  'incomes.write': '登记收入', 'codes.issue': '发绑定码', 'fields.read': '写明原因看隐去的内容', 'fields.break_glass': '紧急情况下看',
  'audit.read': '看审计', 'staff.manage': '管登录名', 'forms.write': '改补充项目和设置', 'data.import': '导入', 'data.export': '导出',
  'money.read': '看台账', 'money.post': '记账', 'money.close': '结月', 'coop.read': '看合作社', 'coop.write': '算分红', 'coop.approve': '审分红',
  'programmes.write': '改帮扶政策', 'applications.read': '看申请', 'applications.handle': '办申请', 'applications.approve': '批申请',
  'notices.read': '看通知', 'notices.write': '写通知', 'notices.approve': '审群发', 'notices.send': '发群发', 'public.write': '做公示',
  'public.approve': '审公示', 'alerts.read': '核对紧急查看', 'posts.confirm': '确认岗位',
}
export const actions: Record<string, string> = {
  read: '看了隐去的内容', break_glass: '紧急查看', change: '修改', export: '导出', import: '导入', login: '登录', login_wrong: '密码错', staff: '管登录名', alert: '核对紧急查看', search: '按姓名查找', backup: '整库备份', restore: '从备份恢复',
}

export const runStates: Record<string, string> = {
  draft: '填报中', computed: '已算', checked: '已核对', approved: '已批准', publicised: '公示中', paying: '发放中', settled: '发完了', reopened: '重开了，看下一版',
}
export const dividendKinds: Record<string, string> = { base: '保底分红', secondary: '二次分红' }

export const sheets: Record<string, { title: string; about: string }> = {
  households: { title: '户表', about: '户编号、户主、单位、户情、致贫原因' },
  persons: { title: '人员表', about: '每位家庭成员一行，有身份证号和电话' },
  cadres: { title: '干部表', about: '干部编号、姓名、职级、单位、电话' },
  pairings: { title: '结对表', about: '哪位干部从哪天起帮哪一户' },
  incomes: { title: '收入表', about: '每户每年的四项收入和支出' },
}
export const bookSheet = { title: '台账表', about: '每行一笔账' }
export const importStates: Record<string, string> = {
  checking: '正在检查', checked: '检查过，还没导入', committing: '正在导入', done: '导入完了', dropped: '放弃了',
}

export const fieldNames: Record<string, string> = {
  unit_id: '单位', address: '住址', head_person_id: '户主', poverty_causes: '致贫原因', attributes: '属性', guarantees: '三保障核查', notices: '公示',
  signatures: '签字', plans: '计划', attrs: '补充项目', status: '户情', status_since: '户情起始', status_history: '户情记录', exited_on: '脱贫日期',
  registered_on: '建档日期', name: '姓名', phone: '电话', bank_account: '银行账号', national_id: '身份证号', labour_ability: '劳动能力',
  student_stage: '在读', disability: '残疾', chronic: '慢性病', merged_into: '并入', split_from: '分自', memberships: '户籍关系',
  identity: '姓名和身份证号', contact: '电话和住址', money: '收入和银行账号', health: '健康情况', state: '状态', password: '密码', posts: '岗位', proposed: '等确认的岗位', totp: '验证码登录', sessions: '登录',
  search: '检索词', merge: '并户', form_v: '补充项目版本', birth_date: '出生日期', insurances: '参保',
}
export const named = (labels: Record<string, string>, code: string | undefined): string => (code ? (labels[code] ?? code) : '')
export const options = (labels: Record<string, string>) => Object.entries(labels).map(([value, label]) => ({ value, label }))

/** 扶贫办 · 全场 of a post; unit names its unit. */
export const postName = (p: { duty: string; unit_id: string }, unit: (id: string) => string): string =>
  `${named(duties, p.duty)} · ${p.unit_id ? unit(p.unit_id) : '全场'}`
