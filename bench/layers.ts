import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { anonymousActor } from '../src/accounts/actor.ts'
import type { App } from '../src/app.ts'
import { readConfig } from '../src/config/config.ts'
import { lookupOf, open, seal, wrap } from '../src/crypto/sealing.ts'
import { drawRowId } from '../src/database/row-id.ts'
import { openApp, systemRuntime } from '../src/open-app.ts'
import { newKey, rowIdOf } from '../src/secrets/key.ts'
import { createSecret, revealSecret } from '../src/secrets/secret.ts'
import type { RequestHandler } from '../src/server/handler.ts'
import { createHandler } from '../src/server/server.ts'

// Where the time of a cycle goes: each layer stands on the one before it and is run alone, in this process, without a
// network. `bun bench/layers.ts`, or the last part of `npm run bench`.
const cycles = 10_000
const atOnce = 32
const content = 'correct horse battery staple '.repeat(7).slice(0, 200)
const origin = 'http://127.0.0.1:8080'

/** Microseconds of one create + reveal, by layer. */
export async function layers(): Promise<Record<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-layers-'))
  const unlimited = ['--limit-requests=1000000000/1d', '--limit-creates=off', '--limit-all=off', '--log-format=json']
  const { config } = readConfig({ args: [`--data-dir=${folder}`, ...unlimited], env: {}, cwd: folder })
  const app = openApp(config, { ...systemRuntime, write: () => {} })
  try {
    const answer = await createHandler(app)
    const work = {
      'keys and sealing': async () => cryptography(app),
      'and SQLite, durable': () => operations(app),
      'and HTTP: routes, checks, headers, log': () => requests(answer),
    }
    for (const one of Object.values(work)) await timed(one)
    const found: Record<string, number> = {}
    for (const [name, one] of Object.entries(work)) found[name] = await timed(one)
    return found
  } finally {
    app[Symbol.dispose]()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  let left = cycles
  const start = performance.now()
  const line = async () => {
    while (left-- > 0) await work()
  }
  await Promise.all(Array.from({ length: atOnce }, line))
  return ((performance.now() - start) * 1000) / cycles
}

function cryptography({ random, root, config }: App): void {
  const expiresAt = Date.now()
  const rowId = drawRowId(expiresAt, random)
  const [key, receiptKey] = [newKey(random, root, rowId), newKey(random, root, rowId)]
  const openers = { key, root, passphrase: undefined }
  const bound = { region: config.region, expiresAt, endToEnd: false }
  lookupOf(receiptKey)
  wrap('link', receiptKey, root, key, random)
  const sealed = seal(openers, bound, Buffer.from(content), random)
  rowIdOf(key, root)
  lookupOf(key)
  open(openers, bound, sealed)
}

async function operations(app: App): Promise<void> {
  const actor = anonymousActor('bench')
  const { key } = await createSecret(app, actor, { content: { text: content }, passphrase: undefined, ttl: 600_000 })
  await revealSecret(app, actor, key, {})
}

async function requests(answer: RequestHandler): Promise<void> {
  const post = (path: string, body: object) => answer(new Request(`${origin}/api/v3${path}`, asJson(body)), '127.0.0.1')
  const { key } = (await (await post('/secrets', { content })).json()) as { key: string }
  await (await post(`/secrets/${key}/reveal`, {})).text()
}

function asJson(body: object): RequestInit {
  const headers = { 'content-type': 'application/json', host: '127.0.0.1:8080' }
  return { method: 'POST', headers, body: JSON.stringify(body) }
}

if (import.meta.main)
  for (const [name, time] of Object.entries(await layers())) process.stdout.write(`${name}: ${time.toFixed(0)} µs\n`)
