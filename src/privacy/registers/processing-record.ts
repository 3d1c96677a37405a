import type { App } from '../../app.ts'
import { formatLongDuration, text } from '../../i18n/text.ts'
import { toIso } from '../../time.ts'
import { backedUpRows } from '../inventory/backup-rows.ts'
import { cookies } from '../inventory/cookies.ts'
import { inventory } from '../inventory/inventory.ts'
import { logFields, securityLogFields } from '../inventory/log-fields.ts'
import { backupRetention } from '../inventory/periods.ts'
import { backupLegalBasis, cookieLegalBasis, legalBases, logLegalBasis } from './legal-bases.ts'
import { listProcessors } from './processors.ts'

/** One processing activity, with the facts that Art. 30(1) of the GDPR requires. */
export interface Activity {
  readonly what: string
  readonly purpose: string
  readonly basis: string
  readonly subjects: string
  readonly categories: string
  readonly kept: string
}

/** The record of processing activities: controller, recipients, security measures and activities. */
export interface ProcessingRecord {
  readonly made_at: string
  readonly controller: { readonly name: string; readonly contact: string | null; readonly address: string }
  readonly region: string
  readonly transfers: string
  readonly recipients: readonly { readonly name: string; readonly purpose: string; readonly country: string }[]
  readonly measures: readonly string[]
  readonly activities: readonly Activity[]
}

const measures = [
  'measures.sealed',
  'measures.once',
  'measures.purge',
  'measures.access',
  'measures.transport',
] as const

/** Builds the record of processing from the inventory and the configuration. */
export async function createProcessingRecord(app: App): Promise<ProcessingRecord> {
  const { config } = app
  return {
    made_at: toIso(app.now()),
    controller: { name: config.name, contact: config.contact ?? null, address: config.baseUrl },
    region: config.regionName,
    transfers: text('record.noTransfers'),
    recipients: (await listProcessors(app))
      .filter(({ endedAt }) => endedAt === null)
      .map(({ name, purpose, country }) => ({ name, purpose, country })),
    measures: measures.map((key) => text(key)),
    activities: [...tables(), ...logs(app), backups(), ...cookieActivities()],
  }
}

function tables(): Activity[] {
  return Object.entries(inventory).map(([table, { purpose, retention, columns }]) => ({
    what: table,
    purpose: text(purpose),
    ...textsOf(legalBases[table as keyof typeof legalBases]),
    categories: categoriesOf(columns),
    kept: text(retention),
  }))
}

function logs({ config }: App): Activity[] {
  const duration = formatLongDuration(config.logRetention)
  const retentionIn = (file: string | undefined) =>
    file === undefined ? text('record.keptOutside') : text('record.keptInFile', { span: duration })
  return [
    {
      what: text('record.requestLog'),
      purpose: text('record.requestLogPurpose'),
      ...textsOf(logLegalBasis),
      categories: categoriesOf(logFields),
      kept: retentionIn(config.logFile),
    },
    {
      what: text('record.securityLog'),
      purpose: text('record.securityLogPurpose'),
      ...textsOf(logLegalBasis),
      categories: categoriesOf(securityLogFields),
      kept: retentionIn(config.securityLogFile),
    },
  ]
}

// See backup/. The operator deletes the ones that they made.
function backups(): Activity {
  const isBackedUp = (table: string) => backedUpRows[table as keyof typeof backedUpRows] !== 'none'
  const columns = Object.entries(inventory).flatMap(([table, { columns }]) =>
    isBackedUp(table) ? Object.values(columns) : [],
  )
  return {
    what: text('record.backups'),
    purpose: text('record.backupsPurpose'),
    ...textsOf(backupLegalBasis),
    categories: categoriesOf(columns),
    kept: text('record.keptInFile', { span: formatLongDuration(backupRetention) }),
  }
}

function cookieActivities(): Activity[] {
  return Object.entries(cookies).map(([name, { purpose, retention }]) => ({
    what: text('record.cookie', { name }),
    purpose: text(purpose),
    ...textsOf(cookieLegalBasis),
    categories: text('record.cookieCategory'),
    kept: text(retention),
  }))
}

function textsOf({ subjects, basis }: typeof logLegalBasis) {
  return { basis: text(basis), subjects: text(subjects) }
}

function categoriesOf(fields: Readonly<Record<string, string>> | readonly string[]): string {
  return [...new Set(Object.values(fields))].sort().join(', ')
}

const columns = ['what', 'purpose', 'basis', 'subjects', 'categories', 'kept'] as const

/** Formats the activities as CSV (RFC 4180), safe to open in a spreadsheet. */
export function processingRecordCsv({ activities }: ProcessingRecord): string {
  const rows = activities.map((activity) => columns.map((column) => activity[column]))
  return [columns, ...rows].map((row) => `${row.map(csvCell).join(',')}\r\n`).join('')
}

/** Formats one CSV cell: quoted if necessary, and prefixed with an apostrophe if a spreadsheet would run it as a formula. */
export function csvCell(value: string): string {
  const escaped = /^[=+\-@\t\r\n＝＋－＠]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(escaped) ? `"${escaped.replaceAll('"', '""')}"` : escaped
}
