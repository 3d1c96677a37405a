import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { App } from '../../src/app.ts'
import { variableOf } from '../../src/config/option.ts'
import { type Config, type OptionName, options, readConfig } from '../../src/config.ts'
import { listen } from '../../src/http/listen.ts'
import { answers } from '../../src/http/server.ts'
import { openApp } from '../../src/open-app.ts'
import { Clock } from './clock.ts'

/** A folder of its own, gone when disposed. */
export function temporaryFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'sotto-test-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

/** A configuration as an operator would write it, with flags over the defaults; what is secret is no flag but a variable. */
export function configWith(flags: Record<string, string>): Config {
  const [secret, open] = [true, false].map((wanted) =>
    Object.entries(flags).filter(([name]) => (options[name as OptionName]?.secret ?? false) === wanted),
  )
  const args = (open ?? []).map(([name, value]) => `--${name}=${value}`)
  const env = Object.fromEntries((secret ?? []).map(([name, value]) => [variableOf(name), value]))
  return readConfig({ args, env, cwd: '/', standardFile: '/nonexistent/sotto.toml' }).config
}

/** The certificate of test/support/mailbox.ts, which vouches for itself. It proves nothing, and its key is public. */
export const authority = join(import.meta.dir, 'certificate', 'cert.pem')

// One machine plays all the visitors; the limits have tests of their own.
const unlimited = { 'limit-requests': 'off', 'limit-creates': 'off', 'limit-all': 'off' }

/** The fields of the API's answers that tests read. */
export interface Answer {
  key: string
  url: string
  state: string
  expires_at: string
  content: string
  value: string
  sealed: string
  receipt: { key: string; url: string }
  secret?: { key: string; url: string }
}

export interface Instance extends AsyncDisposable {
  readonly app: App
  readonly clock: Clock
  readonly url: string
  readonly dataDir: string
  readonly lines: string[]
  /** A request to this instance; `path` begins with a slash. */
  fetch(path: string, init?: RequestInit): Promise<Response>
  /** A POST of JSON to the API, `path` behind /api/v3. */
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>
  /** The body of a POST to the API that must succeed. */
  posted<T = Answer>(path: string, body?: unknown, headers?: Record<string, string>): Promise<T>
}

/**
 * A real instance: real SQLite file, real server on a free loopback port. Only clock, randomness and the sink of the
 * log are replaced; `flags` are options by their names.
 */
export async function startInstance(flags: Record<string, string> = {}): Promise<Instance> {
  const folder = temporaryFolder()
  const dataDir = flags['data-dir'] ?? join(folder.path, 'data')
  const port = Number(/:(\d+)$/.exec(flags['listen'] ?? '')?.[1] ?? (await freePort()))
  const config = configWith({
    listen: `127.0.0.1:${port}`,
    'log-format': 'json',
    'smtp-ca': authority,
    ...unlimited,
    ...flags,
    'data-dir': dataDir,
  })
  const clock = new Clock()
  const lines: string[] = []
  const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes))
  const app = openApp(config, { now: () => clock.now, random, write: (line) => lines.push(line) })
  const server = await listen(app, await answers(app))
  const fetchHere = (path: string, init?: RequestInit) =>
    fetch(`http://127.0.0.1:${port}${path}`, { redirect: 'manual', ...init })
  const post = (path: string, body?: unknown, headers: Record<string, string> = {}) =>
    fetchHere(`${config.basePath}/api/v3${path}`, {
      method: 'POST',
      ...(body === undefined
        ? { headers }
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } }),
    })
  return {
    app,
    clock,
    url: `http://127.0.0.1:${port}`,
    dataDir,
    lines,
    fetch: fetchHere,
    post,
    posted: async (path, body, headers) => {
      const response = await post(path, body, headers)
      if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
      return (await response.json()) as never
    },
    [Symbol.asyncDispose]: async () => {
      await server.stop(true)
      app[Symbol.dispose]()
      folder[Symbol.dispose]()
    },
  }
}

/** A loopback port that nobody listens on. */
export async function freePort(): Promise<number> {
  const probe = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Response() })
  const { port } = probe
  await probe.stop(true)
  if (port === undefined) throw new Error('no port')
  return port
}
