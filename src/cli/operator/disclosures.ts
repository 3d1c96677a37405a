import { CommandError } from '../../errors.ts'
import {
  changeGagOrder,
  type GagOrder,
  listDisclosures,
  recordDisclosure,
} from '../../privacy/registers/disclosures.ts'
import { toIsoDay } from '../../time.ts'
import type { Invocation, ValueFlags } from '../framework/command.ts'
import { print } from '../framework/output.ts'
import { parseDay, readTextFile } from './input.ts'
import { requireAccount } from './user.ts'
import { withApp, withReadOnlyApp } from './with-app.ts'

/** `sotto disclosure list`: prints the register of disclosures. */
export function printDisclosures(invocation: Invocation): Promise<number> {
  return withReadOnlyApp(invocation, async (app) => {
    for (const {
      id,
      requested,
      disclosed,
      recordedAt,
      barredUntil,
      barredBy,
      subjects,
      notified,
    } of await listDisclosures(app)) {
      const barred = barredUntil === null ? '' : `barred  until ${toIsoDay(barredUntil)}: ${barredBy}\n`
      print(`${id}  ${toIsoDay(recordedAt)}\nasked   ${requested}\ngiven   ${disclosed ?? 'nothing'}\n`)
      print(`told    ${notified} of ${subjects}\n${barred}\n`)
    }
  })
}

/** `sotto disclosure add`: records an order and what was disclosed; prints the id. */
export function addDisclosure(
  invocation: Invocation<ValueFlags<'asked-file' | 'given-file' | 'accounts' | 'barred-until' | 'barred-by'>>,
): Promise<number> {
  const { 'asked-file': requestFile, 'given-file': disclosedFile, accounts = '' } = invocation.flags
  if (requestFile === undefined) throw new CommandError('invalid', '--asked-file is required')
  const requested = readTextFile(invocation.cwd, requestFile)
  const disclosed = disclosedFile === undefined ? undefined : readTextFile(invocation.cwd, disclosedFile)
  return withApp(invocation, async (app) => {
    const names = accounts.split(',').filter((name) => name.trim() !== '')
    const subjects = await Promise.all(names.map((name) => requireAccount(app, name)))
    const ids = new Set(subjects.map(({ id }) => id))
    print(
      `${await recordDisclosure(app, { requested, disclosed, accounts: [...ids], gagOrder: parseGagOrder(invocation) })}\n`,
    )
  })
}

/** `sotto disclosure bar ID`: changes or lifts the gag order of a disclosure. */
export function updateGagOrder(invocation: Invocation<ValueFlags<'barred-until' | 'barred-by'>>): Promise<number> {
  return withApp(invocation, (app) => changeGagOrder(app, invocation.positional, parseGagOrder(invocation)))
}

function parseGagOrder({ flags }: Invocation<ValueFlags<'barred-until' | 'barred-by'>>): GagOrder | undefined {
  const until = parseDay('barred-until', flags['barred-until'])
  const law = flags['barred-by']
  if (until === undefined && law === undefined) return undefined
  if (until === undefined || law === undefined)
    throw new CommandError('invalid', 'use --barred-until and --barred-by together')
  return { until, law }
}
