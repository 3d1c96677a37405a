import { CommandError } from '../../errors.ts'
import type { Call } from '../framework/command.ts'
import { print } from '../framework/output.ts'
import type { Fields } from './fields.ts'
import { linkOf } from './link.ts'
import { notSotto } from './refusal.ts'
import { requestByLink, serverFlag, serverOf } from './server.ts'
import { isMoment } from './share.ts'

/** The flags of `sotto status` and `sotto burn`. */
export const statusFlags = { json: { sentence: 'print an object instead' }, ...serverFlag } as const

type StatusCall = Call<typeof statusFlags>

/** `sotto status`: what is known of a link without opening it, or what became of a receipt's secret. */
export async function status({ given, env, word }: StatusCall): Promise<number> {
  const link = await linkOf(word)
  const server = serverOf({ given, env }, link)
  printStatus(await requestByLink(link, { server, path: `/${link.kind}s/${link.key}` }), given, server)
  return 0
}

/** `sotto burn`: destroys a secret that nobody has opened. Exit code 3 where somebody was faster, or it has expired. */
export async function burn({ given, env, word }: StatusCall): Promise<number> {
  const link = await linkOf(word)
  if (link.kind === 'secret')
    throw new CommandError('invalid', 'that is the link of a secret; it is burned by its receipt, which its sender got')
  const server = serverOf({ given, env }, link)
  const fields = await requestByLink(link, { server, path: `/receipts/${link.key}/burn`, body: {} })
  printStatus(fields, given, server)
  if (fields['state'] === 'burned') return 0
  throw new CommandError('gone', 'there was nothing left to burn')
}

const moments = { created_at: 'created', expires_at: 'expires', revealed_at: 'revealed', burned_at: 'burned' } as const
const flags = { passphrase_required: 'passphrase', end_to_end: 'end to end' } as const
const states = ['new', 'revealed', 'burned', 'expired']

// Only what is known here, and looks as it should, is printed: a server may not write what it likes to a terminal.
function printStatus(fields: Fields, given: StatusCall['given'], server: string): void {
  const state = fields['state']
  if (typeof state !== 'string' || !states.includes(state)) throw notSotto(server)
  const known = Object.entries(fields).filter(([name, value]) => isKnown(name, value))
  const lines = known.map(
    ([name, value]) => `${{ ...moments, ...flags }[name as 'end_to_end'].padEnd(12)}${shown(value)}\n`,
  )
  print(
    given.json
      ? `${JSON.stringify({ state, ...Object.fromEntries(known) })}\n`
      : `state       ${state}\n${lines.join('')}`,
  )
}

function isKnown(name: string, value: unknown): boolean {
  return Object.hasOwn(moments, name) ? isMoment(value) : Object.hasOwn(flags, name) && typeof value === 'boolean'
}

function shown(value: unknown): string {
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value)
}
