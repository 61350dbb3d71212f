import { DocumentChecked, WarnTriangleFilled } from '@element-plus/icons-vue'
import type { Page } from '../page'

export const disclosures: Page[] = [
  { path: '/disclosures', title: '公示', may: 'public.write', open: () => import('./DisclosureList.vue'), menu: { group: '宣传', icon: DocumentChecked } },
  { path: '/disclosures/settings', title: '公示的设置', may: 'public.write', open: () => import('./PublicSettings.vue') },
  { path: '/disclosures/:id', title: '一份公示', may: 'public.write', open: () => import('./DisclosurePage.vue') },
  { path: '/objections', title: '异议', may: 'public.write', open: () => import('./ObjectionList.vue'), menu: { group: '宣传', icon: WarnTriangleFilled } },
]
