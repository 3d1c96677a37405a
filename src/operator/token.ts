import { everyToken, type OwnedToken, revokeToken } from '../accounts/tokens.ts'
import type { Call } from '../command/command.ts'
import { print, tell } from '../command/output.ts'
import { AppError, CommandError } from '../errors.ts'
import { openExisting } from './opened.ts'

/** `sotto token list`: every API token that counts, or those of one account; never the token itself, which nobody has. */
export function listTheTokens(call: Call): number {
  using app = openExisting(call)
  const tokens = everyToken(app, call.word === '' ? undefined : call.word)
  const rows = tokens.map(columns)
  const widths = [0, 1, 2, 3, 4].map((place) => Math.max(0, ...rows.map((row) => row[place]?.length ?? 0)))
  for (const row of rows) print(`${row.map((cell, place) => cell.padEnd(widths[place] ?? 0)).join('  ')}\n`)
  if (rows.length === 0) tell('no token')
  return 0
}

function columns({ id, user, scopes, expiresAt, usedOn, name }: OwnedToken): string[] {
  return [
    id,
    user,
    `until ${dateOf(expiresAt)}`,
    usedOn === null ? 'unused' : `used ${dateOf(usedOn)}`,
    scopes.join(','),
    name,
  ]
}

function dateOf(moment: number): string {
  return new Date(moment).toISOString().slice(0, 10)
}

/** `sotto token revoke`: the next request with that token fails. */
export async function revokeTheToken(call: Call): Promise<number> {
  using app = openExisting(call)
  const owned = everyToken(app).find(({ id }) => id === call.word)
  if (!owned) throw new CommandError('gone', 'there is no such token; `sotto token list` names them')
  await revokeToken(app, owned.account, owned.id).catch((error) => {
    // Its owner, or its end, was quicker.
    if (!(error instanceof AppError && error.code === 'not_found')) throw error
  })
  return 0
}
