// Checks what people read in the console's sources: full-width punctuation between Chinese characters, and the words that
// every console uses. `node scripts/words.mjs --mend` writes the punctuation right.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const source = join(import.meta.dirname, '../src')
const mend = process.argv.includes('--mend')

const full = { ',': '，', ';': '；', ':': '：', '?': '？', '!': '！', '(': '（', ')': '）' }
const han = '[\\p{Script=Han}“”‘’《》、。，；：？！）（…]'
const put = '\\$?\\{[^{}`]*(?:\\{[^{}`]*\\}[^{}`]*)*\\}\\}?' // ${…} and {{ … }}

/** Places in a text for people where a half-width sign stands beside a Chinese character. */
const beside = [
  new RegExp(`(?<=${han})[,;:?!]`, 'gu'), // after Chinese
  new RegExp(`(?<=[0-9A-Za-z%）}])[,;](?=${han})`, 'gu'), // between a number and Chinese
]

/** Signs of a text for people, with every bracket that holds or follows Chinese. */
function signs(text) {
  const found = new Set()
  for (const sign of beside) for (const m of text.matchAll(sign)) found.add(m.index)
  const open = []
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '(') open.push(i)
    if (text[i] !== ')' || !open.length) continue
    const from = open.pop()
    const chinese = new RegExp(han, 'u')
    if (chinese.test(text.slice(from, i)) || chinese.test(text[from - 1] ?? '') || chinese.test(text[i + 1] ?? '')) {
      found.add(from)
      found.add(i)
    }
  }
  return [...found]
}

const chinese = /\p{Script=Han}/u

