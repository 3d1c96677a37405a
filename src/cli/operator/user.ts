import { type AccountRow, lookUpAccount } from '../../accounts/account.ts'
import {
  type AccountSummary,
  changeRole,
  disableAccount,
  enableAccount,
  listAccounts,
  resetMfaOf,
  summaryOf,
} from '../../accounts/administration.ts'
import { addressOf } from '../../accounts/input.ts'
import { createLoginLink } from '../../accounts/sign-in/login-link.ts'
import { createInvitation, mailInvitation } from '../../accounts/sign-up/invitations.ts'
import type { App } from '../../app.ts'
import { perform } from '../../control/perform.ts'
import type { Role } from '../../database/schema/accounts.ts'
import { CommandError } from '../../errors.ts'
import { toIso } from '../../time.ts'
import type { Flag, Invocation, ValueFlags } from '../framework/command.ts'
import { print, printMessage } from '../framework/output.ts'
import { withApp, withReadOnlyApp } from './with-app.ts'

type BooleanFlags<Names extends string> = Readonly<Record<Names, Flag>>

/** `sotto user list`: prints name, address, role and state of every account. */
export function listUsers(invocation: Invocation<BooleanFlags<'json'>>): Promise<number> {
  return withReadOnlyApp(invocation, async (app) => {
    for (const account of await listAccounts(app)) {
      const { userName, email, role, state } = account
      print(
        invocation.flags.json
          ? `${JSON.stringify(accountJson(account))}\n`
          : `${[userName, email, role, state].join('\t')}\n`,
      )
    }
  })
}

/** `sotto user show`: prints what the operator may see of an account. */
export function showUser(invocation: Invocation<BooleanFlags<'json'>>): Promise<number> {
  return withReadOnlyApp(invocation, async (app) => {
    const fields = accountJson(await summaryOf(app, (await requireAccount(app, invocation.positional)).id))
    if (invocation.flags.json) return print(`${JSON.stringify(fields)}\n`)
    for (const [name, value] of Object.entries(fields)) print(`${name.padEnd(15)} ${value ?? '-'}\n`)
  })
}

/** `sotto user create`: prints a one-time link to sign up with. The new user chooses the password there. */
export function createUser(invocation: Invocation<ValueFlags<'email' | 'role'>>): Promise<number> {
  return withApp(invocation, async (app) => {
    const email = invocation.flags.email === undefined ? undefined : addressOf(invocation.flags.email)
    printLink(app, await createInvitation(app, { email, role: parseRole(invocation.flags.role ?? 'member') }))
  })
}

/** `sotto user createInvitation`: mails an invitation. */
export function inviteUser(invocation: Invocation<ValueFlags<'role'>>): Promise<number> {
  return withApp(invocation, async (app) => {
    await mailInvitation(app, {
      email: addressOf(invocation.positional),
      role: parseRole(invocation.flags.role ?? 'member'),
    })
    printMessage(
      app.config.smtpUrl
        ? 'the invitation is being sent'
        : 'smtp-url is not set; print the invitation with sotto mail list and sotto mail show',
    )
  })
}

/** `sotto user role`: changes the role of an account. */
export function setRole(invocation: Invocation<ValueFlags<'role'>>): Promise<number> {
  return withApp(invocation, async (app) =>
    changeRole(app, (await requireAccount(app, invocation.positional)).id, parseRole(invocation.flags.role ?? '')),
  )
}

/** `sotto user disable`: disables an account, or enables it with --undo. */
export function disableUser(invocation: Invocation<BooleanFlags<'undo'>>): Promise<number> {
  const change = invocation.flags.undo ? enableAccount : disableAccount
  return withApp(invocation, async (app) => change(app, (await requireAccount(app, invocation.positional)).id))
}

/** `sotto user close`: closes an account permanently. It is erased after the grace period, or at once with --now. */
export function closeUser(invocation: Invocation<BooleanFlags<'burn' | 'now' | 'under-age'>>): Promise<number> {
  return withApp(invocation, async (app) => {
    const { id: account } = await requireAccount(app, invocation.positional)
    if (invocation.flags['under-age']) {
      const isErased = await perform(app, 'close-under-age-account', { account })
      return printMessage(
        isErased
          ? 'closed and deleted'
          : 'closed; the account is under a legal hold and will be deleted when the hold ends',
      )
    }
    await perform(app, 'close-account', {
      account,
      burnSecrets: invocation.flags.burn === true,
      eraseNow: invocation.flags.now === true,
    })
  })
}

/** `sotto user login-link`: prints a one-time sign-in link. A second factor is still required. */
export function printLoginLink(invocation: Invocation): Promise<number> {
  return withApp(invocation, async (app) =>
    printLink(app, await createLoginLink(app, (await requireAccount(app, invocation.positional)).id)),
  )
}

/** `sotto user reset-mfa`: deletes the second factors and passkeys of an account. */
export function resetMfa(invocation: Invocation): Promise<number> {
  return withApp(invocation, async (app) => resetMfaOf(app, (await requireAccount(app, invocation.positional)).id))
}

/** Finds an account by user name or address. Throws a CommandError that does not quote the input. */
export async function requireAccount(app: App, name: string): Promise<AccountRow> {
  const account = await lookUpAccount(app, name)
  if (!account) throw new CommandError('gone', 'no account with this name or address')
  return account
}

function parseRole(input: string): Role {
  if (input !== 'member' && input !== 'operator')
    throw new CommandError('invalid', '--role: expected member or operator')
  return input
}

function printLink({ config }: App, path: string): void {
  printMessage('works once, for 30 minutes; anyone who has the link can use it')
  print(`${config.baseUrl}${path}\n`)
}

function accountJson(account: AccountSummary) {
  return {
    user_name: account.userName,
    email: account.email,
    role: account.role,
    state: account.state,
    second_factor: account.hasMfa,
    created_at: toIso(account.createdAt),
    erase_due_at: toIso(account.eraseDueAt),
  }
}
