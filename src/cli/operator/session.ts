import { revokeSessions } from '../../accounts/administration.ts'
import type { Invocation } from '../framework/command.ts'
import { print } from '../framework/output.ts'
import { requireAccount } from './user.ts'
import { withApp } from './with-app.ts'

/** `sotto session revoke`: ends every session of an account, at its next request; prints how many there were. */
export function revokeAllSessions(call: Invocation): Promise<number> {
  return withApp(call, async (app) => {
    print(`${await revokeSessions(app, requireAccount(app, call.positional).id)}\n`)
  })
}
