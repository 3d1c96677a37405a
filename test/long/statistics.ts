/** What is known of the time that two things take, and every result that they had. */
export interface Comparison {
  /** `equal` and `different` are shown; `unclear` where the most pairs were too few. */
  readonly verdict: 'equal' | 'different' | 'unclear'
  readonly results: readonly unknown[]
}

type Works = Readonly<Record<'known' | 'unknown', () => Promise<unknown>>>
type Pair = readonly [known: number, unknown: number]

const warmUp = 10
const batch = 100
const most = 1000

/**
 * Compares the time that two things take, in turns and in random order within each pair, so that whatever else the
 * machine does slows both alike. It is a test of equivalence: the 99.9 % confidence interval of the ratio of their lower
 * quartiles, from 2000 bootstrap samples of whole pairs, has to lie within the margin around 1 (`equal`) or outside of it
 * (`different`). After every 100 pairs it looks again, up to 1000: on a busy machine it takes longer. The lower quartile
 * is what an attacker would look at too: noise only ever adds to a time.
 */
export async function compareTimes(works: Works, margin: number): Promise<Comparison> {
  const results = new Set<unknown>()
  const time = async (name: keyof Works) => {
    const start = performance.now()
    results.add(await works[name]())
    return performance.now() - start
  }
  const pairs: Pair[] = []
  for (let pair = 0; pair < most + warmUp; pair += 1) {
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
