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

test('counts guesses by account and network together, so other networks are not affected', async () => {
  await using sotto = await startInstance()
  const all = sotto.app.throttle
  expect(attempts(() => all.consume('totp', 'ada', 'here'), 50)).toBe(5)
  expect(attempts(() => all.consume('totp', 'ada', 'there'), 50)).toBe(5)
  expect(attempts(() => all.consume('totp', 'bob', 'here'), 50)).toBe(5)
  expect(attempts(() => all.consume('sign-in', 'ada', 'here'), 50)).toBe(10)
})

test('slows down a network that guesses at many accounts', async () => {
  await using sotto = await startInstance()
  let account = 0
  expect(attempts(() => sotto.app.throttle.consume('totp', `account ${account++}`, 'here'), 500)).toBe(60)
  expect(attempts(() => sotto.app.throttle.consume('totp', 'ada', 'there'), 50)).toBe(5)
})

test('resets the count after a right guess, and allows more after the wait', async () => {
  await using sotto = await startInstance()
  const all = sotto.app.throttle
  attempts(() => all.consume('totp', 'ada', 'here'), 50)
  all.reset('totp', 'ada', 'here')
  expect(attempts(() => all.consume('totp', 'ada', 'here'), 50)).toBe(5)
  sotto.clock.advance(3 * minute)
  expect(attempts(() => all.consume('totp', 'ada', 'here'), 50)).toBe(1)
})

test('stores no subject in plain text', async () => {
  await using sotto = await startInstance()
  sotto.app.throttle.consume('sign-in', 'canary@example.org', 'here')
  expect(Bun.inspect(sotto.app.throttle, { depth: 10 })).not.toContain('canary')
})
