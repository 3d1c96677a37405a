import { expect, test } from 'bun:test'
import { minute } from '../fixtures/clock.ts'
import { startInstance } from '../fixtures/instance.ts'

const countAllowed = (consume: () => void, max: number) => {
  for (let count = 0; count < max; count++)
    try {
      consume()
    } catch {
      return count
    }
  return max
}

test('counts guesses by account and network together, so other networks are not affected', async () => {
  await using sotto = await startInstance()
  const all = sotto.app.throttle
  expect(countAllowed(() => all.consume('totp', 'ada', 'here'), 50)).toBe(5)
  expect(countAllowed(() => all.consume('totp', 'ada', 'there'), 50)).toBe(5)
  expect(countAllowed(() => all.consume('totp', 'bob', 'here'), 50)).toBe(5)
  expect(countAllowed(() => all.consume('sign-in', 'ada', 'here'), 50)).toBe(10)
})

test('slows down a network that guesses at many accounts', async () => {
  await using sotto = await startInstance()
  let account = 0
  expect(countAllowed(() => sotto.app.throttle.consume('totp', `account ${account++}`, 'here'), 500)).toBe(60)
  expect(countAllowed(() => sotto.app.throttle.consume('totp', 'ada', 'there'), 50)).toBe(5)
})

test('resets the count after a right guess, and allows more after the wait', async () => {
  await using sotto = await startInstance()
  const all = sotto.app.throttle
  countAllowed(() => all.consume('totp', 'ada', 'here'), 50)
  all.reset('totp', 'ada', 'here')
  expect(countAllowed(() => all.consume('totp', 'ada', 'here'), 50)).toBe(5)
  sotto.clock.advance(3 * minute)
  expect(countAllowed(() => all.consume('totp', 'ada', 'here'), 50)).toBe(1)
})

test('stores no subject in plain text', async () => {
  await using sotto = await startInstance()
  sotto.app.throttle.consume('sign-in', 'canary@example.org', 'here')
  expect(Bun.inspect(sotto.app.throttle, { depth: 10 })).not.toContain('canary')
})
