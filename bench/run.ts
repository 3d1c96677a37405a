import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { arch, cpus, release, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { chart } from './chart.ts'
import { fillLimit, fillSotto } from './fill.ts'
import { measureLayers } from './layers.ts'
import { type Load, load, percentile } from './load.ts'
import { memoryOf, type Server, startLimit, startSotto, startTime } from './servers.ts'

// Runs all benchmarks: `npm run bench [-- --seconds 5 --minutes 10]`. The baseline and this server are measured
// alternately, so that other load on the machine affects both; the ratios are what counts.
const root = join(import.meta.dir, '..')
const option = (name: string, defaultValue: number) =>
  Number(process.argv[process.argv.indexOf(`--${name}`) + 1] ?? defaultValue)
const seconds = process.argv.includes('--seconds') ? option('seconds', 5) : 5
const minutes = process.argv.includes('--minutes') ? option('minutes', 10) : 10
const rounds = 3
const week = 7 * 86_400_000
const folder = mkdtempSync(join(tmpdir(), 'sotto-bench-'))
let port = 20_000 + (process.pid % 20_000)

interface Figures {
  readonly throughput: number
  readonly createP50: number
  readonly createP99: number
  readonly revealP50: number
  readonly revealP99: number
}
interface Pair {
  readonly name: string
  readonly limit: Figures
  readonly sotto: Figures
}

const results: Record<string, unknown> = { machine: machine(), seconds, rounds }
const lines: string[] = []
try {
  const pairs = await withBoth(0, measureCycles)
  printLine('create + reveal cycles, JSON, 200 bytes, empty store')
  printPairs(pairs)
  results['cycles'] = pairs
  writeFileSync(
    join(root, 'docs', 'images', 'cycles.svg'),
    chart(pairs.map(({ name, limit, sotto }) => ({ name, limit: limit.throughput, sotto: sotto.throughput }))),
  )
  results['stored'] = await measureStored()
  results['purge'] = await measureDuringPurge()
  results['layers'] = await measureAndPrintLayers()
  results['start'] = await measureStarts()
  results['memory'] = await measureMemory()
} finally {
  rmSync(folder, { recursive: true, force: true })
}
writeFileSync(join(root, 'bench', 'results.json'), `${JSON.stringify(results, null, 2)}\n`)
writeFileSync(join(root, 'bench', 'results.txt'), `${lines.join('\n')}\n`)

async function withBoth<T>(count: number, work: (both: { limit: Server; sotto: Server }) => Promise<T>): Promise<T> {
  const directory = join(folder, String(count))
  if (count > 0) {
    for (const start of [startLimit, startSotto]) await (await start(directory, port++))[Symbol.asyncDispose]()
    fillLimit(join(directory, 'limit.db'), count)
    fillSotto(join(directory, 'sotto.db'), count, [Date.now() + 3_600_000, Date.now() + week])
  }
  await using limit = await startLimit(directory, port++)
  await using sotto = await startSotto(directory, port++)
  return await work({ limit, sotto })
}

async function measureAlternately<Name extends string>(servers: Readonly<Record<Name, Server>>, connections: number) {
  const names = Object.keys(servers) as Name[]
  const loads = Object.fromEntries(names.map((name) => [name, [] as Load[]])) as Record<Name, Load[]>
  for (let round = 0; round < rounds; round++)
    for (const name of names) loads[name].push(await load(servers[name].target, connections, seconds))
  return Object.fromEntries(names.map((name) => [name, medianFigures(loads[name])])) as Record<Name, Figures>
}

async function measureCycles(both: { limit: Server; sotto: Server }): Promise<Pair[]> {
  for (const server of Object.values(both)) await load(server.target, 8, 2)
  const pairs: Pair[] = []
  for (const count of [1, 8, 32, 128])
    pairs.push({ name: `${count} connections`, ...(await measureAlternately(both, count)) })
  return pairs
}

// The figures of the median round by throughput.
function medianFigures(loads: Load[]): Figures {
  const [, median = loads[0]] = loads.toSorted((a, b) => a.cycles / a.seconds - b.cycles / b.seconds)
  if (!median) throw new Error('no load')
  const { cycles, seconds, create, reveal } = median
  return {
    throughput: cycles / seconds,
    createP50: percentile(create, 0.5),
    createP99: percentile(create, 0.99),
    revealP50: percentile(reveal, 0.5),
    revealP99: percentile(reveal, 0.99),
  }
}

// A full and an empty database are measured alternately, for the same reason.
async function measureStored() {
  const figuresByCount: Record<string, { full: Figures; empty: Figures; limit: Figures; bytesPerSecret: number }> = {}
  for (const count of [100_000, 1_000_000]) {
    const directory = join(folder, String(count))
    await using empty = await startSotto(join(directory, 'empty'), port++)
    const figures = await withBoth(count, ({ limit, sotto }) => measureAlternately({ limit, empty, full: sotto }, 32))
    const bytesPerSecret = statSync(join(directory, 'sotto.db')).size / count
    figuresByCount[count] = { ...figures, bytesPerSecret }
    rmSync(directory, { recursive: true })
  }
  printLine('\n32 connections, with secrets stored: cycles a second')
  for (const [count, { full, empty, limit, bytesPerSecret }] of Object.entries(figuresByCount)) {
    const share = (full.throughput / empty.throughput).toFixed(2)
    printLine(
      `${Number(count).toLocaleString('en')} stored: ${Math.round(full.throughput)}, empty: ${Math.round(empty.throughput)}, share ${share}; ` +
        `limit with as many: ${Math.round(limit.throughput)}; ${Math.round(bytesPerSecret)} bytes each on disk`,
    )
  }
  return figuresByCount
}

async function measureDuringPurge() {
  const directory = join(folder, 'purge')
  await (await startSotto(directory, port++))[Symbol.asyncDispose]()
  const start = Date.now()
  fillSotto(join(directory, 'sotto.db'), 1_000_000, [start + 30_000, start + 70_000])
  await using sotto = await startSotto(directory, port++, ['--purge-interval', '80s'])
  const purgedAt = Date.now() + 80_000
  await load(sotto.target, 32, 2)
  const before = await load(sotto.target, 32, 8)
  await Bun.sleep(purgedAt - Date.now() - 1000)
  const during = await load(sotto.target, 32, 20)
  const p99 = { before: percentile(before.reveal, 0.99), during: percentile(during.reveal, 0.99) }
  printLine(
    `\nreveal p99 at 32 connections: ${p99.before.toFixed(2)} ms; while a million expired secrets are purged: ${p99.during.toFixed(2)} ms (${(p99.during / p99.before).toFixed(2)} times)`,
  )
  return p99
}

async function measureAndPrintLayers() {
  const times = await measureLayers()
  printLine('\nwhere the time of a cycle goes, in microseconds, inside the process; each line has the one before in it')
  for (const [name, time] of Object.entries(times)) printLine(`${name.padEnd(40)} ${time.toFixed(0).padStart(5)}`)
  return times
}

async function measureStarts() {
  const directory = join(folder, 'start')
  const times: number[] = []
  for (let i = 0; i < 11; i++) times.push(await startTime(directory, port++))
  const [median = 0] = times.toSorted((a, b) => a - b).slice(5)
  printLine(`\nstart to first answer: ${Math.round(median)} ms (median of ${times.length})`)
  return { median, times }
}

async function measureMemory() {
  await using sotto = await startSotto(join(folder, 'memory'), port++)
  await Bun.sleep(5000)
  const idle = memoryOf(sotto.pid)
  const samples: number[] = []
  for (let minute = 0; minute < minutes; minute++) {
    await load(sotto.target, 32, 60)
    samples.push(memoryOf(sotto.pid))
  }
  printLine(
    `\nmemory: ${Math.round(idle)} MB idle; after each minute of load: ${samples.map(Math.round).join(', ')} MB`,
  )
  return { idle, track: samples }
}

function printPairs(pairs: readonly Pair[]): void {
  const head = ['', 'limit/s', 'sotto/s', 'ratio', 'limit p99', 'create p50', 'create p99', 'reveal p50', 'reveal p99']
  const rows = pairs.map(({ name, limit, sotto }) => [
    name,
    Math.round(limit.throughput).toString(),
    Math.round(sotto.throughput).toString(),
    (sotto.throughput / limit.throughput).toFixed(2),
    limit.revealP99.toFixed(2),
    ...[sotto.createP50, sotto.createP99, sotto.revealP50, sotto.revealP99].map((time) => time.toFixed(2)),
  ])
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)))
  for (const row of [head, ...rows])
    printLine(
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  '),
    )
}

function printLine(line: string): void {
  lines.push(line)
  process.stdout.write(`${line}\n`)
}

function machine(): string {
  return `${cpus().length} × ${cpus()[0]?.model}, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()} ${arch()}, Bun ${Bun.version}`
}
