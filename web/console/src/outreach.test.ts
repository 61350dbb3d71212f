import { describe, expect, it } from 'vitest'
import { eventsIn } from './api/http'
import type { Broadcast, Disclosure, Objection, PolicyNotice } from './api/outreach'
import { audienceFault, audienceOf, audienceText, bytesOf, faultsOf, filled, formOf, idsOf, variablesOf } from './areas/broadcasts/content'
import { actsOf, stageOf as wayOf } from './areas/broadcasts/steps'
import { countsOf, percentOf, reasonRows } from './areas/broadcasts/words'
import { changesOf, mayLetOut, stageOf, wordsOf } from './areas/disclosures/words'
import { fileOf, goodReason } from './areas/exchange/taking'
import { actsOf as noticeActs, hintOf, inUse, onShelf, ratePercent } from './areas/notices/shelf'

const good = { about: '低保标准提高', when: '2018年1月5日', more: '户号{户号}', text: '{户主}家,您好' }

describe('what WeChat takes is known while one types', () => {
  it.each([
    [{}, false, ''], [{ about: '长'.repeat(20) }, false, ''], [{ about: '长'.repeat(21) }, false, 'about'], [{ more: '' }, false, 'more'],
    [{ more: '一行\n两行' }, false, 'more'], [{ when: '明天' }, false, 'when'], [{ when: '2018-01-05 09:00' }, false, ''], [{ text: '{电话}' }, false, 'text'],
    [{ text: '长'.repeat(682) }, false, ''], [{ text: '长'.repeat(683) }, false, 'text'], [{ text: ' ' }, false, 'text'],
    [{}, true, 'text'], [{ about: '', when: '', more: '', text: '大家好' }, true, ''],
  ])('%j, mass %s', (change, mass, field) => {
    expect(Object.keys(faultsOf({ ...good, ...change }, mass)).join()).toBe(field)
  })
  it('offers to cadres nothing of a household', () => {
    expect(variablesOf('cadres')).toEqual(['单位', '干部', '姓名'])
    expect(faultsOf({ ...good, more: '请走访', text: '{户号}请走访' }, false, 'cadres').text).toContain('{户号}')
    expect(faultsOf({ ...good, more: '请走访', text: '{姓名}请走访' }, false, 'cadres')).toEqual({})
  })
  it('counts what is filled in, emoji as one and Chinese as three bytes', () => {
    expect(filled(good).more).toBe('户号H-001')
    expect(faultsOf({ ...good, about: '{户主}'.repeat(7) }, false).about).toContain('21个字')
    expect(faultsOf({ ...good, about: '😀'.repeat(20) }, false)).toEqual({})
    expect(bytesOf('帮a')).toBe(4)
  })
})

describe('audiences', () => {
  it('takes numbers as people list them', () => {
    expect(idsOf('h-001, H-002、c-003;H-001\n老王')).toEqual({ ids: ['H-001', 'H-002', 'C-003'], wrong: ['老王'] })
  })
  it('leaves out what the way of choosing does not use, and comes back as it was', () => {
    const form = { ...formOf(), units: ['U-1'], statuses: ['exited'], age_from: 60, role: 'lead', ids: 'H-009', except: 'H-001' }
    const a = audienceOf(form)
    expect(a).toEqual({ to: 'households', units: ['U-1'], statuses: ['exited'], age_from: 60, ids: ['H-009'], except: ['H-001'] })
    expect(audienceOf(formOf(a))).toEqual(a)
    expect(audienceOf({ ...form, only: true })).toEqual({ to: 'households', ids: ['H-009'], except: ['H-001'], only: true })
    expect(audienceOf({ ...form, to: 'cadres' })).toEqual({ to: 'cadres', units: ['U-1'], role: 'lead', ids: ['H-009'], except: ['H-001'] })
    expect(audienceOf({ ...form, tag_id: 101 }, true)).toEqual({ to: 'households', tag_id: 101 })
  })
  it('says what keeps it from being used', () => {
    expect(audienceFault(formOf())).toBe('')
    expect(audienceFault({ ...formOf(), ids: '老王' })).toContain('老王')
    expect(audienceFault({ ...formOf(), only: true })).toContain('至少一个')
    expect(audienceFault({ ...formOf(), age_from: 70, age_to: 60 })).toContain('上限')
  })
  it('is put into words', () => {
    const same = (s: string) => s
    const text = (a: object) => audienceText({ to: 'households', ...a }, { unit: same, status: same, attribute: same, category: same, role: same })
    expect(text({})).toBe('所有户')
    expect(text({ units: ['一区'], age_from: 60, except: ['H-001'] })).toBe('一区，家里有60岁以上的人的户，不发给H-001')
    expect(text({ age_to: 16 })).toBe('家里有16岁以下的人的户')
    expect(text({ only: true, ids: ['H-001', 'H-002'] })).toBe('只发给H-001、H-002')
  })
})

