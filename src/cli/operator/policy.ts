import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { CommandError } from '../../errors.ts'
import { diff, type Run } from '../../privacy/policy/diff.ts'
import {
  currentPolicy,
  listPolicyVersions,
  type PolicyVersion,
  proposePolicyVersion,
  readPolicyVersion,
} from '../../privacy/policy/versions.ts'
import { parseIsoDay, toIso, toIsoDay } from '../../time.ts'
import type { Flag, Invocation } from '../framework/command.ts'
import { print, printMessage } from '../framework/output.ts'
import { withApp } from './with-app.ts'

type Valued = Flag & { readonly value: string }

/** `sotto statement list`: every version, newest first. */
export function printPolicyVersions(call: Invocation): Promise<number> {
  return withApp(call, (app) => {
    const current = currentPolicy(app).number
    for (const version of listPolicyVersions(app)) {
      const state = version.effectiveAt > app.now() ? 'coming' : version.number === current ? 'current' : 'past'
      print(`${lineOf(version, state)}\n`)
    }
  })
}

function lineOf({ number, material, effectiveAt, author }: PolicyVersion, state: string): string {
  return [number, state, material ? 'material' : 'minor', toIsoDay(effectiveAt), author].join('\t')
}

/** `sotto statement show NUMBER`: its source. */
export function printPolicySource(call: Invocation): Promise<number> {
  return withApp(call, (app) => print(readPolicyVersion(app, parseId(call.positional)).text))
}

/** `sotto statement diff NUMBER`: what it changed. */
export function printPolicyDiff(call: Invocation): Promise<number> {
  return withApp(call, (app) => {
    const number = parseId(call.positional)
    const { text } = readPolicyVersion(app, number)
    const changes = diff(number === 1 ? '' : readPolicyVersion(app, number - 1).text, text)
    for (const { under, runs } of changes) print(`${under ? `# ${under}\n` : ''}${runs.map(marked).join('')}\n\n`)
  })
}

function marked({ kind, text }: Run): string {
  if (kind === 'same') return text
  return kind === 'added' ? `{+${text}+}` : `[-${text}-]`
}

/** `sotto statement propose FILE`: publishes a version. */
export function proposePolicy(
  call: Invocation<{ material: Flag; effective: Valued; author: Valued }>,
): Promise<number> {
  const text = readTextFile(call.cwd, call.positional)
  const effectiveAt = parseDay('effective', call.flags.effective)
  const { material = false, author = 'the operator' } = call.flags
  return withApp(call, async (app) => {
    const version = await proposePolicyVersion(app, { text, author, material, effectiveAt })
    print(`${version.number}\n`)
    printMessage(`version ${version.number} takes effect on ${toIso(version.effectiveAt)}`)
  })
}

/** The text of a file that was named. */
export function readTextFile(cwd: string, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(resolve(cwd, file))).trim()
  } catch {
    throw new CommandError('invalid', 'FILE cannot be read as text')
  }
}

/** The day that a flag names, as its first moment, UTC. */
export function parseDay(flag: string, typed: string | undefined): number | undefined {
  if (typed === undefined) return undefined
  const day = parseIsoDay(typed)
  if (day === undefined) throw new CommandError('invalid', `--${flag}: expected a day, e.g. 2027-04-01`)
  return day
}

/** A number that was typed. */
export function parseId(word: string): number {
  if (!/^[1-9]\d{0,8}$/.test(word)) throw new CommandError('invalid', 'NUMBER: expected a number, e.g. 1')
  return Number(word)
}
