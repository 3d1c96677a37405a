import type { App } from '../../app.ts'
import { findWrongPragmas, introspectSchema, introspectTriggers } from '../../database/introspect.ts'
import { query } from '../../database/query.ts'
import { formatTime } from '../../i18n/text.ts'
import { day } from '../../time.ts'
import { consentTriggers } from '../inventory/consent-triggers.ts'
import { inventory } from '../inventory/inventory.ts'
import { tracesErasedAt } from '../purge/ledger-queries.ts'
import { unregisteredHosts } from '../registers/processors.ts'
import type { ChainReport, Finding } from './verification.ts'

/** Finds differences between the database schema and the inventory (P04), and missing triggers that protect consents (P09). */
export function checkSchema(app: App): Finding[] {
  const live = columnsOf([...introspectSchema(app.db)])
  const listed = columnsOf(Object.entries(inventory).map(([table, { columns }]) => [table, Object.keys(columns)]))
  return [
    ...without(live, listed).map((column): Finding => ({ key: 'verify.unlistedColumn', facts: { column } })),
    ...without(listed, live).map((column): Finding => ({ key: 'verify.missingColumn', facts: { column } })),
    ...without(consentTriggers, introspectTriggers(app.db)).map(
      (trigger): Finding => ({ key: 'verify.missingTrigger', facts: { trigger } }),
    ),
  ]
}

function columnsOf(tables: readonly (readonly [string, readonly string[]])[]): string[] {
  return tables.flatMap(([table, columns]) => columns.map((column) => `${table}.${column}`))
}

function without(all: readonly string[], excluded: readonly string[]): string[] {
  return all.filter((name) => !excluded.includes(name))
}

/** Finds a database that belongs to another region or another root key (P17). */
export function checkStamp({ db, config, root }: App): Finding[] {
  const stamp = db.first(query.selectFrom('instance').selectAll())
  if (!stamp) return [{ key: 'verify.noStamp', facts: {} }]
  const findings: Finding[] = []
  if (stamp.region !== config.region)
    findings.push({ key: 'verify.region', facts: { found: stamp.region, required: config.region } })
  if (stamp.key_id !== root.id)
    findings.push({ key: 'verify.rootKey', facts: { found: stamp.key_id, required: root.id } })
  return findings
}

/** Finds database settings that are not durable or do not overwrite deleted data (P24). */
export function checkPragmas({ db }: App): Finding[] {
  return findWrongPragmas(db).map((facts): Finding => ({ key: 'verify.databaseSetting', facts }))
}

/** Finds a fault in the ledger's chain (P25). */
export function checkLedger({ fault }: Pick<ChainReport, 'fault'>): Finding[] {
  if (!fault) return []
  const { entry } = fault
  return [{ key: fault.kind === 'altered' ? 'verify.ledgerAltered' : 'verify.ledgerCut', facts: { entry } }]
}

/** Warns if the database file was not rewritten for a day, so that copies of deleted rows may remain in it (P24). */
export function checkTraces(app: App): Finding[] {
  const erasedAt = tracesErasedAt(app)
  if (erasedAt === undefined || app.now() - erasedAt <= day) return []
  return [{ key: 'verify.traces', facts: { since: formatTime(erasedAt) }, isWarning: true }]
}

/** Finds configured services that are not in the register of processors (P19). */
export function checkServices(app: App): Finding[] {
  return unregisteredHosts(app).map((host): Finding => ({ key: 'verify.unlistedHost', facts: { host } }))
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
