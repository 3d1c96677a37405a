import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { maxPasskeys } from '../accounts/mfa/passkeys.ts'
import { confirmAddressFor } from '../accounts/profile/email-change.ts'
import { pictureLimits } from '../accounts/profile/picture.ts'
import { operatorSession } from '../accounts/sessions.ts'
import { loginFor } from '../accounts/sign-in/login-link.ts'
import { resetFor } from '../accounts/sign-in/password-reset.ts'
import { invitedFor } from '../accounts/sign-up/invitations.ts'
import { confirmFor } from '../accounts/sign-up/sign-up.ts'
import { maxTokens, tokenDays } from '../accounts/tokens/tokens.ts'
import { commands } from '../cli/commands.ts'
import { exitCodes } from '../cli/framework/exit-codes.ts'
import { flagRows } from '../cli/framework/help.ts'
import { optionRows } from '../config/help.ts'
import { errors, kinds } from '../errors.ts'
import { formatLongDuration, text } from '../i18n/text.ts'
import type { Rate } from '../limits/gcra.ts'
import { type ThrottleKind, throttleRates } from '../limits/throttle.ts'
import { retryLimit } from '../mail/deliver.ts'
import { erasureDeadline } from '../privacy/inventory/periods.ts'
import { promiseRows } from './promises.ts'

const root = join(import.meta.dir, '..', '..')

/** The functions that generate the tables, by file and by the name in the table's markers. */
const generators = {
  'docs/options.md': { options: optionTable },
  'docs/api.md': { errors: errorTable },
  'docs/promises.md': { promises: promiseTable },
  'docs/accounts.md': { throttles: throttleTable, times: lifetimeTable },
  'docs/cli.md': { commands: commandTable, flags: flagTable, exits: exitTable },
} as const

/** Every file with generated tables: its current text, and its text with up-to-date tables. */
export function generatedDocuments(): { file: string; current: string; expected: string }[] {
  return Object.entries(generators).map(([file, parts]) => {
    const current = readFileSync(join(root, file), 'utf8')
    return {
      file,
      current,
      expected: Object.entries(parts).reduce(
        (document, [name, generate]) => replaceTable(document, name, generate()),
        current,
      ),
    }
  })
}

function replaceTable(document: string, name: string, table: string): string {
  return document.replace(
    new RegExp(`(<!-- ${name}:[^>]*-->\n)[\\s\\S]*?(<!-- /${name} -->)`),
    (_, open, close) => `${open}\n${table}\n\n${close}`,
  )
}

function optionTable(): string {
  const rows = optionRows().map(({ flag, env, default: defaultValue, sentence }) => [
    flag && `\`${flag}\``,
    `\`${env}\``,
    defaultValue,
    sentence,
  ])
  return table(['Flag', 'Variable', 'Default', 'Description'], rows)
}

function errorTable(): string {
  const rows = Object.entries(errors).map(([code, kind]) => [
    `\`${code}\``,
    String(kinds[kind].status),
    text(`error.${code as keyof typeof errors}`),
  ])
  return table(['Code', 'Status', 'Message'], rows)
}

function commandTable(): string {
  const rows = commands.map(({ name, positional, sentence }) => [
    `\`sotto ${[name, positional && (positional.optional ? `[${positional.name}]` : positional.name)].filter(Boolean).join(' ')}\``,
    sentence,
  ])
  return table(['Command', 'Description'], rows)
}

function flagTable(): string {
  const rows = commands.flatMap(({ name, flags }) =>
    flagRows(flags).map(([flag, sentence]) => [`\`sotto ${name}\``, `\`${flag}\``, sentence]),
  )
  return table(['Command', 'Flag', 'Description'], rows)
}

function exitTable(): string {
  return table(
    ['Code', 'Meaning'],
    exitCodes.map(({ code, sentence }) => [String(code), sentence]),
  )
}

function promiseTable(): string {
  return table(['No.', 'Promise', 'How it is kept', 'Code', 'Test', 'Page', 'State'], promiseRows())
}

const throttleNames: Readonly<Record<ThrottleKind, string>> = {
  'sign-in': 'Passwords, on every page that asks for one',
  totp: 'Codes from an authenticator app',
  code: 'Emailed or printed links, recovery codes',
  reset: 'Requests for a password reset',
  mail: 'Mail to an address entered in a form',
  token: 'Invalid API tokens',
}

function throttleTable(): string {
  const formatRate = ({ count, windowMs }: Rate) => `${count} in ${formatLongDuration(windowMs)}`
  const rows = Object.entries(throttleNames).map(([kind, name]) => {
    const { pair, network } = throttleRates[kind as ThrottleKind]
    return [name, formatRate(pair), formatRate(network)]
  })
  return table(['Attempts', 'Per account or address, and network', 'Per network'], rows)
}

function lifetimeTable(): string {
  const rows: readonly (readonly [string, number | string])[] = [
    ['Link to confirm a sign-up', confirmFor],
    ['Emailed invitation', invitedFor.mailed],
    ['Printed sign-up link (first operator, `user create`)', invitedFor.printed],
    ['Printed sign-in link (`user login-link`)', loginFor],
    ['Link to reset a password', resetFor],
    ['Link to confirm a new email address', confirmAddressFor],
    ['Session without activity', '`session-idle`'],
    ['Session in total', '`session-limit`'],
    ['Operator session without activity', operatorSession.idle],
    ['Operator session in total', operatorSession.limit],
    ['API token', `${tokenDays.default} days by default, at most ${tokenDays.max} days`],
    ['API tokens per account', `At most ${maxTokens}`],
    ['Passkeys per account', `At most ${maxPasskeys}`],
    ['Profile picture', `At most ${pictureLimits.bytes} bytes before scaling`],
    ['Links emailed per account and day', '`deliveries`'],
    ['Mail that cannot be sent', `Given up after ${formatLongDuration(retryLimit.age)}`],
    ['Closed account', `Erased after \`grace\`, at most ${formatLongDuration(erasureDeadline)}`],
  ]
  return table(
    ['Item', 'Lifetime or limit'],
    rows.map(([item, value]) => [item, typeof value === 'number' ? formatLongDuration(value) : value]),
  )
}

function table(head: string[], rows: string[][]): string {
  const cells = (row: string[]) => `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [cells(head), cells(head.map(() => '---')), ...rows.map(cells)].join('\n')
}

if (import.meta.main) {
  for (const { file, expected } of generatedDocuments()) writeFileSync(join(root, file), expected)
}