describe('the way of a broadcast', () => {
  const b = { state: 'submitted', created_by: 'staff:one', submitted_by: 'staff:one' } as Broadcast
  const acts = (x: Broadcast, me: string) => actsOf(x, me, () => true).map((a) => a.act)
  it('never lets one approve their own', () => {
    expect(acts(b, 'one')).not.toContain('approve')
    expect(acts(b, 'two')).toContain('approve')
    expect(actsOf(b, 'two', (p) => p !== 'notices.approve').map((a) => a.act)).not.toContain('approve')
  })
  it('retries failed ones only', () => {
    const done = { ...b, state: 'finished', counts: { failed: 2, accepted: 3 } } as Broadcast
    expect(acts(done, 'one')).toEqual(['retry'])
    expect(acts({ ...done, mass: true }, 'one')).toEqual(['retry'])
    expect(acts({ ...done, counts: { unknown: 1 } }, 'one')).toEqual([])
  })
  it('walks on', () => expect(['draft', 'test_sent', 'approved', 'finished'].map(wayOf)).toEqual([1, 2, 3, 5]))
  it('counts', () => {
    expect(percentOf(3, 1)).toBe(66)
    expect(percentOf(1000, 1)).toBe(99)
    expect(percentOf(0, 0)).toBe(0)
    expect(countsOf({ failed: 0, accepted: 2, pending: 1 })).toEqual([{ state: 'pending', n: 1 }, { state: 'accepted', n: 2 }])
    expect(reasonRows({ 'skipped:muted': 1, 'failed:user': 3, 'failed:a:b': 2 })).toEqual([
      { state: 'failed', reason: '没有关注或者拒收', n: 3 }, { state: 'failed', reason: 'a:b', n: 2 }, { state: 'skipped', reason: '户里说不要收', n: 1 },
    ])
  })
})

describe('pushed events', () => {
  it('come whole, however the stream is cut', () => {
    const stream = 'event: progress\ndata: {"n":1}\n\nevent: progress\r\ndata: {"n":2}\r\n\r\n: note\n\ndata: {"n":3'
    expect(eventsIn(stream)).toEqual({ data: ['{"n":1}', '{"n":2}'], left: 'data: {"n":3' })
    for (let cut = 0; cut <= stream.length; cut++) {
      const first = eventsIn(stream.slice(0, cut))
      expect([...first.data, ...eventsIn(first.left + stream.slice(cut)).data]).toEqual(['{"n":1}', '{"n":2}'])
    }
  })
})

