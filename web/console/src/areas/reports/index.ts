import { PieChart } from '@element-plus/icons-vue'
import type { Page } from '../page'

export const reports: Page[] = [
  { path: '/reports', title: '报表', may: 'money.read', open: () => import('./Reports.vue'), menu: { group: '钱物', icon: PieChart } },
]
