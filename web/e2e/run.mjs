// Runs the tests, all or those that are named: makes one demo's data for all of them, and gives each file a copy. Starting on
// a copy takes a tenth of the time that filling an empty database does.
import { spawn } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { bootIn, patience } from './demo.mjs'

process.chdir(import.meta.dirname)
const dir = await mkdtemp(join(tmpdir(), 'bangfu-farm-'))
const named = process.argv.slice(2)
const files = named.length ? named : (await readdir('.')).filter((f) => f.endsWith('.test.mjs')).sort()
try {
  const demo = await bootIn(dir)
  await demo.stop()
  // More at once than there are processors, and somebody waits for five minutes for an answer. A file may wait in vain once and
  // still say where; then it is ended.
  const args = ['--test', `--test-concurrency=${availableParallelism()}`, `--test-timeout=${4 * patience}`, ...files]
  const tests = spawn(process.execPath, args, { env: { ...process.env, FARM_DIR: dir }, stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => tests.kill(signal))
  process.exitCode = await new Promise((done) => tests.once('exit', (code) => done(code ?? 1)))
} finally {
  await rm(dir, { recursive: true, force: true })
}
