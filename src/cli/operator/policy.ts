import { type DiffRun, diff } from '../../privacy/policy/diff.ts'
import {
  currentPolicy,
  listPolicyVersions,
  type PolicyStatus,
  type PolicyVersion,
  policyStatusOf,
  proposePolicyVersion,
  readPolicyVersion,
} from '../../privacy/policy/versions.ts'
import { toIso, toIsoDay } from '../../time.ts'
import type { Flag, Invocation, ValueFlags } from '../framework/command.ts'
import { print, printMessage } from '../framework/output.ts'
import { parseDay, parseId, readTextFile } from './input.ts'
import { withApp, withReadOnlyApp } from './with-app.ts'

/** `sotto statement list`: prints the versions of the privacy policy, newest first. */
export function printPolicyVersions(invocation: Invocation): Promise<number> {
  return withReadOnlyApp(invocation, async (app) => {
    const current = await currentPolicy(app)
    for (const version of await listPolicyVersions(app))
      print(`${formatVersion(version, policyStatusOf(app, version, current))}\n`)
  })
}

function formatVersion({ id, material, effectiveAt, author }: PolicyVersion, status: PolicyStatus): string {
  return [id, status, material ? 'material' : 'minor', toIsoDay(effectiveAt), author].join('\t')
}

/** `sotto statement show NUMBER`: prints the source of a version. */
export function printPolicySource(invocation: Invocation): Promise<number> {
  return withReadOnlyApp(invocation, async (app) =>
    print((await readPolicyVersion(app, parseId(invocation.positional))).text),
  )
}

/** `sotto statement diff NUMBER`: prints the changes of a version, with its added and deleted words formatRun. */
export function printPolicyDiff(invocation: Invocation): Promise<number> {
  return withReadOnlyApp(invocation, async (app) => {
    const id = parseId(invocation.positional)
    const { text } = await readPolicyVersion(app, id)
    const changes = diff(id === 1 ? '' : (await readPolicyVersion(app, id - 1)).text, text)
    for (const { heading, runs } of changes)
      print(`${heading ? `# ${heading}\n` : ''}${runs.map(formatRun).join('')}\n\n`)
  })
}

function formatRun({ kind, text }: DiffRun): string {
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
    print(`${version.id}\n`)
    printMessage(`version ${version.id} takes effect on ${toIso(version.effectiveAt)}`)
  })
}
