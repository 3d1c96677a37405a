import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { CommandError } from '../../errors.ts'
import { type DiffRun, diff } from '../../privacy/policy/diff.ts'
import {
  currentPolicy,
  listPolicyVersions,
  type PolicyVersion,
  proposePolicyVersion,
  readPolicyVersion,
} from '../../privacy/policy/versions.ts'
import { parseIsoDay, toIso, toIsoDay } from '../../time.ts'
import type { Call, Flag } from '../framework/command.ts'
import { print, tell } from '../framework/output.ts'
import { withApp } from './with-app.ts'

type Valued = Flag & { readonly value: string }

/** `sotto statement list`: every version, newest first. */
export function listStatement(call: Call): Promise<number> {
  return withApp(call, (app) => {
    const current = currentPolicy(app).id
    for (const version of listPolicyVersions(app)) {
      const state = version.effectiveAt > app.now() ? 'coming' : version.id === current ? 'current' : 'past'
      print(`${lineOf(version, state)}\n`)
    }
  })
}

function lineOf({ id, material, effectiveAt, author }: PolicyVersion, state: string): string {
  return [id, state, material ? 'material' : 'minor', toIsoDay(effectiveAt), author].join('\t')
}

/** `sotto statement show NUMBER`: its source. */
export function showStatement(call: Call): Promise<number> {
  return withApp(call, (app) => print(readPolicyVersion(app, numberIn(call.word)).text))
}

/** `sotto statement diff NUMBER`: what it changed. */
export function diffStatement(call: Call): Promise<number> {
  return withApp(call, (app) => {
    const number = numberIn(call.word)
    const { text } = readPolicyVersion(app, number)
    const changes = diff(number === 1 ? '' : readPolicyVersion(app, number - 1).text, text)
    for (const { heading, runs } of changes) print(`${heading ? `# ${heading}\n` : ''}${runs.map(marked).join('')}\n\n`)
  })
}

function marked({ kind, text }: DiffRun): string {
  if (kind === 'same') return text
  return kind === 'added' ? `{+${text}+}` : `[-${text}-]`
}

/** `sotto statement propose FILE`: publishes a version. */
export function proposeStatement(call: Call<{ material: Flag; effective: Valued; author: Valued }>): Promise<number> {
  const text = textOf(call.cwd, call.word)
  const effectiveAt = dayIn('effective', call.given.effective)
  const { material = false, author = 'the operator' } = call.given
  return withApp(call, async (app) => {
    const version = await proposePolicyVersion(app, { text, author, material, effectiveAt })
    print(`${version.id}\n`)
    tell(`version ${version.id} takes effect on ${toIso(version.effectiveAt)}`)
  })
}

/** The text of a file that was named. */
export function textOf(cwd: string, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(resolve(cwd, file))).trim()
  } catch {
    throw new CommandError('invalid', 'FILE cannot be read as text')
  }
}

/** The day that a flag names, as its first moment, UTC. */
export function dayIn(flag: string, typed: string | undefined): number | undefined {
  if (typed === undefined) return undefined
  const day = parseIsoDay(typed)
  if (day === undefined) throw new CommandError('invalid', `--${flag}: expected a day, e.g. 2027-04-01`)
  return day
}

/** A number that was typed. */
export function numberIn(word: string): number {
  if (!/^[1-9]\d{0,8}$/.test(word)) throw new CommandError('invalid', 'NUMBER: expected a number, e.g. 1')
  return Number(word)
}
