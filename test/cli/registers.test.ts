import { expect, test } from 'bun:test'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { anonymousActor } from '../../src/actor.ts'
import { shippedPolicy } from '../../src/privacy/policy/shipped.ts'
import { submitMessage } from '../../src/privacy/registers/complaints.ts'
import { Clock } from '../fixtures/clock.ts'
import { sotto } from '../fixtures/command.ts'
import { cheap, type Instance, startInstance, temporaryFolder } from '../fixtures/instance.ts'
import { someone } from '../fixtures/someone.ts'

const commandsOf =
  (instance: Instance) =>
  (args: readonly string[], input: { stdin?: string } = {}) =>
    sotto([...args, '--data-dir', instance.dataDir], input)

// The commands use the real time, so the instance of a test must be set to it.
const now = () => Date.now()

test('statement lists, prints, publishes and compares versions, and rejects too short a notice (P26)', async () => {
  await using instance = await startInstance({}, cheap, new Clock(now()))
  using folder = temporaryFolder()
  const run = commandsOf(instance)
  expect((await run(['statement', 'show', '1'])).stdout).toBe(shippedPolicy.text)
  const file = join(folder.path, 'statement.md')
  writeFileSync(file, shippedPolicy.text.replace('The short version', 'In short'))
  const tooSoon = await run(['statement', 'propose', file, '--material', '--effective', '2020-01-01'])
  expect([tooSoon.code, tooSoon.stderr]).toEqual([2, expect.stringContaining('too soon')])
  const proposed = await run(['statement', 'propose', file, '--material', '--author', 'Ada'])
  expect([proposed.code, proposed.stdout]).toEqual([0, '2\n'])
  const { stdout } = await run(['statement', 'list'])
  expect(stdout).toMatch(/^2\tcoming\tmaterial\t\d{4}-\d\d-\d\d\tAda\n1\tcurrent\tminor\t/)
  expect((await run(['statement', 'diff', '2'])).stdout).toContain('## [-The short version-]{+In short+}')
  expect((await run(['statement', 'show', '3'])).code).toBe(3)
  expect((await run(['statement', 'propose', join(folder.path, 'none.md')])).code).toBe(2)
}, 30_000)

test('processor and announcement keep their registers, and report missing flags (P19, P29)', async () => {
  await using instance = await startInstance({}, cheap, new Clock(now()))
  const run = commandsOf(instance)
  const incomplete = await run(['processor', 'add', 'Example Mail', '--purpose', 'delivers mail'])
  expect([incomplete.code, incomplete.stderr]).toEqual([2, expect.stringContaining('--data is required')])
  const facts = [
    '--purpose',
    'delivers mail',
    '--data',
    'addresses',
    '--country',
    'Norway',
    '--agreement',
    'a contract',
  ]
  expect((await run(['processor', 'add', 'Example Mail', ...facts, '--since', '2026-01-01'])).stdout).toBe('1\n')
  expect((await run(['processor', 'list'])).stdout).toBe(
    '1\tExample Mail\tdelivers mail\tNorway\t-\t2026-01-01 to now\n',
  )
  expect((await run(['processor', 'end', '1'])).code).toBe(0)
  expect((await run(['announcement', 'add', 'sale'])).stderr).toContain('--to is required')
  expect((await run(['announcement', 'add', 'sale', '--to', 'Example', '--on', '2020-01-01'])).code).toBe(2)
  const id = (await run(['announcement', 'add', 'sale', '--to', 'Example'])).stdout.trim()
  expect((await run(['announcement', 'list'])).stdout).toMatch(`${id}\tsale\tannounced\t`)
  expect((await run(['announcement', 'withdraw', id])).code).toBe(0)
  expect((await run(['announcement', 'list'])).stdout).toContain('withdrawn')
}, 30_000)

test('message, disclosure and hold keep their registers (P23, P27, P28)', async () => {
  await using instance = await startInstance({}, cheap, new Clock(now()))
  using folder = temporaryFolder()
  const run = commandsOf(instance)
  for (const [name, role] of [
    ['eve', 'operator'],
    ['bob', 'operator'],
    ['ann', 'member'],
  ] as const)
    await someone(instance, name, role)
  await submitMessage(instance.app, anonymousActor('a'), {
    kind: 'complaint',
    body: 'You read it.',
    address: undefined,
  })
  expect((await run(['message', 'list'])).stdout).toMatch(/^1\tcomplaint\twaiting\t\d{4}-/)
  expect((await run(['message', 'answer', '1'], { stdin: 'We do not.\n' })).code).toBe(0)
  expect((await run(['message', 'show', '1'])).stdout).toBe('You read it.\n\n---\n\nWe do not.\n')
  expect((await run(['message', 'answer', '1'], { stdin: 'Or?' })).stderr).toContain('already been answered')
  const askedFile = join(folder.path, 'asked.txt')
  writeFileSync(askedFile, 'The days of sign-in.\n')
  const order = ['disclosure', 'add', '--asked-file', askedFile, '--accounts', 'ann']
  expect((await run([...order, '--barred-until', '2999-01-01'])).stderr).toContain(
    'use --barred-until and --barred-by together',
  )
  const id = (await run([...order, '--barred-until', '2999-01-01', '--barred-by', 'a law'])).stdout.trim()
  expect((await run(['disclosure', 'list'])).stdout).toMatch(`${id}  `)
  expect((await run(['disclosure', 'list'])).stdout).toContain('told    0 of 1\nbarred  until 2999-01-01: a law')
  expect((await run(['disclosure', 'bar', id])).code).toBe(0)
  const review = new Date(now() + 90 * 86_400_000).toISOString().slice(0, 10)
  const hold = ['hold', 'set', 'ann', '--order', 'court, 4 Js 12/27', '--review', review]
  expect((await run([...hold, '--by', 'ann'])).code).toBe(4)
  const holdId = (await run([...hold, '--by', 'eve'])).stdout.trim()
  expect((await run(['hold', 'confirm', holdId, '--by', 'eve'])).stderr).toContain('another operator')
  expect((await run(['hold', 'confirm', holdId, '--by', 'bob'])).code).toBe(0)
  expect((await run(['hold', 'list'])).stdout).toBe(`${holdId}\tin force\tann\t${review}\tcourt, 4 Js 12/27\n`)
  expect((await run(['hold', 'release', holdId])).code).toBe(0)
  expect((await run(['hold', 'release', holdId])).code).toBe(3)
}, 60_000)
