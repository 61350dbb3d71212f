import { Calendar, ChatDotRound, DataAnalysis, Flag } from '@element-plus/icons-vue'
import type { Page } from '../page'

export const aidday: Page[] = [
  { path: '/aid-days', title: '帮扶日', may: 'households.read', open: () => import('./AidDays.vue'), menu: { group: '日常', icon: Calendar } },
  { path: '/visit-counts', title: '件次', may: 'households.read', open: () => import('./VisitCounts.vue'), menu: { group: '日常', icon: DataAnalysis } },
  { path: '/activities', title: '活动和评议', may: 'households.read', open: () => import('./Activities.vue'), menu: { group: '日常', icon: Flag } },
  { path: '/sending', title: '消息', may: 'audit.read', open: () => import('./SendingPage.vue'), menu: { group: '管理', icon: ChatDotRound } },
]
