import { ChatDotRound } from '@element-plus/icons-vue'
import type { Page } from '../page'

export const talk: Page[] = [
  { path: '/unheard', title: '没听懂的话', may: 'households.write', open: () => import('./Unheard.vue'), menu: { group: '宣传', icon: ChatDotRound } },
]
