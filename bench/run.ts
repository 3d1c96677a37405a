import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { arch, cpus, release, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { chart } from './chart.ts'
import { fillLimit, fillSotto } from './fill.ts'
import { layers } from './layers.ts'
import { type Load, load, percentile } from './load.ts'
import { memoryOf, type Server, startLimit, startSotto, startTime } from './servers.ts'

// One command, one run: `npm run bench [-- --seconds 5 --minutes 10]`. Each pair of figures is taken in turns, the bare
// limit and this server, so that what else the machine does touches both; ratios are what counts.
const root = join(import.meta.dir, '..')
const option = (name: string, standard: number) =>
  Number(process.argv[process.argv.indexOf(`--${name}`) + 1] ?? standard)
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
  const pairs = await withBoth(0, cyclesOf)
  say('create + reveal cycles, JSON, 200 bytes, empty store')
  tell(pairs)
  results['cycles'] = pairs
  writeFileSync(
    join(root, 'docs', 'images', 'cycles.svg'),
    chart(pairs.map(({ name, limit, sotto }) => ({ name, limit: limit.throughput, sotto: sotto.throughput }))),
  )
  results['stored'] = await stored()
  results['purge'] = await duringPurge()
  results['layers'] = await whereTimeGoes()
  results['start'] = await starts()
  results['memory'] = await memory()
} finally {
  rmSync(folder, { recursive: true, force: true })
}
writeFileSync(join(root, 'bench', 'results.json'), `${JSON.stringify(results, null, 2)}\n`)
writeFileSync(join(root, 'bench', 'results.txt'), `${lines.join('\n')}\n`)

async function withBoth<T>(count: number, work: (both: { limit: Server; sotto: Server }) => Promise<T>): Promise<T> {
  const place = join(folder, String(count))
  if (count > 0) {
    for (const start of [startLimit, startSotto]) await (await start(place, port++))[Symbol.asyncDispose]()
    fillLimit(join(place, 'limit.db'), count)
    fillSotto(join(place, 'sotto.db'), count, [Date.now() + 3_600_000, Date.now() + week])
  }
  await using limit = await startLimit(place, port++)
  await using sotto = await startSotto(place, port++)
  return await work({ limit, sotto })
}

async function inTurn<Name extends string>(servers: Readonly<Record<Name, Server>>, connections: number) {
  const names = Object.keys(servers) as Name[]
  const loads = Object.fromEntries(names.map((name) => [name, [] as Load[]])) as Record<Name, Load[]>
  for (let round = 0; round < rounds; round++)
    for (const name of names) loads[name].push(await load(servers[name].target, connections, seconds))
  return Object.fromEntries(names.map((name) => [name, figures(loads[name])])) as Record<Name, Figures>
}

async function cyclesOf(both: { limit: Server; sotto: Server }): Promise<Pair[]> {
  for (const server of Object.values(both)) await load(server.target, 8, 2)
  const pairs: Pair[] = []
  for (const count of [1, 8, 32, 128]) pairs.push({ name: `${count} connections`, ...(await inTurn(both, count)) })
  return pairs
}

// The round in the middle, by throughput.
function figures(loads: Load[]): Figures {
  const [, middle = loads[0]] = loads.toSorted((a, b) => a.cycles / a.seconds - b.cycles / b.seconds)
  if (!middle) throw new Error('no load')
  const { cycles, seconds, create, reveal } = middle
  return {
    throughput: cycles / seconds,
    createP50: percentile(create, 0.5),
    createP99: percentile(create, 0.99),
    revealP50: percentile(reveal, 0.5),
    revealP99: percentile(reveal, 0.99),
  }
}

// The full store and an empty one take turns, so that what else the machine does touches both.
async function stored() {
  const found: Record<string, { full: Figures; empty: Figures; limit: Figures; bytesPerSecret: number }> = {}
  for (const count of [100_000, 1_000_000]) {
    const place = join(folder, String(count))
    await using empty = await startSotto(join(place, 'empty'), port++)
    const figures = await withBoth(count, ({ limit, sotto }) => inTurn({ limit, empty, full: sotto }, 32))
    const bytesPerSecret = statSync(join(place, 'sotto.db')).size / count
    found[count] = { ...figures, bytesPerSecret }
    rmSync(place, { recursive: true })
  }
  say('\n32 connections, with secrets stored: cycles a second')
  for (const [count, { full, empty, limit, bytesPerSecret }] of Object.entries(found)) {
    const share = (full.throughput / empty.throughput).toFixed(2)
    say(
      `${Number(count).toLocaleString('en')} stored: ${Math.round(full.throughput)}, empty: ${Math.round(empty.throughput)}, share ${share}; ` +
        `limit with as many: ${Math.round(limit.throughput)}; ${Math.round(bytesPerSecret)} bytes each on disk`,
    )
  }
  return found
}

async function duringPurge() {
  const place = join(folder, 'purge')
  await (await startSotto(place, port++))[Symbol.asyncDispose]()
  const start = Date.now()
  fillSotto(join(place, 'sotto.db'), 1_000_000, [start + 30_000, start + 70_000])
  await using sotto = await startSotto(place, port++, ['--purge-interval', '80s'])
  const purgedAt = Date.now() + 80_000
  await load(sotto.target, 32, 2)
  const before = await load(sotto.target, 32, 8)
  await Bun.sleep(purgedAt - Date.now() - 1000)
  const during = await load(sotto.target, 32, 20)
  const p99 = { before: percentile(before.reveal, 0.99), during: percentile(during.reveal, 0.99) }
  say(
    `\nreveal p99 at 32 connections: ${p99.before.toFixed(2)} ms; while a million expired secrets are purged: ${p99.during.toFixed(2)} ms (${(p99.during / p99.before).toFixed(2)} times)`,
  )
  return p99
}

async function whereTimeGoes() {
  const found = await layers()
  say('\nwhere the time of a cycle goes, in microseconds, inside the process; each line has the one before in it')
  for (const [name, time] of Object.entries(found)) say(`${name.padEnd(40)} ${time.toFixed(0).padStart(5)}`)
  return found
}

async function starts() {
  const place = join(folder, 'start')
  const times: number[] = []
  for (let i = 0; i < 11; i++) times.push(await startTime(place, port++))
  const [median = 0] = times.toSorted((a, b) => a - b).slice(5)
  say(`\nstart to first answer: ${Math.round(median)} ms (median of ${times.length})`)
  return { median, times }
}

async function memory() {
  await using sotto = await startSotto(join(folder, 'memory'), port++)
  await Bun.sleep(5000)
  const idle = memoryOf(sotto.pid)
  const track: number[] = []
  for (let minute = 0; minute < minutes; minute++) {
    await load(sotto.target, 32, 60)
    track.push(memoryOf(sotto.pid))
  }
  say(`\nmemory: ${Math.round(idle)} MB idle; after each minute of load: ${track.map(Math.round).join(', ')} MB`)
  return { idle, track }
}

function tell(pairs: readonly Pair[]): void {
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
    say(
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  '),
    )
}

function say(line: string): void {
  lines.push(line)
  process.stdout.write(`${line}\n`)
}

function machine(): string {
  return `${cpus().length} × ${cpus()[0]?.model}, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()} ${arch()}, Bun ${Bun.version}`
}
