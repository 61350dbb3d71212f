import type { Page } from '../page'

export const session: Page[] = [{ path: '/me', title: '我的登录', may: 'self', open: () => import('./MyLogIn.vue') }]
