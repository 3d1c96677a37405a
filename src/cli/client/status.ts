import { CommandError } from '../../errors.ts'
import type { Invocation } from '../framework/command.ts'
import { print } from '../framework/output.ts'
import type { Fields } from './fields.ts'
import { readLink } from './link.ts'
import { unexpectedResponse } from './response-errors.ts'
import { requestByLink, resolveServer, serverFlag } from './server.ts'
import { isTimestamp } from './share.ts'

/** The flags of `sotto status` and `sotto burn`. */
export const statusFlags = { json: { sentence: 'print a JSON object' }, ...serverFlag } as const

type StatusInvocation = Invocation<typeof statusFlags>

/** `sotto status`: prints the metadata of a secret without opening it, or the state of a receipt's secret. */
export async function status({ flags, env, positional }: StatusInvocation): Promise<number> {
  const link = await readLink(positional)
  const server = resolveServer({ flags, env }, link)
  printStatus(await requestByLink(link, { server, path: `/${link.kind}s/${link.key}` }), flags, server)
  return 0
}

/** `sotto burn`: destroys an unopened secret. Throws `gone` if it has been opened, burned or has expired. */
export async function burn({ flags, env, positional }: StatusInvocation): Promise<number> {
  const link = await readLink(positional)
  if (link.kind === 'secret')
    throw new CommandError('invalid', 'this is the link of a secret; to burn it, use its receipt')
  const server = resolveServer({ flags, env }, link)
  const fields = await requestByLink(link, { server, path: `/receipts/${link.key}/burn`, body: {} })
  printStatus(fields, flags, server)
  if (fields['state'] === 'burned') return 0
  throw new CommandError('gone', 'nothing to burn')
}

const timestampLabels = {
  created_at: 'created',
  expires_at: 'expires',
  revealed_at: 'revealed',
  burned_at: 'burned',
  withdrawn_at: 'withdrawn',
} as const
const booleanLabels = { passphrase_required: 'passphrase', end_to_end: 'end to end' } as const
const states = ['new', 'revealed', 'burned', 'withdrawn', 'expired']

// Only fields with a valid format are printed, so that a server cannot write arbitrary text to a terminal.
function printStatus(fields: Fields, flags: StatusInvocation['flags'], server: string): void {
  const state = fields['state']
  if (typeof state !== 'string' || !states.includes(state)) throw unexpectedResponse(server)
  const valid = Object.entries(fields).filter(([name, value]) => isValid(name, value))
  const lines = valid.map(
    ([name, value]) =>
      `${{ ...timestampLabels, ...booleanLabels }[name as 'end_to_end'].padEnd(12)}${formatValue(value)}\n`,
  )
  print(
    flags.json
      ? `${JSON.stringify({ state, ...Object.fromEntries(valid) })}\n`
      : `state       ${state}\n${lines.join('')}`,
  )
}

function isValid(name: string, value: unknown): boolean {
  return Object.hasOwn(timestampLabels, name)
    ? isTimestamp(value)
    : Object.hasOwn(booleanLabels, name) && typeof value === 'boolean'
}

function formatValue(value: unknown): string {
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value)
}
