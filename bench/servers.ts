import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LoadTarget } from './load.ts'

const root = join(import.meta.dir, '..')
const content = 'correct horse battery staple '.repeat(7).slice(0, 200)

/** A server under load. Disposing it stops its process. */
export interface Server extends AsyncDisposable {
  readonly target: LoadTarget
  readonly pid: number
  readonly store: string
}

/** Starts the executable as an operator would, with rate limits that are counted but never reached. */
export async function startSotto(
  folder: string,
  port: number,
  flags: string[] = [],
  executable = join(root, 'dist', 'sotto'),
): Promise<Server> {
  mkdirSync(folder, { recursive: true })
  const limits = [
    '--limit-requests',
    '1000000000/1d',
    '--limit-creates',
    '1000000000/1d',
    '--limit-all',
    '1000000000/1d',
  ]
  const listen = ['--listen', `127.0.0.1:${port}`, '--data-dir', folder, '--log-format', 'json']
  const target = { port, createPath: '/api/v3/secrets', revealPath: (key: string) => `/api/v3/secrets/${key}/reveal` }
  return start([executable, 'serve', ...listen, ...limits, ...flags], target, join(folder, 'sotto.db'))
}

/** Starts the baseline server of limit.ts. */
export async function startLimit(folder: string, port: number): Promise<Server> {
  mkdirSync(folder, { recursive: true })
  const store = join(folder, 'limit.db')
  const target = { port, createPath: '/create', revealPath: (key: string) => `/reveal/${key}` }
  return start(
    [join(root, 'node_modules', '.bin', 'bun'), join(root, 'bench', 'limit.ts'), String(port), store],
    target,
    store,
  )
}

async function start(command: string[], target: Omit<LoadTarget, 'body' | 'expected'>, store: string): Promise<Server> {
  const child = Bun.spawn(command, { stdin: 'ignore', stdout: 'ignore', stderr: 'ignore', env: { ...process.env } })
  await waitUntilReady(target.port, child)
  const stop = async () => {
    child.kill('SIGTERM')
    await child.exited
  }
  return {
    target: { ...target, body: JSON.stringify({ content }), expected: content },
    pid: child.pid,
    store,
    [Symbol.asyncDispose]: stop,
  }
}

/** Measures the time from the start of the executable with a new database to its first response, in milliseconds. */
export async function startTime(folder: string, port: number, executable?: string): Promise<number> {
  const before = performance.now()
  await using _server = await startSotto(folder, port, [], executable)
  return performance.now() - before
}

async function waitUntilReady(port: number, child: { exitCode: number | null }): Promise<void> {
  while (child.exitCode === null) {
    const response = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => undefined)
    if (response) return
    await Bun.sleep(1)
  }
  throw new Error('a server did not start')
}

/** The resident memory of a process in megabytes (Linux). */
export function memoryOf(pid: number): number {
  const [, kilobytes = '0'] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kilobytes) / 1024
}

/** The processor time of a process since its start, user and system, in milliseconds (Linux). */
export function processorTimeOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The name in parentheses may contain spaces; utime and stime are fields 14 and 15, in ticks of 10 ms (proc(5)).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}