describe('the shelves of notices', () => {
  const n = (state: string, more: object = {}) => ({ id: state, rev: 1, version: state === 'draft' ? 0 : 1, state, out: ['published', 'changed', 'submitted'].includes(state), writers: ['staff:one'], text: { title: '低保', summary: '给老人', text: '', audience: { to: 'households' }, ...more } }) as PolicyNotice
  const list = [n('published'), n('draft'), n('changed', { keywords: ['看病'] }), n('withdrawn'), n('published', { valid_to: '2018-01-04' }), n('published', { valid_from: '2018-01-06' })]
  it.each([['all', 6], ['open', 2], ['unpublished', 2], ['archive', 2]] as const)('%s', (shelf, count) => expect(onShelf(list, shelf, '', '2018-01-05')).toHaveLength(count))
  it('finds by a word, to the last day', () => {
    expect(onShelf(list, 'all', '看病', '2018-01-05').map((x) => x.id)).toEqual(['changed'])
    expect(inUse(list[4], '2018-01-04')).toBe(true)
    expect(inUse(list[4], '2018-01-05')).toBe(false)
  })
  it('never lets one approve their own', () => {
    const acts = (state: string, me: string, not = '') => noticeActs(n(state), me, (p) => p !== not).join()
    expect(acts('draft', 'one')).toBe('submit')
    expect(acts('submitted', 'one')).toBe('return,withdraw')
    expect(acts('submitted', 'two')).toBe('approve,return,withdraw')
    expect(acts('submitted', 'two', 'notices.approve')).toBe('withdraw')
    expect(acts('approved', 'one')).toBe('return,publish')
    expect(acts('withdrawn', 'one')).toBe('submit')
    expect(hintOf(n('submitted'), 'one', () => true)).toContain('不能自己审')
    expect(hintOf(n('submitted'), 'two', () => true)).toContain('等您审核')
  })
  it('is 100 % only when everybody knows', () => {
    expect(ratePercent({ of: 1000, know: 999 } as never)).toBe(99)
    expect(ratePercent({ of: 3, know: 3 } as never)).toBe(100)
    expect(ratePercent({ of: 0, know: 0 } as never)).toBe(0)
  })
})

it('a disclosure is in its notice to the last day', () => {
  const d = { state: 'published', from: '2018-01-02', to: '2018-01-08' } as Disclosure
  expect(stageOf(d, '2018-01-08').text).toContain('公示中')
  expect(stageOf(d, '2018-01-09').text).toBe('公示期满')
  expect(stageOf({ ...d, state: 'masked_preview' }, '2018-01-02').tone).toBe('watch')
})

describe('a file that was asked for is found again by its name', () => {
  it.each([
    ['exports/persons.csv', '/exports/persons', { format: 'csv' }], ['exports/persons.xlsx,masked', '/exports/persons', { format: 'xlsx', masked: 'true' }],
    ['reports/household/2017-01-01..2017-12-31.xlsx', '/reports/household/file', { from: '2017-01-01', to: '2017-12-31' }],
    ['broadcasts/B-20180105-090000-ABCD.csv', '/broadcasts/B-20180105-090000-ABCD/export', {}],
  ])('%s', (what, path, query) => {
    expect(fileOf(what)).toEqual({ path, query })
  })

  it.each([['核对', false], ['  核对  ', false], ['年底核对', true], ['𠮷𠮷', false]])('%s is reason enough: %s', (text, enough) => {
    expect(goodReason(text)).toBe(enough)
  })
})

describe('what strangers read goes through a second person', () => {
  it('an answer is let out by another', () => {
    const o = { draft_answer: '查过了', answer_writers: ['staff:one'] } as Objection
    expect([mayLetOut(o, 'one'), mayLetOut(o, 'two'), mayLetOut({ ...o, draft_answer: '' }, 'two')]).toEqual([false, true, false])
  })
  it('a proposal says what it changes', () => {
    const now = { titles: { 'item-6': '住房' }, days: 7, answer_days: 7, contact: '扶贫办' }
    const next = wordsOf({ ...now, titles: { 'item-6': ' ', 'item-7': ' 用工 ' }, contact: ' 301室 ' })
    expect(next).toEqual({ ...now, titles: { 'item-7': '用工' }, contact: '301室' })
    expect(changesOf(now, next).map((c) => `${c.what}:${c.from}→${c.to}`)).toEqual(['到哪里提异议:扶贫办→301室', '第6项的名称:住房→', '第7项的名称:→用工'])
    expect(changesOf(now, now)).toEqual([])
  })
})
