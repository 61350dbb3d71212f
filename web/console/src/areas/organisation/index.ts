import { OfficeBuilding } from '@element-plus/icons-vue'
import type { Page } from '../page'

export const organisation: Page[] = [
  { path: '/organisation', title: '单位和干部', may: 'households.read', open: () => import('./Organisation.vue'), menu: { group: '数据', icon: OfficeBuilding } },
]
