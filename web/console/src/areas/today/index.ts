import { Sunny } from '@element-plus/icons-vue'
import type { Page } from '../page'

export const today: Page[] = [{ path: '/', title: '今天', may: 'self', open: () => import('./Today.vue'), menu: { group: '日常', icon: Sunny } }]
