import { Calendar } from '@element-plus/icons-vue'
import type { Page } from '../page'

export const aidday: Page[] = [
  { path: '/aid-days', title: '帮扶日', may: 'households.read', open: () => import('./AidDays.vue'), menu: { group: '日常', icon: Calendar } },
]
