import { onMounted, onUnmounted, shallowRef, type Ref } from 'vue'
import { events, type Problem } from '../../api/http'
import type { Progress } from '../../api/outreach'
import { problemOf } from '../../task'
import { over } from './words'

const visible = () => document.visibilityState === 'visible'

/**
 * How a broadcast goes, as the server pushes it: while the page is open and in front. The server ends a stream after a
 * while, and this takes the next. turned is called when the state is another than the one that is known.
 */
export function useProgress(id: Ref<string>, known: () => string | undefined, turned: () => void) {
  const progress = shallowRef<Progress | null>(null)
  const trouble = shallowRef<Problem | null>(null)
  let turn: AbortController | null = null

  async function watch() {
    stop()
    const mine = (turn = new AbortController())
    const wait = (ms: number) => new Promise((done) => setTimeout(done, ms))
    for (let pause = 300, failed = 0; !mine.signal.aborted && visible(); ) {
      try {
        for await (const p of events<Progress>(`/broadcasts/${encodeURIComponent(id.value)}/events`, mine.signal)) {
          progress.value = p
          trouble.value = null
          ;[pause, failed] = [300, 0]
          if (p.state !== known()) turned()
        }
        if (progress.value && over(progress.value.state)) return
      } catch (e) {
        if (mine.signal.aborted) return
        if (++failed > 1) trouble.value = problemOf(e) // once may be a hiccup
        pause = Math.min(pause * 3, 30000)
      }
      await wait(pause)
    }
  }
  const stop = () => turn?.abort()
  const shown = () => { if (visible()) void watch(); else stop() }

  onMounted(() => document.addEventListener('visibilitychange', shown))
  onUnmounted(() => {
    document.removeEventListener('visibilitychange', shown)
    stop()
  })
  return { progress, trouble, watch, stop }
}
