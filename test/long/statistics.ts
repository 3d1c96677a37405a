/** The verdict on the time that two operations take, and their distinct results. */
export interface Comparison {
  /** `unclear` if the maximum number of pairs was not enough. */
  readonly verdict: 'equal' | 'different' | 'unclear'
  readonly results: readonly unknown[]
}

type Operations = Readonly<Record<'known' | 'unknown', () => Promise<unknown>>>
type Pair = readonly [known: number, unknown: number]

const warmUp = 10
const batch = 100
const maxPairs = 1000

/**
 * Compares the time of two operations in pairs of random order, so that other load affects both. This is an equivalence
 * test: the 99.9 % confidence interval of the ratio of their lower quartiles, from 2000 bootstrap samples of pairs, must
 * be inside the margin around 1 (`equal`) or outside (`different`). It is evaluated after every 100 pairs, up to 1000.
 * The lower quartile is used because noise can only add to a time.
 */
export async function compareTimes(operations: Operations, margin: number): Promise<Comparison> {
  const results = new Set<unknown>()
  const time = async (name: keyof Operations) => {
    const start = performance.now()
    results.add(await operations[name]())
    return performance.now() - start
  }
  const pairs: Pair[] = []
  for (let pair = 0; pair < maxPairs + warmUp; pair += 1) {
    const isKnownFirst = Math.random() < 0.5
    const first = await time(isKnownFirst ? 'known' : 'unknown')
    const second = await time(isKnownFirst ? 'unknown' : 'known')
    if (pair >= warmUp) pairs.push(isKnownFirst ? [first, second] : [second, first])
    if (pairs.length === 0 || pairs.length % batch !== 0) continue
    const [low, high] = ratioInterval(pairs)
    console.log(`${pairs.length} pairs: the ratio is between ${low.toFixed(3)} and ${high.toFixed(3)}`)
    if (low > 1 / (1 + margin) && high < 1 + margin) return { verdict: 'equal', results: [...results] }
    if (low > 1 + margin || high < 1 / (1 + margin)) return { verdict: 'different', results: [...results] }
  }
  return { verdict: 'unclear', results: [...results] }
}

function ratioInterval(pairs: readonly Pair[]): readonly [low: number, high: number] {
  const ratios = Array.from({ length: 2000 }, () => {
    const sample = pairs.map(() => pairs[Math.floor(Math.random() * pairs.length)] ?? [0, 0])
    return lowerQuartile(sample.map(([known]) => known)) / lowerQuartile(sample.map(([, unknown]) => unknown))
  }).sort((a, b) => a - b)
  return [ratios[1] ?? 0, ratios[1998] ?? 0]
}

function lowerQuartile(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[sorted.length >> 2] ?? 0
}
