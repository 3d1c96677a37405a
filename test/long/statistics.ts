/** How long two things took, in milliseconds, pair by pair, and every result that they had. */
export interface Pairs {
  readonly known: readonly number[]
  readonly unknown: readonly number[]
  readonly results: readonly unknown[]
}

type Works = Readonly<Record<'known' | 'unknown', () => Promise<unknown>>>

/**
 * Times two things in turns, in random order within each pair, so that whatever else the machine does slows both alike.
 * Ten pairs before them warm up.
 */
export async function timePairs(pairs: number, works: Works): Promise<Pairs> {
  const known: number[] = []
  const unknown: number[] = []
  const results = new Set<unknown>()
  const time = async (name: keyof Works, times: number[]) => {
    const start = performance.now()
    results.add(await works[name]())
    times.push(performance.now() - start)
  }
  for (let pair = 0; pair < pairs + 10; pair += 1) {
    const isKnownFirst = Math.random() < 0.5
    if (isKnownFirst) await time('known', known)
    await time('unknown', unknown)
    if (!isKnownFirst) await time('known', known)
  }
  return { known: known.slice(10), unknown: unknown.slice(10), results: [...results] }
}

/**
 * Whether the two are shown to take the same time: a test of equivalence, not of difference. The 99 % confidence interval
 * of the ratio of their medians, from 2000 bootstrap samples of whole pairs, must lie within the margin around 1. Too few
 * or too noisy pairs make it fail, not pass.
 */
export function isEquivalent({ known, unknown }: Pairs, margin: number): boolean {
  const ratios = Array.from({ length: 2000 }, () => {
    const sample = Array.from(known, () => Math.floor(Math.random() * known.length))
    return median(sample.map((index) => known[index] ?? 0)) / median(sample.map((index) => unknown[index] ?? 0))
  }).sort((a, b) => a - b)
  const [low = 0, high = 0] = [ratios[10], ratios[1989]]
  const milliseconds = [median(known), median(unknown)].map((value) => value.toFixed(1)).join(' and ')
  console.log(`medians ${milliseconds} ms, ratio between ${low.toFixed(3)} and ${high.toFixed(3)}`)
  return low > 1 / (1 + margin) && high < 1 + margin
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? 0
}
