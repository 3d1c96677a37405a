import { type AccountView, viewAccount } from '../../privacy/audit/access-log.ts'
import { toIso } from '../../time.ts'
import type { Flag, Invocation } from '../framework/command.ts'
import { print, printMessage } from '../framework/output.ts'
import { requireAccount } from './user.ts'
import { withApp } from './with-app.ts'

type Row = AccountView[keyof AccountView][number]

/** `sotto support show`: what support sees of an account while its owner's grant runs; its owner sees that it looked. */
export function showAccount(call: Invocation<{ json: Flag }>): Promise<number> {
  return withApp(call, async (app) => {
    const seen = await viewAccount(app, requireAccount(app, call.positional).id, { account: null, way: 'terminal' })
    printMessage('noted in the access log, which the owner sees')
    const tables = Object.entries(seen).map(([table, rows]) => [table, rows.map(readable)] as const)
    if (call.flags.json) return print(`${JSON.stringify(Object.fromEntries(tables))}\n`)
    for (const [table, rows] of tables) for (const row of rows) print(`${[table, ...wordsOf(row)].join('\t')}\n`)
  })
}

function readable(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => [
      column,
      typeof value === 'number' && /_(?:at|on)$/.test(column) ? toIso(value) : value,
    ]),
  )
}

function wordsOf(row: Row): string[] {
  return Object.entries(row).map(([column, value]) => `${column}=${value ?? '-'}`)
}
