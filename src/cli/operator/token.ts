import { lookUpAccount } from '../../accounts/account.ts'
import { listTokensOfAllAccounts, revokeToken } from '../../accounts/tokens/tokens.ts'
import { CommandError } from '../../errors.ts'
import { toIsoDay } from '../../time.ts'
import type { Flag, Invocation } from '../framework/command.ts'
import { print } from '../framework/output.ts'
import { withApp, withReadOnlyApp } from './with-app.ts'

/** `sotto token list`: prints the valid API tokens, of all accounts or one. The tokens themselves are not stored. */
export function printTokens(invocation: Invocation<{ json: Flag }>): Promise<number> {
  return withReadOnlyApp(invocation, async (app) => {
    const account = invocation.positional === '' ? undefined : await lookUpAccount(app, invocation.positional)
    if (invocation.positional !== '' && !account) throw new CommandError('gone', 'no account with this name or address')
    for (const { id, user, name, scopes, expiresAt, usedOn } of await listTokensOfAllAccounts(app, account?.id)) {
      const fields = { id, user, name, scopes, expires_at: toIsoDay(expiresAt), used_on: usedOn && toIsoDay(usedOn) }
      const columns = [id, user, fields.expires_at, fields.used_on ?? '-', scopes.join(','), name]
      print(invocation.flags.json ? `${JSON.stringify(fields)}\n` : `${columns.join('\t')}\n`)
    }
  })
}

/** `sotto token revoke`: revokes a token by its id. */
export function revokeTokenWithId(invocation: Invocation): Promise<number> {
  return withApp(invocation, async (app) => {
    const token = (await listTokensOfAllAccounts(app)).find(({ id }) => id === invocation.positional)
    if (!token) throw new CommandError('gone', 'no token with this id; see sotto token list')
    await revokeToken(app, token.account, token.id)
  })
}
