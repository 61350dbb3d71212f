import { Promotion } from '@element-plus/icons-vue'
import type { Page } from '../page'

export const broadcasts: Page[] = [
  { path: '/broadcasts', title: '群发', may: 'notices.read', open: () => import('./BroadcastList.vue'), menu: { group: '宣传', icon: Promotion } },
  { path: '/broadcasts/new', title: '写群发', may: 'notices.write', open: () => import('./Composer.vue') },
  { path: '/broadcasts/:id/edit', title: '改群发', may: 'notices.write', open: () => import('./Composer.vue') },
  { path: '/broadcasts/:id', title: '一次群发', may: 'notices.read', open: () => import('./BroadcastPage.vue') },
]
