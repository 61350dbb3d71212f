import { Grid, Lock, Notebook } from '@element-plus/icons-vue'
import type { Page } from '../page'

export const ledger: Page[] = [
  { path: '/ledger', title: '台账', may: 'money.read', open: () => import('./Ledger.vue'), menu: { group: '钱物', icon: Notebook } },
  { path: '/matrix', title: '支出总表', may: 'money.read', open: () => import('./Matrix.vue'), menu: { group: '钱物', icon: Grid } },
  { path: '/months', title: '关账', may: 'money.read', open: () => import('./Months.vue'), menu: { group: '钱物', icon: Lock } },
  { path: '/batches', title: '导入台账', may: 'money.post', open: () => import('./Batches.vue') },
  { path: '/batches/:id', title: '一次导入', may: 'money.post', open: () => import('../exchange/ImportOne.vue') },
]
