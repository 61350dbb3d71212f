// Sentences of the server for people, written as the page writes its own.
const full: Record<string, string> = { ',': '，', ';': '；', ':': '：', '?': '？', '!': '！', '(': '（', ')': '）' }
const han = '\\p{Script=Han}“”‘’《》、。，；：？！）（'
const behind = new RegExp(`([${han}])([,;:?!()])`, 'gu')
const before = new RegExp(`([,;:?!()])(?=[${han}])`, 'gu')

/** The sentence with full-width punctuation beside Chinese; a bracket has its other half. */
export function chinese(sentence: string): string {
  const written = sentence.replace(behind, (_, c: string, sign: string) => c + full[sign]).replace(before, (sign: string) => full[sign])
  const opens = written.split('（').length
  const closes = written.split('）').length
  if (opens > closes) return written.replace(/\)(?=[^)]*$)/, '）')
  return opens < closes ? written.replace(/\((?=[^(]*$)/, '（') : written
}
