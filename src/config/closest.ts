/** Returns the candidate that a misspelt name most likely means, or undefined if none is close enough. */
export function closest(name: string, candidates: readonly string[]): string | undefined {
  const normalise = (text: string) => text.toLowerCase().replaceAll('_', '-')
  const nearest = candidates
    .map((candidate) => ({ candidate, distance: editDistance(normalise(name), normalise(candidate)) }))
    .sort((one, other) => one.distance - other.distance)[0]
  return nearest !== undefined && nearest.distance <= Math.max(2, name.length / 4) ? nearest.candidate : undefined
}

/** The number of letters to add, delete or change to turn one text into the other (Levenshtein distance). */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1]
    for (let column = 1; column <= to.length; column++) {
      const changed = (row[column - 1] ?? 0) + (to[column - 1] === letter ? 0 : 1)
      next.push(Math.min(changed, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[to.length] ?? 0
}
