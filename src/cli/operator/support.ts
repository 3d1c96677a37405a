import { type AccountView, viewAccount } from '../../privacy/audit/access-log.ts'
import { toIso } from '../../time.ts'
import type { Flag, Invocation } from '../framework/command.ts'
import { print, printMessage } from '../framework/output.ts'
import { requireAccount } from './user.ts'
import { withApp } from './with-app.ts'

type Row = AccountView[keyof AccountView][number]

/** `sotto support show`: prints the metadata of an account during a support grant. The access is logged for its owner (P03). */
export function showAccount(invocation: Invocation<{ json: Flag }>): Promise<number> {
  return withApp(invocation, async (app) => {
    const view = await viewAccount(app, (await requireAccount(app, invocation.positional)).id, {
      account: null,
      way: 'terminal',
    })
    printMessage('recorded in the access log, which the owner can see')
    const tables = Object.entries(view).map(([table, rows]) => [table, rows.map(formatTimes)] as const)
    if (invocation.flags.json) return print(`${JSON.stringify(Object.fromEntries(tables))}\n`)
    for (const [table, rows] of tables) for (const row of rows) print(`${[table, ...formatColumns(row)].join('\t')}\n`)
  })
}

function formatTimes(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => [
      column,
      typeof value === 'number' && /_(?:at|on)$/.test(column) ? toIso(value) : value,
    ]),
  )
}

function formatColumns(row: Row): string[] {
  return Object.entries(row).map(([column, value]) => `${column}=${value ?? '-'}`)
}
