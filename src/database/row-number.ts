// Seconds since 2025, so that a number stays below 36 to the ninth, which is what a key has room for, until 2093.
const beginning = 1_735_689_600
const eachSecond = 2 ** 15

/**
 * The number of a row that expires at a moment. Rows of one moment lie side by side, so that what is new is written in
 * one place of the file, and what is due is found in one. `turn` tells rows of the same second apart.
 */
export function rowNumber(expiresAt: number, turn: number): number {
  return secondOf(expiresAt) * eachSecond + (turn % eachSecond)
}

/** The first number of all rows that expire after a moment's second. */
export function firstRowAfter(moment: number): number {
  return (secondOf(moment) + 1) * eachSecond
}

function secondOf(moment: number): number {
  return Math.max(0, Math.floor(moment / 1000) - beginning)
}
