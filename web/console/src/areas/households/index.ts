import { House } from '@element-plus/icons-vue'
import type { Page } from '../page'

export const households: Page[] = [
  { path: '/households', title: '户', may: 'households.read', open: () => import('./HouseholdList.vue'), menu: { group: '日常', icon: House } },
  { path: '/households/:no/print', title: '一户一档', may: 'households.read', open: () => import('./PrintFile.vue') },
]
