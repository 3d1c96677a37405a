import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { closeAccount } from '../../src/accounts/closing/close-account.ts'
import { entryNames } from '../../src/backup/archive.ts'
import { ArchiveWriter } from '../../src/backup/archive-writer.ts'
import { encodeHeader } from '../../src/backup/tar.ts'
import { writeBackupFile } from '../../src/backup/write-backup.ts'
import { acceptRestore } from '../../src/continuation/accept-restore.ts'
import { toRootKey } from '../../src/crypto/sealing.ts'
import { schemaVersion } from '../../src/database/open.ts'
import { purge } from '../../src/privacy/purge/purge.ts'
import { stateOf, verify } from '../../src/privacy/verify/verify.ts'
import { inProcessClient } from '../../src/server/server.ts'
import { failureOf } from '../fixtures/failure.ts'
import { configWith, type Instance, temporaryFolder } from '../fixtures/instance.ts'
import { restoreFile, startRun, stopRun } from '../fixtures/runs.ts'
import { bearer, someone } from '../fixtures/someone.ts'
import { rowsOf } from '../fixtures/stored.ts'

setDefaultTimeout(60_000)

describe('a restored backup', () => {
  test.each([
    ['into an empty folder', false],
    ['in the place of the newer database', true],
  ])('opens nothing and signs no one in, %s', async (_, isReplacing) => {
    await using place = await stoppedInstance(async (sotto) => {
      const ann = await someone(sotto, 'ann')
      const token = await ann.token('create')
      return {
        ann,
        token,
        unopened: await sotto.posted('/secrets', { content: 'sésame' }),
        opened: await sotto.posted('/secrets', { content: 'sésame' }),
      }
    })
    const { ann, token, unopened, opened } = place.made
    const newer = await startRun(place.dataDir)
    await newer.posted(`/secrets/${opened.key}/reveal`)
    await stopRun(newer)

    const dataDir = isReplacing ? place.dataDir : newFolderWithKey(place)
    const manifest = await restoreInto(place, dataDir, isReplacing)
    expect(manifest.rows).toMatchObject({ account: 1, receipt: 2, secret: 0 })
    await using restored = await startRun(dataDir)
    expect(restored.app.continuation.suspension?.reason).toBe(isReplacing ? 'restored' : 'unmarked')
    const accepted = await acceptRestore(restored.app, { isMoved: false, erasures: [] })
    expect(accepted).toMatchObject({ secrets: 2, accounts: 0, unaccountedFrom: expect.any(Number) })
    for (const { key, receipt } of [unopened, opened]) {
      expect((await restored.post(`/secrets/${key}/reveal`)).status).toBe(404)
      const { state } = (await (await restored.fetch(`/api/v3/receipts/${receipt.key}`)).json()) as { state: string }
      expect(state).toBe('withdrawn')
    }
    expect((await restored.fetch('/account', { headers: ann.cookie })).headers.get('location')).toContain('/sign-in')
    expect((await restored.fetch('/api/v3/account', { headers: bearer(token) })).status).toBe(401)
    expect(await rowsOf(restored.app, 'restoration')).toMatchObject([{ kind: 'accepted' }])
    await purge(restored.app, restored.clock.now)
    const report = await verify(restored.app, await inProcessClient(restored.app))
    expect(report.checks.filter((check) => stateOf(check) === 'broken')).toEqual([])
    await stopRun(restored)
    await using again = await startRun(dataDir)
    expect(again.app.continuation.suspension).toBeUndefined()
  })

  test('keeps the receipts of what had been opened and burned', async () => {
    await using place = await stoppedInstance(async (sotto) => {
      const [opened, burned] = [
        await sotto.posted('/secrets', { content: 'a' }),
        await sotto.posted('/secrets', { content: 'b' }),
      ]
      await sotto.posted(`/secrets/${opened.key}/reveal`)
      await sotto.posted(`/receipts/${burned.receipt.key}/burn`)
      return [opened, burned]
    })
    await restoreInto(place, place.dataDir, true)
    await using restored = await startRun(place.dataDir)
    expect((await acceptRestore(restored.app, { isMoved: false, erasures: [] })).secrets).toBe(0)
    const states = place.made.map(async ({ receipt }) =>
      (await restored.fetch(`/api/v3/receipts/${receipt.key}`)).json(),
    )
    expect(await Promise.all(states)).toMatchObject([{ state: 'revealed' }, { state: 'burned' }])
  })

  test.each(['folder', 'backup', 'given'] as const)(
    'erases again who was erased, by the list of the %s',
    async (source) => {
      await using place = await stoppedInstance(async (sotto) => [
        await someone(sotto, 'ann'),
        await someone(sotto, 'ben'),
      ])
      const [ann, ben] = place.made
      const newer = await startRun(place.dataDir)
      await closeAccount(newer.app, ann?.id ?? '', { burnSecrets: true, eraseNow: true })
      await stopRun(newer)
      const erasures = readFileSync(join(place.dataDir, 'erasures'), 'utf8')
      expect(erasures).toMatch(/^\d+ [0-9a-f]{64}\n$/)
      if (source === 'backup') rewrite(place, { erasures })
      if (source !== 'folder') rmSync(join(place.dataDir, 'erasures'))
      await restoreInto(place, place.dataDir, true)
      await using restored = await startRun(place.dataDir)
      const lists = source === 'given' ? [erasures] : []
      expect((await acceptRestore(restored.app, { isMoved: false, erasures: lists })).accounts).toBe(1)
      expect((await rowsOf(restored.app, 'account')).map(({ id }) => id)).toEqual([ben?.id ?? ''])
    },
  )

  test('gets a new root key if there is none, and nothing in it is sealed with the old one', async () => {
    await using place = await stoppedInstance((sotto) => sotto.posted('/secrets', { content: 'sésame' }))
    const dataDir = join(place.path, 'empty')
    await restoreInto(place, dataDir)
    await using restored = await startRun(dataDir)
    expect(readFileSync(join(dataDir, 'root.key'))).not.toEqual(readFileSync(join(place.dataDir, 'root.key')))
    expect((await acceptRestore(restored.app, { isMoved: false, erasures: [] })).secrets).toBe(1)
    expect((await restored.post(`/secrets/${place.made.key}/reveal`)).status).toBe(404)
    const fresh = await restored.posted('/secrets', { content: 'fresh' })
    expect(await restored.posted(`/secrets/${fresh.key}/reveal`)).toMatchObject({ content: 'fresh' })
  })

  test('is suspended until it is accepted, also if the program ends before, and at every start', async () => {
    await using place = await stoppedInstance((sotto) => sotto.posted('/secrets', { content: 'sésame' }))
    const dataDir = newFolderWithKey(place)
    await restoreInto(place, dataDir)
    for (let time = 0; time < 2; time++) {
      await using restored = await startRun(dataDir)
      expect(restored.app.continuation.suspension?.reason).toBe('unmarked')
      expect((await restored.post(`/secrets/${place.made.key}/reveal`)).status).toBe(503)
    }
  })
})

