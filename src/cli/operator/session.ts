import { revokeSessions } from '../../accounts/administration.ts'
import type { Call } from '../framework/command.ts'
import { print } from '../framework/output.ts'
import { withInstance } from './with-app.ts'
import { accountOf } from './user.ts'

/** `sotto session revoke`: ends every session of an account, at its next request; prints how many there were. */
export function revoke(call: Call): Promise<number> {
  return withInstance(call, async (app) => {
    print(`${await revokeSessions(app, accountOf(app, call.word).id)}\n`)
  })
}
