import { Histogram, House, List } from '@element-plus/icons-vue'
import type { Page } from '../page'

export const coop: Page[] = [
  { path: '/growing', title: '合作社和大棚', may: 'coop.read', open: () => import('./Growing.vue'), menu: { group: '合作社', icon: House } },
  { path: '/shares', title: '入股名单', may: 'coop.read', open: () => import('./Shares.vue'), menu: { group: '合作社', icon: List } },
  { path: '/shares/:coop/:year/:version', title: '一份入股名单', may: 'coop.read', open: () => import('./ShareList.vue') },
  { path: '/dividends', title: '分红', may: 'coop.read', open: () => import('./Dividends.vue'), menu: { group: '合作社', icon: Histogram } },
  { path: '/dividends/:coop/:year/:kind/:version', title: '一次分红', may: 'coop.read', open: () => import('./DividendRun.vue') },
]
