import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { fillSotto } from '../../bench/fill.ts'
import { day, hour, minute } from '../fixtures/clock.ts'
import { sotto } from '../fixtures/command.ts'
import { type Answer, temporaryFolder } from '../fixtures/instance.ts'
import { executable, post, type ServerProcess, startProcess } from '../fixtures/process.ts'
import { startRun, stopRun } from '../fixtures/runs.ts'

const secrets = 1_000_000
// In milliseconds. What makes requests wait for other reasons does not do so in every attempt.
const maxWait = 50
const attempts = 8

setDefaultTimeout(10 * minute)

describe(`a backup of ${secrets} secrets`, () => {
  const folder = temporaryFolder()
  const dataDir = join(folder.path, 'data')
  let server: ServerProcess
  beforeAll(async () => {
    await stopRun(await startRun(dataDir))
    fillSotto(join(dataDir, 'sotto.db'), secrets, [Date.now() + hour, Date.now() + 29 * day])
    server = await startProcess(dataDir, { command: [await executable()] })
  })
  afterAll(async () => {
    await server.stop()
    folder[Symbol.dispose]()
  })

  test('keeps no request waiting, and the log of the database small', async () => {
    let longest = Number.POSITIVE_INFINITY
    for (let attempt = 1; attempt <= attempts && longest >= maxWait; attempt++) {
      const file = join(folder.path, `backup-${attempt}.tar`)
      const backup = sotto(['backup', file, '--data-dir', dataDir])
      const waits = await waitsDuring(server, backup)
      expect(await backup).toMatchObject({ code: 0, stderr: expect.stringMatching(/receipts {3}10\d{5}\n/) })
      expect(statSync(file).size).toBeGreaterThan(50 * 2 ** 20)
      expect(statSync(join(dataDir, 'sotto.db-wal')).size).toBeLessThan(64 * 2 ** 20)
      expect(waits.length).toBeGreaterThan(100)
      longest = Math.max(...waits)
    }
    expect(longest).toBeLessThan(maxWait)
  })
})

/** Shares, looks at and opens secrets, one request at a time, until `work` ends. Returns how long each request took. */
async function waitsDuring({ url }: ServerProcess, work: Promise<unknown>): Promise<number[]> {
  let isRunning = true
  void work.finally(() => {
    isRunning = false
  })
  const waits: number[] = []
  const timed = async (request: () => Promise<Response>) => {
    const start = performance.now()
    const response = await request()
    const body = await response.text()
    waits.push(performance.now() - start)
    expect(response.status).toBeLessThan(300)
    return body
  }
  while (isRunning) {
    const { key } = JSON.parse(await timed(() => post(url, '/secrets', { content: 'sésame' }))) as Answer
    await timed(() => fetch(`${url}/secret/${key}`))
    await timed(() => post(url, `/secrets/${key}/reveal`))
    await Bun.sleep(1)
  }
  return waits
}
