import { expect, test } from 'bun:test'
import { advanceRunMark, drawRunMark, moveRunMark } from '../../src/continuation/run-marks.ts'
import { type Instance, startInstance, temporaryFolder } from '../fixtures/instance.ts'
import { startRun } from '../fixtures/runs.ts'

// The moment between the commit of the mark and the file, at which a process can be killed.
async function moveAndDie({ app }: Instance): Promise<void> {
  const database = await app.db.identity()
  await app.db.commit(() => moveRunMark(app, drawRunMark(app), database))
}

test('a first start that is killed before its file has the first mark is continued', async () => {
  using folder = temporaryFolder()
  for (let time = 0; time < 3; time++) {
    await using instance = await startInstance({ 'data-dir': folder.path })
    expect(instance.app.continuation.suspension).toBeUndefined()
    await moveAndDie(instance)
  }
})

test('several kills in a row before the file has the mark are no restore', async () => {
  using folder = temporaryFolder()
  await (await startRun(folder.path))[Symbol.asyncDispose]()
  for (let time = 0; time < 4; time++) {
    await using instance = await startInstance({ 'data-dir': folder.path })
    expect(instance.app.continuation.suspension).toBeUndefined()
    await moveAndDie(instance)
  }
})

test('two processes that move the mark at the same time leave a file that the next start accepts', async () => {
  using folder = temporaryFolder()
  await using first = await startRun(folder.path)
  await using second = await startRun(folder.path)
  await using third = await startRun(folder.path)
  for (let time = 0; time < 5; time++) {
    await Promise.all([advanceRunMark(first.app), advanceRunMark(third.app), moveAndDie(second)])
    await using next = await startInstance({ 'data-dir': folder.path })
    expect(next.app.continuation.suspension).toBeUndefined()
  }
})