describe('a backup is refused, and nothing is changed, if', () => {
  test('there is a database, unless it is to be replaced', async () => {
    await using place = await stoppedInstance()
    expect(await failureOf(restoreInto(place, place.dataDir))).toBe('database_exists')
    await restoreInto(place, place.dataDir, true)
  })

  test('another process uses the database', async () => {
    await using place = await stoppedInstance((sotto) => sotto.posted('/secrets', { content: 'sésame' }))
    await using running = await startRun(place.dataDir)
    expect(await failureOf(restoreInto(place, place.dataDir, true))).toBe('database_in_use')
    expect(await running.posted(`/secrets/${place.made.key}/reveal`)).toMatchObject({ content: 'sésame' })
  })

  test('it belongs to another region (P17)', async () => {
    await using place = await stoppedInstance()
    await unchanged(place, async () => {
      const target = { ...targetAt(place.dataDir), config: configWith({ 'data-dir': place.dataDir, region: 'us' }) }
      expect(await failureOf(restoreFile(target, place.backup, true))).toMatch(/region "local".*"us"/)
    })
  })

  test('it belongs to another root key', async () => {
    await using place = await stoppedInstance()
    const dataDir = newFolderWithKey(place)
    writeFileSync(join(dataDir, 'root.key'), new Uint8Array(32).fill(7).toBase64())
    expect(await failureOf(restoreInto(place, dataDir))).toContain('the root key does not belong')
    expect(readdirSync(dataDir)).toEqual(['root.key'])
  })

  test('the root key is missing, and something in it is sealed with it', async () => {
    await using place = await stoppedInstance((sotto) => someone(sotto, 'ann'))
    const dataDir = join(place.path, 'empty')
    expect(await failureOf(restoreInto(place, dataDir))).toContain('first put the file root.key of the instance there')
    expect(readdirSync(dataDir)).toEqual([])
  })

  test('it has a newer schema', async () => {
    await using place = await stoppedInstance()
    rewrite(place, { manifest: { schema: schemaVersion + 1 } })
    await unchanged(place, async () => {
      expect(await failureOf(restoreInto(place, place.dataDir, true))).toBe('backup_newer')
    })
  })

  test('it was changed by someone without the root key, although all checksums are right', async () => {
    await using place = await stoppedInstance()
    rewrite(place, { root: toRootKey(new Uint8Array(32).fill(7)) })
    await unchanged(place, async () => {
      expect(await failureOf(restoreInto(place, place.dataDir, true))).toBe('backup_damaged')
    })
  })

  test.each([
    ['is empty', () => Buffer.alloc(0)],
    ['is not an archive', () => Buffer.from('sésame'.repeat(1000))],
    ['is followed by more', (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc(512)])],
    ['has another entry first', (bytes: Buffer) => Buffer.concat([entry('../../evil', 'evil'), bytes])],
    ['has a path as a name', (bytes: Buffer) => Buffer.concat([entry('../manifest.json', '{}'), bytes.subarray(1024)])],
    ['has a link for the database', (bytes: Buffer) => withLink(bytes)],
    [
      'has another manifest',
      (bytes: Buffer) => Buffer.concat([entry(entryNames.manifest, '[]'), bytes.subarray(1536)]),
    ],
    [
      'states a size beyond its end',
      (bytes: Buffer) => Buffer.concat([encodeHeader(entryNames.manifest, 2 ** 40, 0), bytes]),
    ],
  ] as const)('it %s', async (_, change) => {
    await using place = await stoppedInstance()
    writeFileSync(place.backup, change(readFileSync(place.backup)))
    await unchanged(place, async () => {
      expect(await failureOf(restoreInto(place, place.dataDir, true))).toBe('backup_damaged')
    })
    expect(existsSync(join(place.path, '..', 'evil'))).toBe(false)
  })

  test('any byte of it is changed, or it is cut anywhere', async () => {
    await using place = await stoppedInstance((sotto) => sotto.posted('/secrets', { content: 'sésame' }))
    const intact = readFileSync(place.backup)
    const header = 4096
    const anywhere = fc.oneof(
      fc.nat(intact.length - 1),
      fc.nat(header),
      fc.nat(header).map((from) => intact.length - 1 - from),
    )
    await unchanged(place, () =>
      fc.assert(
        fc.asyncProperty(anywhere, fc.integer({ min: 1, max: 255 }), fc.boolean(), async (at, change, isCut) => {
          const bytes = Buffer.from(isCut ? intact.subarray(0, at) : intact)
          if (!isCut) bytes[at] = (bytes[at] ?? 0) ^ change
          writeFileSync(place.backup, bytes)
          expect(await failureOf(restoreInto(place, place.dataDir, true))).not.toBe('')
        }),
        { numRuns: 150 },
      ),
    )
    writeFileSync(place.backup, intact)
    await restoreInto(place, place.dataDir, true)
  })
})

