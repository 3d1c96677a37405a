import { diff, type Run } from '../../privacy/policy/diff.ts'
import {
  currentPolicy,
  listPolicyVersions,
  type PolicyVersion,
  proposePolicyVersion,
  readPolicyVersion,
} from '../../privacy/policy/versions.ts'
import { toIso, toIsoDay } from '../../time.ts'
import type { Flag, Invocation, ValueFlags } from '../framework/command.ts'
import { print, printMessage } from '../framework/output.ts'
import { parseDay, parseId, readTextFile } from './input.ts'
import { withApp } from './with-app.ts'

/** `sotto statement list`: prints the versions of the privacy policy, newest first. */
export function printPolicyVersions(invocation: Invocation): Promise<number> {
  return withApp(invocation, (app) => {
    const current = currentPolicy(app).number
    for (const version of listPolicyVersions(app)) {
      const state = version.effectiveAt > app.now() ? 'coming' : version.number === current ? 'current' : 'past'
      print(`${formatVersion(version, state)}\n`)
    }
  })
}

function formatVersion({ number, material, effectiveAt, author }: PolicyVersion, state: string): string {
  return [number, state, material ? 'material' : 'minor', toIsoDay(effectiveAt), author].join('\t')
}

/** `sotto statement show NUMBER`: prints the source of a version. */
export function printPolicySource(invocation: Invocation): Promise<number> {
  return withApp(invocation, (app) => print(readPolicyVersion(app, parseId(invocation.positional)).text))
}

/** `sotto statement diff NUMBER`: prints the changes of a version, with its added and deleted words formatRun. */
export function printPolicyDiff(invocation: Invocation): Promise<number> {
  return withApp(invocation, (app) => {
    const number = parseId(invocation.positional)
    const { text } = readPolicyVersion(app, number)
    const changes = diff(number === 1 ? '' : readPolicyVersion(app, number - 1).text, text)
    for (const { under, runs } of changes) print(`${under ? `# ${under}\n` : ''}${runs.map(formatRun).join('')}\n\n`)
  })
}

function formatRun({ kind, text }: Run): string {
  if (kind === 'same') return text
  return kind === 'added' ? `{+${text}+}` : `[-${text}-]`
}

/** `sotto statement propose FILE`: publishes a version and prints its number. */
export function proposePolicy(
  invocation: Invocation<{ material: Flag } & ValueFlags<'effective' | 'author'>>,
): Promise<number> {
  const text = readTextFile(invocation.cwd, invocation.positional)
  const effectiveAt = parseDay('effective', invocation.flags.effective)
  const { material = false, author = 'the operator' } = invocation.flags
  return withApp(invocation, async (app) => {
    const version = await proposePolicyVersion(app, { text, author, material, effectiveAt })
    print(`${version.number}\n`)
    printMessage(`version ${version.number} takes effect on ${toIso(version.effectiveAt)}`)
  })
}
