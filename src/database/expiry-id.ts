import type { Random } from '../crypto/random.ts'

// Ids count from the start of 2025, so that a key has room for them: 36^10 ids are 3^20 seconds, until June 2135.
const firstSecond = 1_735_689_600
const idsPerMillisecond = 2 ** 10

/** The number of ids for rows that expire in the same second. */
export const idsPerSecond = 2 ** 20

/**
 * Draws an id for a row that expires at `expiresAt` (milliseconds since 1970): the second and millisecond of the expiry,
 * then 10 random bits. New rows are next to each other in the file, so a group of creates writes few pages. If n rows
 * expire in the same millisecond, the id is taken with a probability of n / 2^10 (1 in 100 at 10,000 creates a second);
 * use `redrawExpiryId` then.
 */
export function drawExpiryId(expiresAt: number, random: Random): number {
  const millisecond = Math.max(0, Math.floor(expiresAt)) % 1000
  return firstIdOf(expiresAt) + millisecond * idsPerMillisecond + drawBelow(idsPerMillisecond, random)
}

/**
 * Draws an id from all ids of the second in which a row expires: 20 random bits. If n rows expire in the same second, the
 * id is taken with a probability of n / 2^20.
 */
export function redrawExpiryId(expiresAt: number, random: Random): number {
  return firstIdOf(expiresAt) + drawBelow(idsPerSecond, random)
}

/** Returns the highest id of the rows that expire in the second of `moment`. */
export function lastExpiryId(moment: number): number {
  return firstIdOf(moment) + idsPerSecond - 1
}

function firstIdOf(moment: number): number {
  return Math.max(0, Math.floor(moment / 1000) - firstSecond) * idsPerSecond
}

// `count` is a power of two of at most 24 bits, so each number is equally likely.
function drawBelow(count: number, random: Random): number {
  return random(3).reduce((bits, byte) => bits * 256 + byte, 0) % count
}
