import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { anonymousActor } from '../src/actor.ts'
import type { App } from '../src/app.ts'
import { readConfig } from '../src/config/config.ts'
import { lookupOf, open, seal, wrap } from '../src/crypto/sealing.ts'
import { drawExpiryId } from '../src/database/expiry-id.ts'
import { openApp, systemRuntime } from '../src/open-app.ts'
import { createSecret } from '../src/secrets/create.ts'
import { createKey, idOf } from '../src/secrets/key.ts'
import { revealSecret } from '../src/secrets/reveal.ts'
import type { RequestHandler } from '../src/server/handler.ts'
import { createHandler } from '../src/server/server.ts'

// Measures the layers of a create and reveal cycle in this process, without a network. Each layer includes the one
// before it. Run by `bun bench/layers.ts` and by `npm run bench`.
const cycles = 10_000
const concurrency = 32
const content = 'correct horse battery staple '.repeat(7).slice(0, 200)
const origin = 'http://127.0.0.1:8080'

/** Measures one create and reveal in microseconds, by layer. */
export async function measureLayers(): Promise<Record<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-layers-'))
  const options = ['--limit-requests=1000000000/1d', '--limit-creates=off', '--limit-all=off', '--log-format=json']
  const { config } = readConfig({ args: [`--data-dir=${folder}`, ...options], env: {}, cwd: folder })
  const app = await openApp(config, { ...systemRuntime, write: () => {} })
  try {
    const handler = await createHandler(app)
    const work = {
      'keys and sealing': async () => cryptography(app),
      'and SQLite, durable': () => operations(app),
      'and HTTP: routes, checks, headers, log': () => requests(handler),
    }
    for (const layer of Object.values(work)) await timed(layer)
    const times: Record<string, number> = {}
    for (const [name, layer] of Object.entries(work)) times[name] = await timed(layer)
    return times
  } finally {
    await app[Symbol.asyncDispose]()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  let remaining = cycles
  const start = performance.now()
  const worker = async () => {
    while (remaining-- > 0) await work()
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
  return ((performance.now() - start) * 1000) / cycles
}

function cryptography({ random, root, config }: App): void {
  const expiresAt = Date.now()
  const id = drawExpiryId(expiresAt, random)
  const [key, receiptKey] = [createKey(random, root, id), createKey(random, root, id)]
  const openers = { key, root, passphrase: undefined }
  const bound = { region: config.region, expiresAt, endToEnd: false }
  lookupOf(receiptKey)
  wrap('link', receiptKey, root, key, random)
  const sealed = seal(openers, bound, Buffer.from(content), random)
  idOf(key, root)
  lookupOf(key)
  open(openers, bound, sealed)
}

async function operations(app: App): Promise<void> {
  const actor = anonymousActor('bench')
  const { key } = await createSecret(app, actor, { content: { text: content }, passphrase: undefined, ttl: 600_000 })
  await revealSecret(app, actor, key, {})
}

async function requests(handler: RequestHandler): Promise<void> {
  const post = (path: string, body: object) =>
    handler(new Request(`${origin}/api/v3${path}`, asJson(body)), '127.0.0.1')
  const { key } = (await (await post('/secrets', { content })).json()) as { key: string }
  await (await post(`/secrets/${key}/reveal`, {})).text()
}

function asJson(body: object): RequestInit {
  const headers = { 'content-type': 'application/json', host: '127.0.0.1:8080' }
  return { method: 'POST', headers, body: JSON.stringify(body) }
}

if (import.meta.main)
  for (const [name, time] of Object.entries(await measureLayers()))
    process.stdout.write(`${name}: ${time.toFixed(0)} µs\n`)
