import type { AcceptedRestore } from '../../continuation/accept-restore.ts'
import type { Suspension } from '../../continuation/suspension.ts'
import { suspensionTexts } from '../../continuation/suspension-texts.ts'
import { perform } from '../../control/perform.ts'
import { text } from '../../i18n/text.ts'
import { toIso } from '../../time.ts'
import type { Flag, Invocation } from '../framework/command.ts'
import { print } from '../framework/output.ts'
import { readTextFile } from './input.ts'
import { withAnyApp } from './with-app.ts'

/** `sotto restore accept`: accepts that the database was restored or copied, and prints what was ended. */
export function acceptRestoredDatabase(
  invocation: Invocation<{ moved: Flag; erasures: Flag & { value: string } }>,
): Promise<number> {
  const { moved, erasures } = invocation.flags
  const lists = erasures === undefined ? [] : [readTextFile(invocation.cwd, erasures)]
  return withAnyApp(invocation, async (app) => {
    print(describeAcceptance(await perform(app, 'accept-restore', { isMoved: moved === true, erasures: lists })))
  })
}

/** Describes a suspension for the terminal of the operator. */
export function describeSuspension({ reason, mark, unaccountedFrom }: Suspension): string {
  const since = unaccountedFrom === null ? '' : `  last run   ${toIso(unaccountedFrom)}\n`
  return `suspended: ${text(suspensionTexts[reason])}\n${since}  mark       ${mark}\n`
}

/** Describes what an accepted restore ended. */
export function describeAcceptance(accepted: AcceptedRestore): string {
  const { secrets, sessions, tokens, accounts, unaccountedFrom, detectedAt } = accepted
  const from = unaccountedFrom === null ? 'an unknown time' : toIso(unaccountedFrom)
  return `restore accepted
  secrets    ${secrets} withdrawn
  sessions   ${sessions} ended
  tokens     ${tokens} revoked
  accounts   ${accounts} erased again
  unknown    what happened between ${from} and ${toIso(detectedAt)}
`
}