/** The parts of a source that people read: strings and text of templates; never code, comments or patterns. */
function texts(code, from, isMarkup) {
  const parts = []
  const push = (a, b) => { if (b > a && chinese.test(code.slice(a, b))) parts.push([from + a, from + b]) }
  if (isMarkup) return markup(code, from)
  for (let i = 0; i < code.length; ) {
    const c = code[i]
    if (code.startsWith('//', i)) i = (code.indexOf('\n', i) + 1) || code.length
    else if (code.startsWith('/*', i)) i = code.indexOf('*/', i) + 2
    else if (c === '/' && /[=(,:[!&|?{};\n]\s*$/.test(code.slice(Math.max(0, i - 12), i))) {
      for (i++; code[i] !== '/' && code[i] !== '\n'; i++) {
        if (code[i] === '\\') i++
        else if (code[i] === '[') while (code[i] !== ']') i += code[i] === '\\' ? 2 : 1
      }
      i++
    } else if (c === "'" || c === '"') {
      const start = i + 1
      for (i++; i < code.length && code[i] !== c; i++) if (code[i] === '\\') i++
      push(start, i++)
    } else if (c === '`') i = template(code, i, from, parts)
    else i++
  }
  return parts
}

/** A template string: its own text, and within ${…} code again. */
function template(code, i, from, parts) {
  let start = ++i
  const push = (a, b) => { if (b > a) parts.push([from + a, from + b, false, true]) }
  for (; i < code.length && code[i] !== '`'; i++) {
    if (code[i] === '\\') i++
    else if (code.startsWith('${', i)) {
      push(start, i)
      const end = closing(code, i + 1)
      parts.push(...texts(code.slice(i + 2, end), from + i + 2, false))
      start = end + 1
      i = end
    }
  }
  push(start, i)
  return i + 1
}

function closing(code, i) {
  let depth = 0
  for (; i < code.length; i++) {
    if (code[i] === "'" || code[i] === '"') { const q = code[i]; for (i++; code[i] !== q; i++) if (code[i] === '\\') i++ }
    else if (code[i] === '`') i = template(code, i, 0, []) - 1
    else if (code[i] === '{') depth++
    else if (code[i] === '}' && --depth === 0) return i
  }
  return i
}

function markup(code, from) {
  const parts = []
  for (let i = 0; i < code.length; ) {
    if (code.startsWith('<!--', i)) i = code.indexOf('-->', i) + 3
    else if (code.startsWith('{{', i)) {
      const end = code.indexOf('}}', i)
      parts.push(...texts(code.slice(i + 2, end), from + i + 2, false))
      i = end + 2
    } else if (code[i] === '<' && /[a-zA-Z/]/.test(code[i + 1])) {
      for (i++; code[i] !== '>'; i++) {
        if (code[i] !== '"') continue
        const end = code.indexOf('"', i + 1)
        const name = /[\w:@.#-]+=$/.exec(code.slice(Math.max(0, i - 60), i))?.[0] ?? ''
        if (/^[:@#]|^v-/.test(name)) parts.push(...texts(code.slice(i + 1, end), from + i + 1, false))
        else parts.push([from + i + 1, from + end])
        i = end
      }
      i++
    } else {
      const ends = ['<', '{{'].map((s) => code.indexOf(s, i + 1)).filter((n) => n > 0)
      const end = Math.min(code.length, ...ends)
      parts.push([from + i, from + end, true])
      i = end
    }
  }
  return parts
}

/** Where people's texts stand in a file. */
function partsOf(name, file) {
  if (name.endsWith('.ts')) return texts(file, 0, false)
  const parts = []
  for (const m of file.matchAll(/<(script|template)\b[^>]*>/g)) {
    const start = m.index + m[0].length
    if (m.index && file[m.index - 1] !== '\n') continue
    const end = file.indexOf(`\n</${m[1]}>`, start)
    if (end > 0) parts.push(...texts(file.slice(start, end), start, m[1] === 'template'))
  }
  return parts
}

/** Brackets whose other half is in another part of the same text, with a value between them. */
function lonely(file, a, text) {
  const found = []
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '(' || text[i] === '（') depth++
    if (text[i] !== ')' && text[i] !== '）') continue
    if (--depth >= 0) continue
    depth = 0
    const before = file.slice(Math.max(0, a - 300), a)
    const from = Math.max(before.lastIndexOf('('), before.lastIndexOf('（'))
    if (text[i] === ')' && from >= 0 && (before[from] === '（' || around(before, from))) found.push(a + i)
  }
  const from = text.lastIndexOf('(')
  if (depth > 0 && text.indexOf(')', from) < 0 && around(text, from)) found.push(a + from)
  return found
}

const around = (text, i) => /[\p{Script=Han}（）]/u.test((text[i - 1] ?? '') + (text[i + 1] ?? ''))

// What stands around a part belongs to the same sentence: values are put between them.
function faultsOf(file, parts) {
  const faults = new Set()
  for (const [a, b, isText] of parts) {
    const text = file.slice(a, b)
    if (!chinese.test(text) && !/[,;:?!()]/.test(text)) continue
    if (chinese.test(text)) for (const i of signs(text)) faults.add(a + i)
    // A sign at the edge of a value that is put in, when the rest of the sentence is Chinese.
    if (/^[,;:?!]/.test(text) && /[}`]$/.test(file.slice(Math.max(0, a - 1), a)) && chinese.test(text)) faults.add(a)
    if (/[,;:(]$/.test(text) && (file.startsWith('${', b) || file.startsWith('{{', b)) && chinese.test(text)) faults.add(b - 1)
    // A bracket around a value alone, which stands behind or before something Chinese.
    if (text === '(' && file.startsWith('${', b)) faults.add(a)
    for (const i of lonely(file, a, text)) faults.add(i)
    if (/^[,;:]/.test(text) && chinese.test(text[1] ?? '')) faults.add(a) // it is put behind something
    if (!isText) continue
    // Between values and tags of a page there is nothing but a sentence.
    if (/^\s*[,;:?!()]/.test(text) && /[}>]$/.test(file.slice(Math.max(0, a - 1), a))) faults.add(a + text.search(/[,;:?!()]/))
    if (/[,;:?!()]$/.test(text) && /^(\{\{|<)/.test(file.slice(b, b + 2))) faults.add(b - 1)
  }
  return [...faults].filter((i) => full[file[i]] && !/&\w+$/.test(file.slice(Math.max(0, i - 8), i))).sort((x, y) => x - y)
}

// The words of every console, and what they are in place of.
const words = [['再读一次', '刷新'], ['关了没有', '状态'], ['不缺什么', '都齐了'], ['新写', '新建']]
const buttons = [['找', '查询'], ['改', '编辑'], ['存下', '保存'], ['不了', '取消'], ['不用了', '停用']]

let count = 0
for (const name of readdirSync(source, { recursive: true, encoding: 'utf8' })) {
  if (!/\.(ts|vue)$/.test(name) || name.endsWith('.test.ts')) continue
  const path = join(source, name)
  let file = readFileSync(path, 'utf8')
  const line = (i) => file.slice(0, i).split('\n').length
  const parts = partsOf(name, file)
  const faults = faultsOf(file, parts)
  if (mend && faults.length) {
    const chars = file.split('')
    for (const i of faults) chars[i] = full[chars[i]]
    file = chars.join('')
    writeFileSync(path, file)
    continue
  }
  for (const i of faults) {
    count++
    console.error(`${name}:${line(i)}: half-width ${file[i]} in ${JSON.stringify(file.slice(Math.max(0, i - 8), i + 8))}`)
  }
  for (const [a, b, , piece] of partsOf(name, file)) {
    const text = file.slice(a, b)
    for (const [old, now] of words) if (text.includes(old)) { count++; console.error(`${name}:${line(a)}: ${old}; every console says ${now}`) }
    for (const [old, now] of buttons) if (!piece && text.trim() === old) { count++; console.error(`${name}:${line(a)}: the button ${old}; every console says ${now}`) }
  }
}
if (count) {
  console.error(`${count} places`)
  process.exit(1)
}
