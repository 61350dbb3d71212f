// What is written and not kept: asked about before a page, a dialog or the tab is left.
import { ElMessageBox } from 'element-plus/es/components/message-box/index'
import { onScopeDispose } from 'vue'

const watched = new Set<() => boolean>()

/** Has the page ask before what was written is lost, for as long as the form is there. */
export function useUnsaved(unsaved: () => boolean) {
  watched.add(unsaved)
  onScopeDispose(() => watched.delete(unsaved))
}

export const anyUnsaved = (): boolean => [...watched].some((unsaved) => unsaved())

let asking: Promise<boolean> | null = null

/** Asks whether to leave; one question at a time. */
export function mayLeave(): Promise<boolean> {
  asking ??= ElMessageBox.confirm('填的内容还没有保存，离开就没有了。', '还没有保存', { confirmButtonText: '离开', cancelButtonText: '留下接着填', type: 'warning' })
    .then(() => true, () => false)
    .finally(() => { asking = null })
  return asking
}

if (typeof window !== 'undefined') {
  window.addEventListener('beforeunload', (e) => {
    if (anyUnsaved()) e.preventDefault()
  })
}
