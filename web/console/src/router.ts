import { createRouter, createWebHistory } from 'vue-router'
import { pages } from './areas'
import { Problem } from './api/http'
import { can, loggedIn, logInEnded, me, mustFirst, readMe, shared } from './session'
import { anyUnsaved, mayLeave } from './unsaved'

export const router = createRouter({
  history: createWebHistory('/console/'),
  routes: [
    { path: '/login', component: () => import('./areas/session/LogIn.vue'), meta: { title: '登录', open: true } },
    { path: '/first-password', component: () => import('./areas/session/FirstPassword.vue'), meta: { title: '第一次登录' } },
    {
      path: '/',
      component: () => import('./Shell.vue'),
      children: [
        ...pages.map((p) => ({ path: p.path, component: p.open, meta: { title: p.title, may: p.may } })),
        { path: '/:rest(.*)*', component: () => import('./NotFound.vue'), meta: { title: '没有这一页' } },
      ],
    },
  ],
})

router.beforeEach(async (to, from) => {
  if (logInEnded.value) return false // the page under the curtain stays
  if (to.fullPath !== from.fullPath && anyUnsaved() && !(await mayLeave())) return false
  document.title = `${to.meta.title ?? '帮扶'} · 帮扶工作台`
  if (to.meta.open) return true
  await shared
  if (!loggedIn.value) return { path: '/login', query: to.fullPath === '/' ? {} : { to: to.fullPath } }
  if (!me.value) {
    try {
      await readMe()
    } catch (e) {
      if (e instanceof Problem && e.status === 401) return false // the session has sent the page to the log-in
      return true // the page itself will say what is wrong
    }
  }
  if (mustFirst.value && to.path !== '/first-password') return '/first-password'
  if (to.meta.may && me.value && !can(to.meta.may as never)) return '/'
  return true
})

// After an update the page in the tab asks for scripts that are gone: load the new page once.
router.onError((error, to) => {
  if (!/dynamically imported module|Failed to fetch/.test(String(error)) || sessionStorage.getItem('reloaded') === to.fullPath) return
  sessionStorage.setItem('reloaded', to.fullPath)
  location.assign('/console' + to.fullPath)
})
