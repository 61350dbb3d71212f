// Says what was done, and for half a minute offers to take it back.
import { ElNotification } from 'element-plus/es/components/notification/index'
import 'element-plus/theme-chalk/el-notification.css'
import { h } from 'vue'
import { problemOf } from './task'

const HALF_A_MINUTE = 30_000

export function undoable(said: string, undo: () => Promise<unknown>, undone: () => void) {
  const take = async () => {
    note.close()
    try {
      await undo()
      ElNotification({ title: '已撤销', message: said, type: 'success' })
      undone()
    } catch (e) {
      ElNotification({ title: '没有撤销成', message: problemOf(e).detail, type: 'error' })
    }
  }
  const note = ElNotification({
    title: said, type: 'success', duration: HALF_A_MINUTE, message: h('button', { type: 'button', class: 'link', onClick: take }, '撤销'),
  })
}
