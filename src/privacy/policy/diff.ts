import { diffArrays } from 'diff'
import { partsOf } from './markdown.ts'

/** A run of words that both texts share, or that only one of them has. */
export interface DiffRun {
  readonly kind: 'same' | 'added' | 'removed'
  readonly text: string
}

/** A changed part of a text, with the heading above it. */
export interface Change {
  readonly heading: string | undefined
  readonly runs: readonly DiffRun[]
}

// Texts that differ in more items than this are shown one after the other: aligning them would take too long.
const maxEdits = 500

/** Compares two Markdown sources: first by parts, then word by word within the parts that differ. */
export function diff(before: string, after: string): Change[] {
  const changes: Change[] = []
  let heading: string | undefined
  let removed: string[] = []
  let added: string[] = []
  const flush = () => {
    for (let i = 0; i < Math.max(removed.length, added.length); i++)
      changes.push({ heading, runs: diffWords(removed[i] ?? '', added[i] ?? '') })
    removed = []
    added = []
  }
  for (const { kind, item } of align(partsOf(before), partsOf(after))) {
    if (kind === 'removed') removed.push(item)
    else if (kind === 'added') added.push(item)
    else {
      flush()
      if (/^#{2,3} /.test(item)) heading = item.replace(/^#+ /, '')
    }
  }
  flush()
  return changes
}

function diffWords(before: string, after: string): DiffRun[] {
  const runs: { kind: DiffRun['kind']; text: string }[] = []
  for (const { kind, item } of align(tokensOf(before), tokensOf(after))) {
    const last = runs.at(-1)
    if (last?.kind === kind) last.text += item
    else runs.push({ kind, text: item })
  }
  return runs.flatMap(withoutSharedSpace)
}

// If words replace others, the space after them is unchanged and must not be marked.
function withoutSharedSpace(run: DiffRun, index: number, runs: readonly DiffRun[]): DiffRun[] {
  const other = run.kind === 'removed' ? runs[index + 1] : runs[index - 1]
  const isReplacement = run.kind !== 'same' && other !== undefined && other.kind !== 'same'
  const [space = ''] = /\s*$/.exec(run.text) ?? []
  if (!isReplacement || space === '' || !other.text.endsWith(space)) return [run]
  const trimmed = { kind: run.kind, text: run.text.slice(0, -space.length) }
  return run.kind === 'added' ? [trimmed, { kind: 'same', text: space }] : [trimmed]
}

// A token is a word with the space after it.
function tokensOf(part: string): string[] {
  return part.match(/\S+\s*|\s+/g) ?? []
}

interface AlignedItem {
  readonly kind: DiffRun['kind']
  readonly item: string
}

// Merges both lists; removed items come before the added ones.
function align(before: readonly string[], after: readonly string[]): AlignedItem[] {
  const kindOf = (change: { added: boolean; removed: boolean }) =>
    change.added ? 'added' : change.removed ? 'removed' : 'same'
  const changes = diffArrays([...before], [...after], { maxEditLength: maxEdits }) ?? [
    { removed: true, added: false, value: before },
    { removed: false, added: true, value: after },
  ]
  return changes.flatMap((change) => change.value.map((item) => ({ kind: kindOf(change), item }) as const))
}
