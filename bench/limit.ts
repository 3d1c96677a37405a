import { Database } from 'bun:sqlite'
import { createCipheriv, createDecipheriv } from 'node:crypto'

// The baseline: the same durable work and nothing else. Bun.serve, bun:sqlite with synchronous=FULL, one transaction and
// one fsync for all requests of an event loop turn, AES-256-GCM; no routes, no checks, no log.
const [port = '0', path = ''] = process.argv.slice(2)
const db = new Database(path, { create: true, strict: true })
for (const pragma of ['journal_mode=WAL', 'synchronous=FULL', 'secure_delete=ON']) db.run(`PRAGMA ${pragma}`)
db.run(
  'CREATE TABLE IF NOT EXISTS secret (id INTEGER PRIMARY KEY, lookup BLOB NOT NULL UNIQUE, sealed BLOB NOT NULL, expires_at INTEGER NOT NULL)',
)
const insert = db.prepare('INSERT INTO secret (lookup, sealed, expires_at) VALUES (?, ?, ?)')
const take = db.prepare<{ sealed: Uint8Array }, [Uint8Array, number]>(
  'DELETE FROM secret WHERE lookup = ? AND expires_at > ? RETURNING sealed',
)
const begin = db.prepare('BEGIN IMMEDIATE')
const commit = db.prepare('COMMIT')

let queue: (() => () => void)[] = []
function grouped<T>(work: () => T): Promise<T> {
  return new Promise((resolve) => {
    queue.push(() => {
      const result = work()
      return () => resolve(result)
    })
    if (queue.length === 1) setImmediate(flush)
  })
}

function flush(): void {
  const group = queue
  queue = []
  begin.run()
  const resolvers = group.map((work) => work())
  commit.run()
  for (const resolve of resolvers) resolve()
}

Bun.serve({
  hostname: '127.0.0.1',
  port: Number(port),
  async fetch(request) {
    if (request.url.endsWith('/create')) {
      const { content } = (await request.json()) as { content: string }
      const key = crypto.getRandomValues(Buffer.alloc(32))
      const lookup = new Bun.CryptoHasher('sha256').update(key).digest()
      const nonce = crypto.getRandomValues(Buffer.alloc(12))
      const cipher = createCipheriv('aes-256-gcm', key, nonce)
      const sealed = Buffer.concat([nonce, cipher.update(content), cipher.final(), cipher.getAuthTag()])
      await grouped(() => insert.run(lookup, sealed, Date.now() + 604_800_000))
      return Response.json({ key: key.toString('base64url') })
    }
    const key = Buffer.from(request.url.slice(request.url.lastIndexOf('/') + 1), 'base64url')
    const lookup = new Bun.CryptoHasher('sha256').update(key).digest()
    const row = await grouped(() => take.get(lookup, Date.now()))
    if (!row) return new Response(null, { status: 404 })
    const sealed = Buffer.from(row.sealed)
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12)).setAuthTag(sealed.subarray(-16))
    const content = Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()])
    return Response.json({ content: content.toString() })
  },
})
