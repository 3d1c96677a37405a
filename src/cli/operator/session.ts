import { revokeSessions } from '../../accounts/administration.ts'
import type { Invocation } from '../framework/command.ts'
import { print } from '../framework/output.ts'
import { requireAccount } from './user.ts'
import { withApp } from './with-app.ts'

/** `sotto session revoke`: revokes all sessions of an account and prints their number. */
export function revokeAllSessions(invocation: Invocation): Promise<number> {
  return withApp(invocation, async (app) => {
    print(`${await revokeSessions(app, (await requireAccount(app, invocation.positional)).id)}\n`)
  })
}
