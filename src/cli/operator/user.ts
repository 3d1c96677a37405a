import { type AccountRow, findAccount } from '../../accounts/account.ts'
import {
  type AccountSummary,
  changeRole,
  disableAccount,
  enableAccount,
  listAccounts,
  resetMfaOf,
  summaryOf,
} from '../../accounts/administration.ts'
import { closeForGood } from '../../accounts/closing/close-account.ts'
import { addressOf } from '../../accounts/input.ts'
import { createLoginLink } from '../../accounts/sign-in/login-link.ts'
import { createInvitation, mailInvitation } from '../../accounts/sign-up/invitations.ts'
import type { App } from '../../app.ts'
import type { Role } from '../../database/schema/accounts.ts'
import { CommandError } from '../../errors.ts'
import { closeUnderAge } from '../../privacy/rights/under-age.ts'
import { toIso } from '../../time.ts'
import type { Call, Flag } from '../framework/command.ts'
import { print, tell } from '../framework/output.ts'
import { withApp } from './with-app.ts'

type Flags<Plain extends string, Valued extends string = never> = Readonly<
  Record<Plain, Flag> & Record<Valued, Flag & { readonly value: string }>
>

/** `sotto user list`: name, address, role and state of every account. */
export function listUsers(call: Call<Flags<'json'>>): Promise<number> {
  return withApp(call, (app) => {
    for (const one of listAccounts(app)) {
      const { userName, email, role, state } = one
      print(call.given.json ? `${JSON.stringify(facts(one))}\n` : `${[userName, email, role, state].join('\t')}\n`)
    }
  })
}

/** `sotto user show`: what the operator may know of one account. */
export function showUser(call: Call<Flags<'json'>>): Promise<number> {
  return withApp(call, (app) => {
    const known = facts(summaryOf(app, accountOf(app, call.word).id))
    if (call.given.json) return print(`${JSON.stringify(known)}\n`)
    for (const [name, value] of Object.entries(known)) print(`${name.padEnd(15)} ${value ?? '-'}\n`)
  })
}

/** `sotto user create`: prints a link by which its holder makes an account, once. No password is ever made here. */
export function createUser(call: Call<Flags<never, 'email' | 'role'>>): Promise<number> {
  return withApp(call, async (app) => {
    const email = call.given.email === undefined ? undefined : addressOf(call.given.email)
    printLink(app, await createInvitation(app, { email, role: roleOf(call.given.role ?? 'member') }))
  })
}

/** `sotto user invite`: mails an invitation. */
export function inviteUser(call: Call<Flags<never, 'role'>>): Promise<number> {
  return withApp(call, async (app) => {
    await mailInvitation(app, { email: addressOf(call.word), role: roleOf(call.given.role ?? 'member') })
    tell(app.config.smtpUrl ? 'the invitation is on its way' : 'no smtp-url is set: sotto mail list has the invitation')
  })
}

/** `sotto user role`: gives an account another role. */
export function setRole(call: Call<Flags<never, 'role'>>): Promise<number> {
  return withApp(call, (app) => changeRole(app, accountOf(app, call.word).id, roleOf(call.given.role ?? '')))
}

/** `sotto user disable`: keeps an account from signing in, or lets it again. */
export function disableUser(call: Call<Flags<'undo'>>): Promise<number> {
  const work = call.given.undo ? enableAccount : disableAccount
  return withApp(call, (app) => work(app, accountOf(app, call.word).id))
}

/** `sotto user close`: closes an account for good; only its erasure is put off, by the grace. */
export function closeUser(call: Call<Flags<'burn' | 'now' | 'under-age'>>): Promise<number> {
  return withApp(call, async (app) => {
    const { id } = accountOf(app, call.word)
    if (call.given['under-age']) {
      const isErased = await closeUnderAge(app, id)
      return tell(isErased ? 'closed and erased' : 'closed; a legal hold keeps it, and it is erased when that is over')
    }
    await closeForGood(app, id, { burnSecrets: call.given.burn === true, eraseNow: call.given.now === true })
  })
}

/** `sotto user login-link`: prints a link that signs the account in once; a second factor is still asked for. */
export function printLoginLink(call: Call): Promise<number> {
  return withApp(call, async (app) => printLink(app, await createLoginLink(app, accountOf(app, call.word).id)))
}

/** `sotto user reset-mfa`: takes the second factors off an account whose owner lost them. */
export function resetMfa(call: Call): Promise<number> {
  return withApp(call, (app) => resetMfaOf(app, accountOf(app, call.word).id))
}

/** The account that was named. Throws a CommandError that does not repeat the name. */
export function accountOf(app: App, name: string): AccountRow {
  const row = findAccount(app, name)
  if (!row) throw new CommandError('gone', 'there is no account of that name or address')
  return row
}

function roleOf(word: string): Role {
  if (word !== 'member' && word !== 'operator') throw new CommandError('invalid', '--role is member or operator')
  return word
}

function printLink({ config }: App, path: string): void {
  tell('works once, for 30 minutes; whoever has it is let in')
  print(`${config.baseUrl}${path}\n`)
}

function facts(one: AccountSummary) {
  return {
    user_name: one.userName,
    email: one.email,
    role: one.role,
    state: one.state,
    second_factor: one.hasMfa,
    created_at: toIso(one.createdAt),
    erase_due_at: toIso(one.eraseDueAt),
  }
}
