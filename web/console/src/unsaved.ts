import { ElMessageBox } from 'element-plus/es/components/message-box/index'
import { onBeforeRouteLeave } from 'vue-router'

/** Asks before the page is left while what was written is not kept. */
export function useUnsaved(unsaved: () => boolean) {
  onBeforeRouteLeave(() =>
    !unsaved() || ElMessageBox.confirm('写的还没有存,离开就没有了。', '还没存', { confirmButtonText: '离开', cancelButtonText: '留下接着写' }).then(() => true, () => false))
}
