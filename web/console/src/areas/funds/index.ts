import { Coin, Goods, Present, Wallet } from '@element-plus/icons-vue'
import type { Page } from '../page'

export const funds: Page[] = [
  { path: '/funds', title: '资金', may: 'money.read', open: () => import('./Funds.vue'), menu: { group: '钱物', icon: Wallet } },
  { path: '/donations', title: '捐赠', may: 'money.read', open: () => import('./Donations.vue'), menu: { group: '钱物', icon: Present } },
  { path: '/loans', title: '无息借款', may: 'money.read', open: () => import('./Loans.vue'), menu: { group: '钱物', icon: Coin } },
  { path: '/stock', title: '爱心超市', may: 'money.read', open: () => import('./Stock.vue'), menu: { group: '钱物', icon: Goods } },
]
