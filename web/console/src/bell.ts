// What waits for this person and must not wait until they look at a page: asked for every minute. The asking also finds
// out that a log-in has ended, and then a curtain hides the page with people's data until the log-in.
import { onMounted, onUnmounted, reactive } from 'vue'
import { get } from './api/http'
import type { Bell } from './api/types'
import { logInEnded } from './session'

export const bell = reactive<Bell>({ alerts: 0, posts: 0 })

export async function listen(): Promise<void> {
  if (!logInEnded.value) Object.assign(bell, await get<Bell>('/bell').catch(() => bell))
}

const MINUTE = 60_000

export function useBell() {
  let timer = 0
  onMounted(() => {
    void listen()
    timer = window.setInterval(() => void listen(), MINUTE)
  })
  onUnmounted(() => window.clearInterval(timer))
}
