import { ChatLineSquare } from '@element-plus/icons-vue'
import type { Page } from '../page'

export const needs: Page[] = [
  { path: '/needs', title: '难事', may: 'households.read', open: () => import('./NeedsPage.vue'), menu: { group: '日常', icon: ChatLineSquare } },
]
