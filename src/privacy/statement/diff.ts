import { partsOf } from './markdown.ts'

/** A run of words that two texts share, or that only one of them has. */
export interface Run {
  readonly kind: 'same' | 'added' | 'removed'
  readonly text: string
}

/** A part of a text that was changed, and the heading that it stands under. */
export interface Change {
  readonly under: string | undefined
  readonly runs: readonly Run[]
}

// Two parts that were written anew from end to end are shown one after the other.
const mostPairs = 1_000_000

/** What was changed between two sources: first by parts, then, within the parts that differ, by words. */
export function diff(before: string, after: string): Change[] {
  const changes: Change[] = []
  let under: string | undefined
  let removed: string[] = []
  let added: string[] = []
  const close = () => {
    for (let at = 0; at < Math.max(removed.length, added.length); at++)
      changes.push({ under, runs: wordsBetween(removed[at] ?? '', added[at] ?? '') })
    removed = []
    added = []
  }
  for (const { kind, item } of align(partsOf(before), partsOf(after))) {
    if (kind === 'removed') removed.push(item)
    else if (kind === 'added') added.push(item)
    else {
      close()
      if (/^#{2,3} /.test(item)) under = item.replace(/^#+ /, '')
    }
  }
  close()
  return changes
}

function wordsBetween(before: string, after: string): Run[] {
  const runs: { kind: Run['kind']; text: string }[] = []
  for (const { kind, item } of align(tokens(before), tokens(after))) {
    const last = runs.at(-1)
    if (last?.kind === kind) last.text += item
    else runs.push({ kind, text: item })
  }
  return runs.flatMap(withoutSharedEnd)
}

// The space behind words that were put in the place of others was there before, and is no part of the change.
function withoutSharedEnd(run: Run, at: number, runs: readonly Run[]): Run[] {
  const other = run.kind === 'removed' ? runs[at + 1] : runs[at - 1]
  const isExchanged = run.kind !== 'same' && other !== undefined && other.kind !== 'same'
  const [space = ''] = /\s*$/.exec(run.text) ?? []
  if (!isExchanged || space === '' || !other.text.endsWith(space)) return [run]
  const bare = { kind: run.kind, text: run.text.slice(0, -space.length) }
  return run.kind === 'added' ? [bare, { kind: 'same', text: space }] : [bare]
}

// A word with the space behind it.
function tokens(part: string): string[] {
  return part.match(/\S+\s*|\s+/g) ?? []
}

interface Aligned {
  readonly kind: Run['kind']
  readonly item: string
}

/** Both lists in one, by their longest common subsequence; what was removed stands before what was added. */
function align(before: readonly string[], after: readonly string[]): Aligned[] {
  let start = 0
  while (start < Math.min(before.length, after.length) && before[start] === after[start]) start++
  let end = 0
  while (
    end < Math.min(before.length, after.length) - start &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  )
    end++
  const same = (items: readonly string[]) => items.map((item) => ({ kind: 'same' as const, item }))
  const middle = between(before.slice(start, before.length - end), after.slice(start, after.length - end))
  return [...same(before.slice(0, start)), ...middle, ...same(before.slice(before.length - end))]
}

function between(before: readonly string[], after: readonly string[]): Aligned[] {
  const removed = (from: number, to?: number) =>
    before.slice(from, to).map((item) => ({ kind: 'removed' as const, item }))
  const added = (from: number, to?: number) => after.slice(from, to).map((item) => ({ kind: 'added' as const, item }))
  if (before.length * after.length > mostPairs) return [...removed(0), ...added(0)]
  const longest = lengths(before, after)
  const width = after.length + 1
  const out: Aligned[] = []
  let [a, b] = [0, 0]
  while (a < before.length && b < after.length) {
    const item = before[a] as string
    if (item === after[b]) {
      out.push({ kind: 'same', item })
      a++
      b++
    } else if ((longest[(a + 1) * width + b] ?? 0) >= (longest[a * width + b + 1] ?? 0)) {
      out.push(...removed(a, ++a))
    } else {
      out.push(...added(b, ++b))
    }
  }
  return [...out, ...removed(a), ...added(b)]
}

// How long the longest common subsequence is from each pair of places to the ends.
function lengths(before: readonly string[], after: readonly string[]): Uint16Array {
  const width = after.length + 1
  const longest = new Uint16Array((before.length + 1) * width)
  for (let a = before.length - 1; a >= 0; a--)
    for (let b = after.length - 1; b >= 0; b--)
      longest[a * width + b] =
        before[a] === after[b]
          ? (longest[(a + 1) * width + b + 1] ?? 0) + 1
          : Math.max(longest[(a + 1) * width + b] ?? 0, longest[a * width + b + 1] ?? 0)
  return longest
}
