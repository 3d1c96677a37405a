import { type AccountRow, findAccount } from '../../accounts/account.ts'
import {
  type AccountSummary,
  changeRole,
  disableAccount,
  enableAccount,
  listAccounts,
  resetFactors,
  summaryOf,
} from '../../accounts/administration.ts'
import { closeForGood } from '../../accounts/closing.ts'
import { addressOf } from '../../accounts/input.ts'
import { makeLoginLink } from '../../accounts/sign-in/login-link.ts'
import { invite, mailInvitation } from '../../accounts/sign-up/invitations.ts'
import type { App } from '../../app.ts'
import type { Role } from '../../database/schema/accounts.ts'
import { CommandError } from '../../errors.ts'
import { closeUnderAge } from '../../privacy/rights/under-age.ts'
import { toIso } from '../../time.ts'
import type { Flag, Invocation } from '../framework/command.ts'
import { print, printMessage } from '../framework/output.ts'
import { withApp } from './with-app.ts'

type Flags<Plain extends string, Valued extends string = never> = Readonly<
  Record<Plain, Flag> & Record<Valued, Flag & { readonly value: string }>
>

/** `sotto user list`: name, address, role and state of every account. */
export function listUsers(call: Invocation<Flags<'json'>>): Promise<number> {
  return withApp(call, (app) => {
    for (const one of listAccounts(app)) {
      const { userName, email, role, state } = one
      print(
        call.flags.json ? `${JSON.stringify(accountJson(one))}\n` : `${[userName, email, role, state].join('\t')}\n`,
      )
    }
  })
}

/** `sotto user show`: what the operator may know of one account. */
export function showUser(call: Invocation<Flags<'json'>>): Promise<number> {
  return withApp(call, (app) => {
    const known = accountJson(summaryOf(app, requireAccount(app, call.positional).id))
    if (call.flags.json) return print(`${JSON.stringify(known)}\n`)
    for (const [name, value] of Object.entries(known)) print(`${name.padEnd(15)} ${value ?? '-'}\n`)
  })
}

/** `sotto user create`: prints a link by which its holder makes an account, once. No password is ever made here. */
export function createUser(call: Invocation<Flags<never, 'email' | 'role'>>): Promise<number> {
  return withApp(call, async (app) => {
    const email = call.flags.email === undefined ? undefined : addressOf(call.flags.email)
    printLink(app, await invite(app, { email, role: parseRole(call.flags.role ?? 'member') }))
  })
}

/** `sotto user invite`: mails an invitation. */
export function inviteUser(call: Invocation<Flags<never, 'role'>>): Promise<number> {
  return withApp(call, async (app) => {
    await mailInvitation(app, { email: addressOf(call.positional), role: parseRole(call.flags.role ?? 'member') })
    printMessage(
      app.config.smtpUrl ? 'the invitation is on its way' : 'no smtp-url is set: sotto mail list has the invitation',
    )
  })
}

/** `sotto user role`: gives an account another role. */
export function setRole(call: Invocation<Flags<never, 'role'>>): Promise<number> {
  return withApp(call, (app) =>
    changeRole(app, requireAccount(app, call.positional).id, parseRole(call.flags.role ?? '')),
  )
}

/** `sotto user disable`: keeps an account from signing in, or lets it again. */
export function disableUser(call: Invocation<Flags<'undo'>>): Promise<number> {
  const work = call.flags.undo ? enableAccount : disableAccount
  return withApp(call, (app) => work(app, requireAccount(app, call.positional).id))
}

/** `sotto user close`: closes an account for good; only its erasure is put off, by the grace. */
export function closeUser(call: Invocation<Flags<'burn' | 'now' | 'under-age'>>): Promise<number> {
  return withApp(call, async (app) => {
    const { id } = requireAccount(app, call.positional)
    if (call.flags['under-age']) {
      const isErased = await closeUnderAge(app, id)
      return printMessage(
        isErased ? 'closed and erased' : 'closed; a legal hold keeps it, and it is erased when that is over',
      )
    }
    await closeForGood(app, id, { burn: call.flags.burn === true, now: call.flags.now === true })
  })
}

/** `sotto user login-link`: prints a link that signs the account in once; a second factor is still asked for. */
export function printLoginLink(call: Invocation): Promise<number> {
  return withApp(call, async (app) => printLink(app, await makeLoginLink(app, requireAccount(app, call.positional).id)))
}

/** `sotto user reset-mfa`: takes the second factors off an account whose owner lost them. */
export function resetMfa(call: Invocation): Promise<number> {
  return withApp(call, (app) => resetFactors(app, requireAccount(app, call.positional).id))
}

/** The account that was named. Throws a CommandError that does not repeat the name. */
export function requireAccount(app: App, name: string): AccountRow {
  const row = findAccount(app, name)
  if (!row) throw new CommandError('gone', 'there is no account of that name or address')
  return row
}

function parseRole(word: string): Role {
  if (word !== 'member' && word !== 'operator') throw new CommandError('invalid', '--role is member or operator')
  return word
}

function printLink({ config }: App, path: string): void {
  printMessage('works once, for 30 minutes; whoever has it is let in')
  print(`${config.baseUrl}${path}\n`)
}

function accountJson(one: AccountSummary) {
  return {
    user_name: one.userName,
    email: one.email,
    role: one.role,
    state: one.state,
    second_factor: one.secondFactor,
    created_at: toIso(one.createdAt),
    erase_due_at: toIso(one.eraseDueAt),
  }
}
