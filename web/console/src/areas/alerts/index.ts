import { Bell } from '@element-plus/icons-vue'
import type { Page } from '../page'

export const alerts: Page[] = [
  { path: '/alerts', title: '紧急查看', may: 'alerts.read', open: () => import('./Alerts.vue'), menu: { group: '管理', icon: Bell } },
]
