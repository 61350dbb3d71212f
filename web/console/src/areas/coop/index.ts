import { Histogram } from '@element-plus/icons-vue'
import type { Page } from '../page'

export const coop: Page[] = [
  { path: '/dividends', title: '分红', may: 'coop.read', open: () => import('./Dividends.vue'), menu: { group: '合作社', icon: Histogram } },
  { path: '/dividends/:coop/:year/:kind/:version', title: '一次分红', may: 'coop.read', open: () => import('./DividendRun.vue') },
]
