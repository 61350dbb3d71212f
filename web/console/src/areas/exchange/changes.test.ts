// @vitest-environment happy-dom
// A checked sheet shows each cell that it would change, as it is and as it would be; what is masked opens for a reason.
import { afterEach, describe, expect, it } from 'vitest'
import { mounted, type Asked } from '../../page.testing'
import ChangedCells from './ChangedCells.vue'
import ImportOne from './ImportOne.vue'

let page: Awaited<ReturnType<typeof mounted>> | null = null
afterEach(() => page?.end())

const rows = (full: boolean) => [
  { row: 3, about: 'H-001', cells: [{ title: '致贫原因', before: '因病', after: '因灾' }, full ? { title: '家庭住址', before: '3号楼', after: '5号楼' } : { title: '家庭住址', before: '***', after: '***', masked: true }] },
  { row: 4, about: 'H-002', cells: [{ title: '建档日期', before: '', after: '2018-01-01' }] },
]
const server = (a: Asked) => (a.path.startsWith('/imports/x/changes') ? { rows: rows(a.path.includes('reason=')), next: a.path.includes('after=') ? undefined : 4 } : undefined)
const lines = () => [...document.querySelectorAll('tbody tr')].map((r) => [...r.querySelectorAll('td')].map((c) => c.textContent?.trim()).join('|'))

describe('the cells that a sheet would change', () => {
  it('stand one below the other, before and after', async () => {
    page = await mounted(ChangedCells, server, { props: { path: '/imports/x', total: 2 } })
    expect([...document.querySelectorAll('th')].map((t) => t.textContent?.trim())).toEqual(['第几行', '改哪一条', '列', '现在', '改成'])
    expect(lines()).toEqual(['3|H-001|致贫原因|因病|因灾', '3|H-001|家庭住址|***|***', '4|H-002|建档日期|（空）|2018-01-01'])
    expect(page.text()).toContain('两边看起来一样的也是不同的')
  })
  it('open for a reason, and stay open on the next page', async () => {
    page = await mounted(ChangedCells, server, { props: { path: '/imports/x', total: 2 } })
    await page.type('看这些格子做什么用', '核对地址')
    await page.submit()
    expect(lines()[1]).toBe('3|H-001|家庭住址|3号楼|5号楼')
    await page.click('下一页')
    expect(page.asked.at(-1)?.path).toMatch(/changes\?after=4&reason=/)
  })
  it('are shown of a sheet of the registry that was checked and would change something', async () => {
    const imp = (updated: number, state = 'checked') => ({
      id: 'x', kind: 'households', file: '户表.csv', columns: [], ignored: [], fields: [], notes: [], state, checked_at: '2018-03-01T00:00:00Z', checked_by: 'staff:one',
      expected: { in: 2, created: 0, updated, unchanged: 2 - updated, refused: 0 }, done: { in: 2, created: 0, updated, unchanged: 0, refused: 0 }, next_row: 2, last_row: 3, refused: [], header_row: 1,
    })
    const open = (i: object, home = '/imports') => mounted(ImportOne, (a) => server(a) ?? i, { path: `${home}/x`, pattern: `${home}/:id` })
    page = await open(imp(2))
    expect(page.text()).toContain('会修改的2行')
    for (const [i, home] of [[imp(0), '/imports'], [imp(2, 'done'), '/imports'], [{ ...imp(2), kind: 'entries' }, '/batches']] as const) {
      page.end()
      page = await open(i, home)
      expect(page.text()).not.toContain('会修改的2行')
    }
  })
})
