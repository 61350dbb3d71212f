import { Download, Upload } from '@element-plus/icons-vue'
import type { Page } from '../page'

export const exchange: Page[] = [
  { path: '/imports', title: '导入', may: 'data.import', open: () => import('./ImportStart.vue'), menu: { group: '数据', icon: Upload } },
  { path: '/imports/:id', title: '一次导入', may: 'data.import', open: () => import('./ImportOne.vue') },
  { path: '/exports', title: '导出', may: 'data.export', open: () => import('./Exports.vue'), menu: { group: '数据', icon: Download } },
]
