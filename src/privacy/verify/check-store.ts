import type { App } from '../../app.ts'
import { listRestorations } from '../../continuation/restorations.ts'
import { suspensionTexts } from '../../continuation/suspension-texts.ts'
import { query } from '../../database/query.ts'
import { first } from '../../database/unit.ts'
import { formatTime } from '../../i18n/text.ts'
import { day } from '../../time.ts'
import { inventory } from '../inventory/inventory.ts'
import { tracesErasedAt } from '../purge/ledger-queries.ts'
import { unregisteredHosts } from '../registers/processors.ts'
import type { ChainReport, Finding } from './verification.ts'

/** Finds differences between the database schema and the inventory (P04), and missing triggers that protect consents (P09). */
export async function checkSchema(app: App): Promise<Finding[]> {
  const { tables, missingTriggers } = await app.db.inspect()
  const live = columnsOf([...tables])
  const listed = columnsOf(Object.entries(inventory).map(([table, { columns }]) => [table, Object.keys(columns)]))
  return [
    ...without(live, listed).map((column): Finding => ({ key: 'verify.unlistedColumn', facts: { column } })),
    ...without(listed, live).map((column): Finding => ({ key: 'verify.missingColumn', facts: { column } })),
    ...missingTriggers.map((trigger): Finding => ({ key: 'verify.missingTrigger', facts: { trigger } })),
  ]
}

function columnsOf(tables: readonly (readonly [string, readonly string[]])[]): string[] {
  return tables.flatMap(([table, columns]) => columns.map((column) => `${table}.${column}`))
}

function without(all: readonly string[], excluded: readonly string[]): string[] {
  return all.filter((name) => !excluded.includes(name))
}

/** Finds a database that belongs to another region or another root key (P17). */
export async function checkStamp({ db, config, root }: App): Promise<Finding[]> {
  const stamp = await db.read(() => first(query.selectFrom('instance').selectAll()))
  if (!stamp) return [{ key: 'verify.noStamp', facts: {} }]
  const findings: Finding[] = []
  if (stamp.region !== config.region)
    findings.push({ key: 'verify.region', facts: { found: stamp.region, required: config.region } })
  if (stamp.key_id !== root.id)
    findings.push({ key: 'verify.rootKey', facts: { found: stamp.key_id, required: root.id } })
  return findings
}

/** Finds database settings that are not durable or do not overwrite deleted data (P24). */
export async function checkDatabaseSettings({ db }: App): Promise<Finding[]> {
  const { wrongSettings } = await db.inspect()
  return wrongSettings.map(
    ({ name, found, required }): Finding => ({
      key: 'verify.databaseSetting',
      facts: { name, found, required },
    }),
  )
}

/** Finds a fault in the ledger's chain (P25). */
export function checkLedger({ fault }: Pick<ChainReport, 'fault'>): Finding[] {
  if (!fault) return []
  const { entry } = fault
  return [{ key: fault.kind === 'altered' ? 'verify.ledgerAltered' : 'verify.ledgerCut', facts: { entry } }]
}

/** Warns if the database file was not rewritten for a day, so that copies of deleted rows may remain in it (P24). */
export async function checkTraces(app: App): Promise<Finding[]> {
  const erasedAt = await app.db.read(tracesErasedAt)
  if (erasedAt === undefined || app.now() - erasedAt <= day) return []
  return [{ key: 'verify.traces', facts: { since: formatTime(erasedAt) }, isWarning: true }]
}

/** Finds a database that was restored or copied (P01). Warns about restores that were accepted. */
export async function checkRestorations(app: App): Promise<Finding[]> {
  const { suspension } = app.continuation
  const accepted = (await listRestorations(app)).map(({ unaccountedFrom, detectedAt }): Finding => {
    const until = formatTime(detectedAt)
    return unaccountedFrom === null
      ? { key: 'verify.restorationUnknown', facts: { until }, isWarning: true }
      : { key: 'verify.restoration', facts: { from: formatTime(unaccountedFrom), until }, isWarning: true }
  })
  return suspension ? [{ key: suspensionTexts[suspension.reason], facts: {} }, ...accepted] : accepted
}

/** Finds a clock that keeps the purge from running (P24). Warns about one that jumped. */
export function checkClock({ clock }: App): Finding[] {
  const state = clock.check()
  if (state === 'agreed') return []
  if (state === 'frozen') return [{ key: 'verify.clockFrozen', facts: {} }]
  return [{ key: 'verify.clockDisagrees', facts: {}, isWarning: true }]
}

/** Finds configured services that are not in the register of processors (P19). */
export async function checkServices(app: App): Promise<Finding[]> {
  return (await unregisteredHosts(app)).map((host): Finding => ({ key: 'verify.unlistedHost', facts: { host } }))
}

/** Finds a public address without TLS, either here or at a trusted proxy (P30). */
export function checkTransport({ config }: App): Finding[] {
  const { baseUrl, tlsCert, trustedProxies, listen, allowHttp } = config
  const { protocol, hostname } = new URL(baseUrl)
  if (protocol !== 'https:') {
    const isLoopback = /^(?:localhost|127\.[\d.]+|\[::1\])$/.test(hostname)
    return isLoopback && !allowHttp ? [] : [{ key: 'verify.plainHttp', facts: { url: baseUrl } }]
  }
  const isLocal = listen.kind === 'unix' || /^(?:localhost|127\.[\d.]+|::1)$/.test(listen.host)
  if (tlsCert !== undefined || trustedProxies.length > 0 || isLocal) return []
  return [{ key: 'verify.noTls', facts: { url: baseUrl } }]
}
