import { kinds } from '../errors.ts'
import { closest } from './closest.ts'

/** One problem with the configuration. */
export interface ConfigProblem {
  /** Where it was set: `--ttl-max`, `SOTTO_TTL_MAX` or `sotto.toml:12 ttl-max`. */
  readonly where: string
  /** The value as JSON, `(hidden)` if it may be a secret, or a description of what was there instead. */
  readonly received: string
  readonly expected: string
  readonly example: string
  readonly hint?: string
}

/** The exit code of the process after a ConfigError. */
export const configExitCode = kinds.misconfigured.exit

/** Replaces a secret value in output. */
export const hidden = '(hidden)'

const maxQuotedLength = 80

/** All problems with the configuration. The message contains no value; `report` is meant for the operator. */
export class ConfigError extends Error {
  readonly problems: readonly ConfigProblem[]
  readonly exitCode = configExitCode

  constructor(problems: readonly ConfigProblem[]) {
    super(`invalid configuration, errors: ${problems.length}`)
    this.name = 'ConfigError'
    this.problems = problems
  }

  /** The problems as text, one per line. */
  report(): string {
    return this.problems.map(formatProblem).join('\n')
  }
}

function formatProblem({ where, received, expected, example, hint }: ConfigProblem): string {
  const text = `${where}: got ${received}, expected ${expected}, e.g. ${example}`
  return hint === undefined ? text : `${text}; ${hint}`
}

/** Formats a value as it was read: as JSON, shortened, with any user and password in a URL hidden. */
export function quote(raw: unknown): string {
  const text = typeof raw === 'number' ? String(raw) : (JSON.stringify(raw) ?? String(raw))
  const safe = text.replace(/\/\/[^\s"]*@/g, `//${hidden}@`)
  return safe.length > maxQuotedLength ? `${safe.slice(0, maxQuotedLength)}…` : safe
}

/** The problem of an unknown option name. It never includes the value: that may belong to a misspelt secret option. */
export function unknownName(where: string, name: string, knownNames: readonly string[]): ConfigProblem {
  const suggestion = closest(name, knownNames)
  const problem = {
    where,
    received: 'an unknown name',
    expected: 'an option',
    example: suggestion ?? knownNames[0] ?? 'sotto --help',
  }
  return suggestion === undefined ? problem : { ...problem, hint: `did you mean ${suggestion}?` }
}
