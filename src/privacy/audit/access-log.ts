import type { App } from '../../app.ts'
import { query } from '../../database/query.ts'
import type { AccessLogTable } from '../../database/schema/audit.ts'
import { all, run, type Unit } from '../../database/unit.ts'
import { AppError } from '../../errors.ts'
import { accessLogRetention } from '../inventory/periods.ts'
import { supportVisibleColumns } from '../inventory/support-view.ts'
import { findActiveGrant } from './grants.ts'

/** Who views an account: an operator through the page, or a person at the server's terminal, whose account is null. */
export interface Viewer {
  readonly account: string | null
  readonly way: AccessLogTable['way']
}

/** An entry of an account's access log. `viewer` is a user name; undefined at the terminal, or if that account was erased. */
export interface AccessLogEntry {
  readonly at: number
  readonly way: AccessLogTable['way']
  readonly viewer: string | undefined
}

/** The tables of which support sees some columns. */
export type SupportVisibleTable = keyof typeof supportVisibleColumns

type Cell = string | number | null

/** What support sees of an account: the rows of each table, newest first, with their visible columns. */
export type AccountView = { readonly [Table in SupportVisibleTable]: readonly Readonly<Record<string, Cell>>[] }

/** The maximum number of rows that are shown of a table. */
const maxRows = 200

/**
 * Returns the metadata of an account to support while its owner's grant is active (P03). The same commit writes an entry to
 * the owner's access log; if that fails, nothing is returned. Throws `grant_missing`.
 */
export async function viewAccount(app: App, account: string, viewer: Viewer): Promise<AccountView> {
  return app.db.commit(function* () {
    if (!(yield* findActiveGrant(app, account))) throw new AppError('grant_missing')
    yield* recordAccess(app, account, viewer)
    return yield* readVisible(app, account)
  })
}

/** Returns the access log of an account, newest first. */
export async function listAccessLog(app: App, account: string): Promise<AccessLogEntry[]> {
  const entries = query
    .selectFrom('access_log')
    .leftJoin('account', 'account.id', 'access_log.viewer')
    .select(['access_log.at', 'access_log.way', 'account.user_name'])
    .where('access_log.account_id', '=', account)
    .orderBy('access_log.id', 'desc')
  return (await app.db.read(() => all(entries))).map(({ at, way, user_name }) => ({
    at,
    way,
    viewer: user_name ?? undefined,
  }))
}

function* recordAccess(app: App, account: string, { account: viewer, way }: Viewer): Unit<void> {
  const at = app.now()
  const entry = { account_id: account, viewer, way, at, forget_at: at + accessLogRetention }
  yield* run(query.insertInto('access_log').values(entry))
}

function* readVisible(app: App, account: string): Unit<AccountView> {
  const secrets = query
    .selectFrom('receipt')
    .innerJoin('owned_secret', 'owned_secret.id', 'receipt.id')
    .select(supportVisibleColumns.receipt.map((column) => `receipt.${column}` as const))
    .where('owned_secret.account_id', '=', account)
    .where('receipt.forget_at', '>', app.now())
    .orderBy('receipt.created_at', 'desc')
    .limit(maxRows)
  return {
    receipt: yield* all(secrets),
    session: yield* rowsOf('session', account),
    token: yield* rowsOf('token', account),
    passkey: yield* rowsOf('passkey', account),
    identity: yield* rowsOf('identity', account),
    mail: yield* rowsOf('mail', account),
  }
}

function rowsOf(table: Exclude<SupportVisibleTable, 'receipt'>, account: string): Unit<Record<string, Cell>[]> {
  const columns = supportVisibleColumns[table] as readonly 'created_at'[]
  return all(
    query
      .selectFrom(table)
      .select(columns)
      .where('account_id', '=', account)
      .orderBy('created_at', 'desc')
      .limit(maxRows),
  )
}
