import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { load } from './load.ts'
import { processorTimeOf, type Server, startSotto, startTime } from './servers.ts'

// Compares two executables: `bun bench/compare.ts OLD [NEW]`. They are measured alternately, so that other load on the
// machine affects both. The result is the ratio of the medians.
const [old = '', current = join(import.meta.dir, '..', 'dist', 'sotto')] = process.argv.slice(2)
if (old === '') throw new Error('usage: bun bench/compare.ts OLD [NEW]')
const rounds = 9
const seconds = 4
const connections = 32
const folder = mkdtempSync(join(tmpdir(), 'sotto-compare-'))
let port = 20_000 + (process.pid % 20_000)

try {
  const executables = { old: resolve(old), new: resolve(current) }
  await compareCycles(executables)
  await compareStarts(executables)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** A value for each executable. */
type Both<T> = { readonly old: T; readonly new: T }

async function compareCycles(executables: Both<string>): Promise<void> {
  await using before = await startSotto(join(folder, 'old'), port++, [], executables.old)
  await using after = await startSotto(join(folder, 'new'), port++, [], executables.new)
  const rates: Both<number[]> = { old: [], new: [] }
  const costs: Both<number[]> = { old: [], new: [] }
  for (const server of [before, after]) await load(server.target, connections, 2)
  for (let round = 0; round < rounds; round++)
    for (const [name, server] of [
      ['old', before],
      ['new', after],
    ] as const) {
      const { rate, cost } = await measure(server)
      rates[name].push(rate)
      costs[name].push(cost)
    }
  report('cycles a second', rates, 0)
  report('processor time per cycle, µs', costs, 1)
}

async function measure(server: Server): Promise<{ rate: number; cost: number }> {
  const before = processorTimeOf(server.pid)
  const { cycles, seconds: elapsed } = await load(server.target, connections, seconds)
  return { rate: cycles / elapsed, cost: ((processorTimeOf(server.pid) - before) * 1000) / cycles }
}

async function compareStarts(executables: Both<string>): Promise<void> {
  const times: Both<number[]> = { old: [], new: [] }
  for (let round = 0; round < rounds; round++)
    for (const name of ['old', 'new'] as const)
      times[name].push(await startTime(join(folder, `start-${name}-${round}`), port++, executables[name]))
  report('start to first answer, ms', times, 0)
}

function report(what: string, values: Both<number[]>, digits: number): void {
  const [before, after] = [median(values.old), median(values.new)]
  const ratio = (after / before).toFixed(3)
  process.stdout.write(`${what}: old ${before.toFixed(digits)}, new ${after.toFixed(digits)}, ratio ${ratio}\n`)
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
