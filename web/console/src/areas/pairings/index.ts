import { Connection } from '@element-plus/icons-vue'
import type { Page } from '../page'

export const pairings: Page[] = [
  { path: '/pairings', title: '结对', may: 'pairings.write', open: () => import('./PairingBoard.vue'), menu: { group: '日常', icon: Connection } },
]
