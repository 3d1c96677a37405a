import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { day, hour, parseIsoDay, startOfDay, toIso, toIsoDay } from '../src/time.ts'

const moments = fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) })

describe('moments', () => {
  test('are formatted in UTC; null stays null', () => {
    expect(toIso(0)).toBe('1970-01-01T00:00:00.000Z')
    expect(toIso(null)).toBeNull()
  })

  test('belong to one day, which parses back', () => {
    fc.assert(
      fc.property(moments, (moment) => {
        const start = startOfDay(moment)
        expect(start <= moment && moment < start + day && start % day === 0).toBe(true)
        expect(parseIsoDay(` ${toIsoDay(moment)} `)).toBe(start)
      }),
    )
  })
})

describe('a typed day', () => {
  test.each(['', '2027-02-29', '2027-13-01', '2027-3-1', '31.03.2027', '2027-03-31T00:00'])('is not %p', (typed) => {
    expect(parseIsoDay(typed)).toBeUndefined()
  })

  test('may be the 29th of February of a leap year', () => {
    expect(parseIsoDay('2028-02-29')).toBe(Date.UTC(2028, 1, 29))
    expect(startOfDay(Date.UTC(2028, 1, 29) + 23 * hour)).toBe(Date.UTC(2028, 1, 29))
  })
})
