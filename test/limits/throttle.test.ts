import { expect, test } from 'bun:test'
import { minute } from '../fixtures/clock.ts'
import { startInstance } from '../fixtures/instance.ts'

const attempts = (take: () => void, most: number) => {
  for (let count = 0; count < most; count++)
    try {
      take()
    } catch {
      return count
    }
  return most
}

test('guesses count for an account and a network together: another network is not in the way', async () => {
  await using sotto = await startInstance()
  const all = sotto.app.guesses
  expect(attempts(() => all.take('totp', 'ada', 'here'), 50)).toBe(5)
  expect(attempts(() => all.take('totp', 'ada', 'there'), 50)).toBe(5)
  expect(attempts(() => all.take('totp', 'bob', 'here'), 50)).toBe(5)
  expect(attempts(() => all.take('sign-in', 'ada', 'here'), 50)).toBe(10)
})

test('a network that guesses at many accounts is slowed down too', async () => {
  await using sotto = await startInstance()
  let account = 0
  expect(attempts(() => sotto.app.guesses.take('totp', `account ${account++}`, 'here'), 500)).toBe(60)
  expect(attempts(() => sotto.app.guesses.take('totp', 'ada', 'there'), 50)).toBe(5)
})

test('who had it right starts anew, and who waits may go on', async () => {
  await using sotto = await startInstance()
  const all = sotto.app.guesses
  attempts(() => all.take('totp', 'ada', 'here'), 50)
  all.forgive('totp', 'ada', 'here')
  expect(attempts(() => all.take('totp', 'ada', 'here'), 50)).toBe(5)
  sotto.clock.advance(3 * minute)
  expect(attempts(() => all.take('totp', 'ada', 'here'), 50)).toBe(1)
})

test('no subject is kept as it was typed', async () => {
  await using sotto = await startInstance()
  sotto.app.guesses.take('sign-in', 'canary@example.org', 'here')
  expect(Bun.inspect(sotto.app.guesses, { depth: 10 })).not.toContain('canary')
})
