import { kinds } from '../errors.ts'

/** One thing wrong with what the operator wrote. */
export interface Fault {
  /** `--ttl-max`, `SOTTO_TTL_MAX` or `sotto.toml:12 ttl-max`. */
  readonly where: string
  /** The value in JSON's quotes, `(hidden)` if it may be a secret, or what stands in its place. */
  readonly read: string
  readonly expected: string
  readonly example: string
  readonly hint?: string
}

/** What the process exits with after a ConfigError. */
export const configExitCode = kinds.misconfigured.exit

/** Stands for a value that nobody may see. */
export const hidden = '(hidden)'

const longestRead = 80

/** Everything wrong with the configuration, at once. The message names no value; `report` is for the operator's eyes. */
export class ConfigError extends Error {
  readonly faults: readonly Fault[]
  readonly exitCode = configExitCode

  constructor(faults: readonly Fault[]) {
    super(`configuration refused, faults: ${faults.length}`)
    this.name = 'ConfigError'
    this.faults = faults
  }

  /** A line for each fault, to print as it is. */
  report(): string {
    return this.faults.map(line).join('\n')
  }
}

function line({ where, read, expected, example, hint }: Fault): string {
  const said = `${where}: got ${read}, expected ${expected}, e.g. ${example}`
  return hint === undefined ? said : `${said}; ${hint}`
}

/** Shows a value as it was read, shortened, and without a password that stands in a URL. */
export function quote(raw: unknown): string {
  const text = typeof raw === 'number' ? String(raw) : (JSON.stringify(raw) ?? String(raw))
  const safe = text.replace(/\/\/[^\s"]*@/g, `//${hidden}@`)
  return safe.length > longestRead ? `${safe.slice(0, longestRead)}…` : safe
}

/** A fault about a name that is no option's. What was written beside it stays unseen: it may be a misspelt secret's. */
export function unknownName(where: string, name: string, known: readonly string[]): Fault {
  const meant = closest(name, known)
  const fault = { where, read: 'an unknown name', expected: 'an option', example: meant ?? known[0] ?? 'sotto --help' }
  return meant === undefined ? fault : { ...fault, hint: `did you mean ${meant}?` }
}

/** The candidate that a misspelt word most likely meant, if one is near enough. */
export function closest(word: string, candidates: readonly string[]): string | undefined {
  const plain = (text: string) => text.toLowerCase().replaceAll('_', '-')
  const near = candidates
    .map((candidate) => ({ candidate, distance: distance(plain(word), plain(candidate)) }))
    .sort((one, other) => one.distance - other.distance)[0]
  return near !== undefined && near.distance <= Math.max(2, word.length / 4) ? near.candidate : undefined
}

/** How many letters must be added, dropped or changed to make one word of the other (Levenshtein). */
function distance(from: string, to: string): number {
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
