import { diffArrays } from 'diff'
import { partsOf } from './markdown.ts'

/** A run of words that two texts share, or that only one of them has. */
export interface DiffRun {
  readonly kind: 'same' | 'added' | 'removed'
  readonly text: string
}

/** A part of a text that was changed, and the heading that it stands under. */
export interface Change {
  readonly heading: string | undefined
  readonly runs: readonly DiffRun[]
}

// Two texts that differ in more items than this are shown one after the other: to align them would take too long.
const maxEdits = 500

/** What was changed between two sources: first by parts, then, within the parts that differ, by words. */
export function diff(before: string, after: string): Change[] {
  const changes: Change[] = []
  let under: string | undefined
  let removed: string[] = []
  let added: string[] = []
  const close = () => {
    for (let at = 0; at < Math.max(removed.length, added.length); at++)
      changes.push({ heading, runs: wordsBetween(removed[at] ?? '', added[at] ?? '') })
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

function wordsBetween(before: string, after: string): DiffRun[] {
  const runs: { kind: DiffRun['kind']; text: string }[] = []
  for (const { kind, item } of align(tokens(before), tokens(after))) {
    const last = runs.at(-1)
    if (last?.kind === kind) last.text += item
    else runs.push({ kind, text: item })
  }
  return runs.flatMap(withoutSharedEnd)
}

// The space behind words that were put in the place of others was there before, and is no part of the change.
function withoutSharedEnd(run: DiffRun, at: number, runs: readonly DiffRun[]): DiffRun[] {
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
  readonly kind: DiffRun['kind']
  readonly item: string
}

// Both lists in one; what was removed stands before what was added.
function align(before: readonly string[], after: readonly string[]): Aligned[] {
  const kindOf = (change: { added: boolean; removed: boolean }) =>
    change.added ? 'added' : change.removed ? 'removed' : 'same'
  const changes = diffArrays([...before], [...after], { maxEditLength: maxEdits }) ?? [
    { removed: true, added: false, value: before },
    { removed: false, added: true, value: after },
  ]
  return changes.flatMap((change) => change.value.map((item) => ({ kind: kindOf(change), item }) as const))
}
