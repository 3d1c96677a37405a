import type { App } from '../../app.ts'
import { query } from '../../database/query.ts'
import type { AccessLogTable } from '../../database/schema/audit.ts'
import { AppError } from '../../errors.ts'
import { accessLogRetention } from '../inventory/periods.ts'
import { supportVisibleColumns } from '../inventory/support-view.ts'
import { findActiveGrant } from './grants.ts'

/** Who looks: an operator's account, or whoever is at the terminal of the machine. */
export interface Viewer {
  readonly account: string | null
  readonly way: AccessLogTable['way']
}

/** A line of somebody's access log. `viewer` is a user name; nothing at the terminal, or once that account is erased. */
export interface AccessLogEntry {
  readonly at: number
  readonly way: AccessLogTable['way']
  readonly viewer: string | undefined
}

/** The tables of which support sees something. */
export type SupportVisibleTable = keyof typeof supportVisibleColumns

type Cell = string | number | null

/** What support sees of an account: of each table its rows, newest first, each with its columns by their names. */
export type AccountView = { readonly [Table in SupportVisibleTable]: readonly Readonly<Record<string, Cell>>[] }

/** The most rows that are shown of a table. */
const most = 200

/**
 * Shows the metadata of an account to support (P03): while its owner's grant runs, and only with a line in the owner's
 * access log, which is on disk before anything is shown. If it cannot be written, nothing is. Throws `grant_missing`.
 */
export async function viewAccount(app: App, account: string, viewer: Viewer): Promise<AccountView> {
  return app.db.commit(() => {
    if (!findActiveGrant(app, account)) throw new AppError('grant_missing')
    recordAccess(app, account, viewer)
    return read(app, account)
  })
}

/** Who looked at an account, newest first. */
export function listAccessLog(app: App, account: string): AccessLogEntry[] {
  const lines = query
    .selectFrom('access_log')
    .leftJoin('account', 'account.id', 'access_log.viewer')
    .select(['access_log.at', 'access_log.way', 'account.user_name'])
    .where('access_log.account_id', '=', account)
    .orderBy('access_log.id', 'desc')
  return app.db.all(lines).map(({ at, way, user_name }) => ({ at, way, viewer: user_name ?? undefined }))
}

function recordAccess(app: App, account: string, { account: viewer, way }: Viewer): void {
  const at = app.now()
  const line = { account_id: account, viewer, way, at, forget_at: at + accessLogRetention }
  app.db.run(query.insertInto('access_log').values(line))
}

function read(app: App, account: string): AccountView {
  const secrets = query
    .selectFrom('receipt')
    .innerJoin('owned_secret', 'owned_secret.id', 'receipt.id')
    .select(supportVisibleColumns.receipt.map((column) => `receipt.${column}` as const))
    .where('owned_secret.account_id', '=', account)
    .where('receipt.forget_at', '>', app.now())
    .orderBy('receipt.created_at', 'desc')
    .limit(most)
  return {
    receipt: app.db.all(secrets),
    session: rowsOf(app, 'session', account),
    token: rowsOf(app, 'token', account),
    passkey: rowsOf(app, 'passkey', account),
    identity: rowsOf(app, 'identity', account),
    mail: rowsOf(app, 'mail', account),
  }
}

function rowsOf(app: App, table: Exclude<SupportVisibleTable, 'receipt'>, account: string): Record<string, Cell>[] {
  const columns = supportVisibleColumns[table] as readonly 'created_at'[]
  return app.db.all(
    query.selectFrom(table).select(columns).where('account_id', '=', account).orderBy('created_at', 'desc').limit(most),
  )
}
