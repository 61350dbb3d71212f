import { describe, expect, it } from 'vitest'
import { Problem } from './api/http'
import { useMerge } from './merge'

describe('a form over a record that another has changed', () => {
  it('keeps what was typed, shows both versions of what both changed, and saves over the new revision', async () => {
    const form = { name: '一区', kind: 'area', parent: 'farm' }
    const merge = useMerge<typeof form>([{ key: 'name', title: '名称' }, { key: 'kind', title: '类别' }, { key: 'parent', title: '上级' }], form,
      async () => ({ rev: 3, form: { name: '第一区', kind: 'community', parent: 'farm' } }))
    merge.begin(2)
    Object.assign(form, { name: '第一管理区', parent: 'office' })
    const saved: [number, typeof form][] = []
    const save = async (rev: number) => {
      if (rev < 3) throw new Problem(409, 'changed_meanwhile', '有人改过')
      saved.push([rev, { ...form }])
      return true
    }
    await expect(merge.saving(save)).rejects.toThrow('changed_meanwhile')
    expect(merge.theirs.value?.clashes[0]).toEqual({ key: 'name', title: '名称', mine: '第一管理区', theirs: '第一区', touched: true })
    expect(merge.theirs.value?.clashes.map((c) => c.key)).toEqual(['name', 'kind'])
    merge.choose(new Set(['kind']))
    await merge.saving(save)
    expect(saved).toEqual([[3, { name: '第一管理区', kind: 'community', parent: 'office' }]])
  })

  it('lets other refusals through', async () => {
    const form = { name: '一区' }
    const merge = useMerge<typeof form>([{ key: 'name', title: '名称' }], form, async () => undefined)
    await expect(merge.saving(() => Promise.reject(new Problem(400, 'name', '名称不对')))).rejects.toThrow('name')
    expect(merge.theirs.value).toBeNull()
  })
})
