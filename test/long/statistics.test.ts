import { expect, setDefaultTimeout, test } from 'bun:test'
import { compareTimes } from './statistics.ts'

setDefaultTimeout(120_000)

const wait = (milliseconds: number) => () => Bun.sleep(milliseconds)

test('compareTimes detects a difference and an equality', async () => {
  expect((await compareTimes({ known: wait(6), unknown: wait(3) }, 0.1)).verdict).toBe('different')
  expect((await compareTimes({ known: wait(6), unknown: wait(6) }, 0.3)).verdict).toBe('equal')
})
