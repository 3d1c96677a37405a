import { findAccount } from '../../accounts/account.ts'
import { listTokensOfAllAccounts, revokeToken } from '../../accounts/tokens/tokens.ts'
import { CommandError } from '../../errors.ts'
import { toIsoDay } from '../../time.ts'
import type { Call, Flag } from '../framework/command.ts'
import { print } from '../framework/output.ts'
import { withApp } from './with-app.ts'

/** `sotto token list`: every API token that counts, or those of one account; never the token itself, which nobody has. */
export function listAllTokens(call: Call<{ json: Flag }>): Promise<number> {
  return withApp(call, (app) => {
    const account = call.word === '' ? undefined : findAccount(app, call.word)
    if (call.word !== '' && !account) throw new CommandError('gone', 'there is no such account')
    for (const { id, user, name, scopes, expiresAt, usedOn } of listTokensOfAllAccounts(app, account?.id)) {
      const facts = { id, user, name, scopes, expires_at: toIsoDay(expiresAt), used_on: usedOn && toIsoDay(usedOn) }
      const columns = [id, user, facts.expires_at, facts.used_on ?? '-', scopes.join(','), name]
      print(call.given.json ? `${JSON.stringify(facts)}\n` : `${columns.join('\t')}\n`)
    }
  })
}

/** `sotto token revoke`: the next request with that token fails. */
export function revokeOneToken(call: Call): Promise<number> {
  return withApp(call, async (app) => {
    const owned = listTokensOfAllAccounts(app).find(({ id }) => id === call.word)
    if (!owned) throw new CommandError('gone', 'there is no such token; `sotto token list` names them')
    await revokeToken(app, owned.account, owned.id)
  })
}
