import { Files, Tickets } from '@element-plus/icons-vue'
import type { Page } from '../page'

export const aid: Page[] = [
  { path: '/applications', title: '申请', may: 'applications.read', open: () => import('./Applications.vue'), menu: { group: '钱物', icon: Tickets } },
  { path: '/programmes', title: '帮扶项目', may: 'applications.read', open: () => import('./Programmes.vue'), menu: { group: '钱物', icon: Files } },
  { path: '/programmes/:code', title: '一个项目的各版', may: 'applications.read', open: () => import('./ProgrammeVersions.vue') },
  { path: '/programme-form/:code?', title: '项目的新一版', may: 'programmes.write', open: () => import('./ProgrammeForm.vue') },
]
