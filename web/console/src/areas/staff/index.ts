import { Tickets, User } from '@element-plus/icons-vue'
import type { Page } from '../page'

export const staff: Page[] = [
  { path: '/staff', title: '登录名和岗位', may: 'posts.confirm', open: () => import('./StaffPage.vue'), menu: { group: '管理', icon: User } },
  { path: '/audit', title: '审计', may: 'audit.read', open: () => import('./AuditPage.vue'), menu: { group: '管理', icon: Tickets } },
]