test('a size of 8 GiB and more is written as GNU tar does', () => {
  const header = encodeHeader('sotto.db', 2 ** 34 + 5, 0)
  expect(header.subarray(124, 136).toHex()).toBe('800000000000000400000005')
})

/** An instance that was stopped, and a backup of it. */
interface Place<Made> extends AsyncDisposable {
  readonly path: string
  readonly dataDir: string
  readonly backup: string
  readonly made: Made
}

async function stoppedInstance<Made>(
  make: (sotto: Instance) => Promise<Made> = async () => undefined as Made,
): Promise<Place<Made>> {
  const folder = temporaryFolder()
  const [dataDir, backup] = [join(folder.path, 'data'), join(folder.path, 'backup.tar')]
  const sotto = await startRun(dataDir)
  const made = await make(sotto)
  await writeBackupFile(sotto.app, backup)
  await stopRun(sotto)
  return { path: folder.path, dataDir, backup, made, [Symbol.asyncDispose]: async () => folder[Symbol.dispose]() }
}

function newFolderWithKey({ path, dataDir }: Place<unknown>): string {
  const empty = join(path, 'empty')
  mkdirSync(empty)
  cpSync(join(dataDir, 'root.key'), join(empty, 'root.key'))
  return empty
}

function rootOf({ dataDir }: Place<unknown>) {
  return toRootKey(Uint8Array.fromBase64(readFileSync(join(dataDir, 'root.key'), 'utf8').trim()))
}

