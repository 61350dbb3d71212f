import { Document, Phone, Setting } from '@element-plus/icons-vue'
import type { Page } from '../page'

export const settings: Page[] = [
  { path: '/settings/office', title: '联系和告知', may: 'forms.write', open: () => import('./OfficeSettings.vue'), menu: { group: '管理', icon: Phone } },
  { path: '/settings/aid-day', title: '帮扶日设置', may: 'forms.write', open: () => import('./AidDaySettings.vue'), menu: { group: '管理', icon: Setting } },
  { path: '/settings/forms', title: '补充项目', may: 'forms.write', open: () => import('./FormEditor.vue'), menu: { group: '管理', icon: Document } },
]
