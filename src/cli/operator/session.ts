import { revokeSessions } from '../../accounts/administration.ts'
import type { Call } from '../framework/command.ts'
import { print } from '../framework/output.ts'
import { accountOf } from './user.ts'
import { withApp } from './with-app.ts'

/** `sotto session revoke`: ends every session of an account, at its next request; prints how many there were. */
export function revoke(call: Call): Promise<number> {
  return withApp(call, async (app) => {
    print(`${await revokeSessions(app, accountOf(app, call.word).id)}\n`)
  })
}