function targetAt(dataDir: string) {
  const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes))
  return { config: configWith({ 'data-dir': dataDir }), random }
}

function restoreInto(place: Place<unknown>, dataDir: string, isReplacing = false) {
  return restoreFile(targetAt(dataDir), place.backup, isReplacing)
}

/** Writes the backup again with other parts. */
function rewrite(
  place: Place<unknown>,
  {
    manifest = {},
    erasures = '',
    root = rootOf(place),
  }: { manifest?: object; erasures?: string; root?: ReturnType<typeof rootOf> },
): void {
  const bytes = readFileSync(place.backup)
  const size = (at: number) => Number.parseInt(bytes.toString('latin1', at + 124, at + 135), 8)
  const text = JSON.parse(bytes.toString('utf8', 512, 512 + size(0)))
  const database = 512 + 512 * Math.ceil(size(0) / 512)
  writeFileSync(`${place.backup}.db`, bytes.subarray(database + 512, database + 512 + size(database)))
  const chunks: Uint8Array[] = []
  const archive = new ArchiveWriter((chunk) => chunks.push(chunk.slice()), 0)
  archive.addText(entryNames.manifest, JSON.stringify({ ...text, ...manifest }))
  archive.addFile(entryNames.database, `${place.backup}.db`)
  archive.addText(entryNames.erasures, erasures)
  archive.finish(root)
  writeFileSync(place.backup, Buffer.concat(chunks))
}

function entry(name: string, text: string): Buffer {
  return Buffer.concat([encodeHeader(name, text.length, 0), Buffer.from(text), Buffer.alloc(512 - text.length)])
}

// The type of the second entry becomes a symbolic link, with a valid checksum of the header.
function withLink(bytes: Buffer): Buffer {
  const at = bytes.indexOf('sotto.db\0')
  const header = bytes.subarray(at, at + 512)
  header.write('2', 156)
  header.write(' '.repeat(8), 148)
  const checksum = header.reduce((sum, byte) => sum + byte, 0)
  header.write(`${checksum.toString(8).padStart(6, '0')}\0 `, 148)
  return bytes
}

/** Runs `work` and expects that it changed no file of the data directory. */
async function unchanged({ dataDir }: Place<unknown>, work: () => Promise<unknown>): Promise<void> {
  const files = () =>
    readdirSync(dataDir)
      .sort()
      .map((name) => [name, Bun.hash(readFileSync(join(dataDir, name)))])
  const before = files()
  await work()
  expect(files()).toEqual(before)
}
