import { Reading } from '@element-plus/icons-vue'
import type { Page } from '../page'

export const notices: Page[] = [
  { path: '/notices', title: '政策通知', may: 'notices.read', open: () => import('./NoticeList.vue'), menu: { group: '宣传', icon: Reading } },
  { path: '/notices/new', title: '新建政策', may: 'notices.write', open: () => import('./NoticeEditor.vue') },
  { path: '/notices/:id/edit', title: '改政策', may: 'notices.write', open: () => import('./NoticeEditor.vue') },
  { path: '/notices/:id', title: '一条政策', may: 'notices.read', open: () => import('./NoticePage.vue') },
]
