import { afterAll, beforeAll } from 'bun:test'
import { join } from 'node:path'
import { buildExecutable } from '../../src/build/build.ts'
import { freePort, temporaryFolder } from './instance.ts'

export const root = join(import.meta.dir, '..', '..')
export const bun = join(root, 'node_modules', '.bin', 'bun')

/** The program as its source, runnable from any folder. */
export const source: readonly string[] = [
  bun,
  `--tsconfig-override=${join(root, 'tsconfig.json')}`,
  join(root, 'src', 'main.ts'),
]

/** A server in a process of its own; `command` is the program, by default the source run by Bun. */
export interface ServerProcess extends AsyncDisposable {
  readonly url: string
  readonly pid: number
  /** Everything that it has written to stderr so far. */
  output(): string
  /** Everything that it has written to stdout so far. */
  stdout(): string
  /** Sends a signal and waits for nothing. */
  signal(name: NodeJS.Signals): void
  /** Resolves to the exit code, once it has ended. */
  ended(): Promise<number>
  /** Ends it at once, as a power cut would for the program. */
  kill(): Promise<void>
  /** Asks it to stop; resolves to its exit code. */
  stop(): Promise<number>
}

interface Surroundings {
  command?: readonly string[]
  env?: Record<string, string>
  cwd?: string
}

interface Options extends Surroundings {
  port?: number
  args?: readonly string[]
}

// One machine plays all the visitors; the limits have tests of their own.
const unlimited = ['--limit-requests', 'off', '--limit-creates', 'off', '--limit-all', 'off']

/** Starts a server on `dataDir` and waits until it answers. */
export async function startProcess(dataDir: string, options: Options = {}): Promise<ServerProcess> {
  const { port = await freePort(), args = [] } = options
  const standard = ['--listen', `127.0.0.1:${port}`, '--data-dir', dataDir, '--log-format', 'json', ...unlimited]
  return startServer(['serve', ...standard, ...args], `http://127.0.0.1:${port}`, options)
}

/** Starts the program with just `args`, and waits until it answers at `url`. */
export async function startServer(args: readonly string[], url: string, around: Surroundings = {}) {
  const server = spawn(args, url, around)
  let code: number | undefined
  server.ended().then((ended) => {
    code = ended
  })
  await untilHealthy(url, () => {
    if (code !== undefined) throw new Error(`the server ended with ${code}: ${server.output()}`)
  })
  return server
}

/** Runs the program with `args` to its end. */
export async function run(args: readonly string[], around: Surroundings = {}) {
  await using program = spawn(args, '', around)
  const code = await program.ended()
  return { code, stdout: program.stdout(), stderr: program.output() }
}

/** Starts the program with just `args`, and waits for nothing. */
export function spawn(
  args: readonly string[],
  url: string,
  { command = source, env = {}, cwd = root }: Surroundings = {},
): ServerProcess {
  const child = Bun.spawn([...command, ...args], { cwd, env, stdin: 'ignore', stdout: 'pipe', stderr: 'pipe' })
  const stdout = collect(child.stdout)
  const stderr = collect(child.stderr)
  const ended = async () => {
    const code = await child.exited
    await Promise.all([stdout.done, stderr.done])
    return code
  }
  const end = (signal: NodeJS.Signals) => {
    child.kill(signal)
    return ended()
  }
  return {
    url,
    pid: child.pid,
    output: stderr.text,
    stdout: stdout.text,
    signal: (name) => child.kill(name),
    ended,
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
    [Symbol.asyncDispose]: async () => void (await end('SIGKILL')),
  }
}

function collect(stream: ReadableStream<Uint8Array>) {
  const decoder = new TextDecoder()
  let text = ''
  const done = (async () => {
    for await (const chunk of stream as unknown as AsyncIterable<Uint8Array>)
      text += decoder.decode(chunk, { stream: true })
  })()
  return { text: () => text, done }
}

async function untilHealthy(url: string, stillAlive: () => void): Promise<void> {
  for (let tries = 0; tries < 800; tries++) {
    stillAlive()
    const answer = await fetch(`${url}/healthz`).catch(() => undefined)
    if (answer?.ok) return
    await Bun.sleep(12)
  }
  throw new Error('the server does not answer')
}

/** Builds the executable before the tests of a file and removes it after them; its path. */
export function builtExecutable(): string {
  const folder = temporaryFolder()
  const path = join(folder.path, 'sotto')
  beforeAll(() => buildExecutable(path))
  afterAll(() => folder[Symbol.dispose]())
  return path
}

/** A POST of JSON to the API of the server at `url`, `path` behind /api/v3. */
export function post(url: string, path: string, body: unknown = {}, headers: Record<string, string> = {}) {
  return fetch(`${url}/api/v3${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  })
}

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number
  /** Status line and headers. */
  readonly head: string
  readonly body: string
}

/** All bytes of an answer but its date and its request id: what a client could tell two answers apart by. */
export function withoutMoment({ head, body }: RawAnswer): string {
  return `${head.replace(/^(date|x-request-id): .*\r\n/gim, '')}\r\n\r\n${body}`
}

/** A connection that is kept alive and takes one request after another, for who needs the very bytes of an answer. */
export class Connection implements Disposable {
  readonly #socket: Bun.Socket<undefined>
  readonly #host: string
  #received: Buffer = Buffer.alloc(0)
  #waiting: PromiseWithResolvers<RawAnswer> | undefined

  private constructor(socket: Bun.Socket<undefined>, host: string) {
    this.#socket = socket
    this.#host = host
  }

  static async open(url: string): Promise<Connection> {
    const { hostname, port, host } = new URL(url)
    let connection: Connection | undefined
    const socket = await Bun.connect({
      hostname,
      port: Number(port),
      socket: {
        data: (_, bytes) => connection?.take(bytes),
        close: () => connection?.lost(),
        error: () => connection?.lost(),
      },
    })
    connection = new Connection(socket, host)
    return connection
  }

  /** A POST; `path` is the whole path. */
  post(path: string, body: string, headers: Record<string, string> = {}): Promise<RawAnswer> {
    const json = { 'content-type': 'application/json' }
    const all = { host: this.#host, 'content-length': String(Buffer.byteLength(body)), ...json, ...headers }
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
    this.write(`POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`)
    return this.answer()
  }

  /** Sends bytes as they are. */
  write(bytes: string): void {
    this.#socket.write(bytes)
    this.#socket.flush()
  }

  /** The next answer. */
  answer(): Promise<RawAnswer> {
    this.#waiting = Promise.withResolvers()
    return this.#waiting.promise
  }

  take(bytes: Uint8Array): void {
    this.#received = Buffer.concat([this.#received, bytes])
    const end = this.#received.indexOf('\r\n\r\n')
    if (end < 0) return
    const head = this.#received.toString('latin1', 0, end)
    const length = Number(/^content-length: (\d+)$/im.exec(head)?.[1])
    if (!(this.#received.length >= end + 4 + length)) return
    const body = this.#received.toString('utf8', end + 4, end + 4 + length)
    this.#received = this.#received.subarray(end + 4 + length)
    this.#waiting?.resolve({ status: Number(head.split(' ', 2)[1]), head, body })
  }

  lost(): void {
    this.#waiting?.reject(new Error('the connection was lost'))
  }

  [Symbol.dispose](): void {
    this.#socket.end()
  }
}
