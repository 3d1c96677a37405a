import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { confirmAddressFor } from '../accounts/email-change.ts'
import { type GuessKind, rates } from '../accounts/guesses.ts'
import { invitedFor } from '../accounts/invitations.ts'
import { loginFor } from '../accounts/login-link.ts'
import { mostPasskeys } from '../accounts/passkeys.ts'
import { pictureLimits } from '../accounts/picture.ts'
import { resetFor } from '../accounts/reset.ts'
import { operatorSession } from '../accounts/sessions.ts'
import { confirmFor } from '../accounts/sign-up.ts'
import { mostTokens, tokenDays } from '../accounts/tokens.ts'
import { exits } from '../command/exits.ts'
import { flagRows } from '../command/help.ts'
import { commands } from '../commands.ts'
import { optionRows } from '../config.ts'
import { errors, kinds } from '../errors.ts'
import { durationInWords, text } from '../i18n/text.ts'
import type { Rate } from '../limits/gcra.ts'
import { givenUpAfter } from '../mail/deliver.ts'
import { erasedWithin } from '../privacy/promises.ts'
import { promiseRows } from './promises.ts'

const root = join(import.meta.dir, '..', '..')

/** The parts of the documentation that the code knows better, by file and by the name between the markers. */
const generated = {
  'docs/options.md': { options: optionTable },
  'docs/api.md': { errors: errorTable },
  'docs/promises.md': { promises: promiseTable },
  'docs/accounts.md': { guesses: guessTable, times: timeTable },
  'docs/cli.md': { commands: commandTable, flags: flagTable, exits: exitTable },
} as const

/** Each file with generated parts, as it is and as it should be. */
export function documents(): { file: string; found: string; wanted: string }[] {
  return Object.entries(generated).map(([file, parts]) => {
    const found = readFileSync(join(root, file), 'utf8')
    return {
      file,
      found,
      wanted: Object.entries(parts).reduce((words, [name, make]) => insert(words, name, make()), found),
    }
  })
}

function insert(words: string, name: string, table: string): string {
  return words.replace(
    new RegExp(`(<!-- ${name}:[^>]*-->\n)[\\s\\S]*?(<!-- /${name} -->)`),
    (_, open, close) => `${open}\n${table}\n\n${close}`,
  )
}

function optionTable(): string {
  const rows = optionRows().map(({ flag, env, default: standard, sentence }) => [
    flag && `\`${flag}\``,
    `\`${env}\``,
    standard,
    sentence,
  ])
  return table(['flag', 'variable', 'default', 'what it decides'], rows)
}

function errorTable(): string {
  const rows = Object.entries(errors).map(([code, kind]) => [
    `\`${code}\``,
    String(kinds[kind].status),
    text(`error.${code as keyof typeof errors}`),
  ])
  return table(['code', 'status', 'what it says'], rows)
}

function commandTable(): string {
  const rows = commands.map(({ name, word, sentence }) => [
    `\`sotto ${[name, word && (word.optional ? `[${word.name}]` : word.name)].filter(Boolean).join(' ')}\``,
    sentence,
  ])
  return table(['command', 'what it does'], rows)
}

function flagTable(): string {
  const rows = commands.flatMap(({ name, flags }) =>
    flagRows(flags).map(([flag, sentence]) => [`\`sotto ${name}\``, `\`${flag}\``, sentence]),
  )
  return table(['command', 'flag', 'what it does'], rows)
}

function exitTable(): string {
  return table(
    ['code', 'what it says'],
    exits.map(({ code, sentence }) => [String(code), sentence]),
  )
}

function promiseTable(): string {
  return table(['', 'promise', 'how it is kept', 'code', 'test', 'page', 'state'], promiseRows())
}

const guessed: Readonly<Record<GuessKind, string>> = {
  'sign-in': 'passwords, wherever one is asked for',
  totp: 'codes of an app, recovery codes',
  code: 'links that were mailed or printed',
  reset: 'mails with a link to a new password',
  mail: 'mails to an address that somebody typed',
  token: 'API tokens that are wrong',
}

function guessTable(): string {
  const often = ({ count, per }: Rate) => `${count} in ${durationInWords(per)}`
  const rows = Object.entries(guessed).map(([kind, what]) => {
    const { together, network } = rates[kind as GuessKind]
    return [what, often(together), often(network)]
  })
  return table(['what', 'for one account or address, from one network', 'from one network in all'], rows)
}

function timeTable(): string {
  const rows: readonly (readonly [string, number | string])[] = [
    ['the link of a sign-up', confirmFor],
    ['a mailed invitation', invitedFor.mailed],
    ['a printed link: first operator, `user create`', invitedFor.printed],
    ['a printed link of `user login-link`', loginFor],
    ['the link to a new password', resetFor],
    ['the link that confirms a new address', confirmAddressFor],
    ['a session that is not used', 'as `session-idle` says'],
    ['a session in all', 'as `session-limit` says'],
    ['an operator’s session that is not used', operatorSession.idle],
    ['an operator’s session in all', operatorSession.limit],
    ['an API token', `${tokenDays.default} days if nothing is said, ${tokenDays.max} at most`],
    ['API tokens of one account', `${mostTokens} at most`],
    ['passkeys of one account', `${mostPasskeys} at most`],
    ['a picture', `${pictureLimits.bytes} bytes at most, before it is made small`],
    ['links mailed for one account in a day', 'as `deliveries` says'],
    ['a mail that no server takes', `given up after ${durationInWords(givenUpAfter.age)}`],
    ['a closed account', `erased after \`grace\`, ${durationInWords(erasedWithin)} at most`],
  ]
  return table(
    ['what', 'how long, how many'],
    rows.map(([what, value]) => [what, typeof value === 'number' ? durationInWords(value) : value]),
  )
}

function table(head: string[], rows: string[][]): string {
  const cells = (row: string[]) => `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [cells(head), cells(head.map(() => '---')), ...rows.map(cells)].join('\n')
}

if (import.meta.main) {
  for (const { file, wanted } of documents()) writeFileSync(join(root, file), wanted)
}
