import type { App } from '../../app.ts'
import { introspectSchema, introspectTriggers, weakPragmas } from '../../database/introspect.ts'
import { query } from '../../database/query.ts'
import { formatTime } from '../../i18n/text.ts'
import { day } from '../../time.ts'
import { consentGuards, inventory } from '../inventory/inventory.ts'
import { tracesErasedAt } from '../purge/ledger.ts'
import { unregisteredHosts } from '../registers/processors.ts'
import type { Chain, Finding } from './verification.ts'

/** The tables and columns of the file are those of the inventory, all of them and no other (P04), and it keeps the consents as they were noted (P09). */
export function checkSchema(app: App): Finding[] {
  const live = columnsOf([...introspectSchema(app.db)])
  const promised = columnsOf(Object.entries(inventory).map(([table, { columns }]) => [table, Object.keys(columns)]))
  return [
    ...without(live, promised).map((column): Finding => ({ key: 'verify.unpromised', facts: { column } })),
    ...without(promised, live).map((column): Finding => ({ key: 'verify.missing', facts: { column } })),
    ...without(consentGuards, introspectTriggers(app.db)).map(
      (trigger): Finding => ({ key: 'verify.unguarded', facts: { trigger } }),
    ),
  ]
}

function columnsOf(tables: readonly (readonly [string, readonly string[]])[]): string[] {
  return tables.flatMap(([table, columns]) => columns.map((column) => `${table}.${column}`))
}

function without(all: readonly string[], known: readonly string[]): string[] {
  return all.filter((one) => !known.includes(one))
}

/** The database belongs to this region and this root key (P17). */
export function checkStamp({ db, config, root }: App): Finding[] {
  const stamp = db.first(query.selectFrom('instance').selectAll())
  if (!stamp) return [{ key: 'verify.unstamped', facts: {} }]
  const findings: Finding[] = []
  if (stamp.region !== config.region)
    findings.push({ key: 'verify.region', facts: { found: stamp.region, wanted: config.region } })
  if (stamp.key_id !== root.id)
    findings.push({ key: 'verify.rootKey', facts: { found: stamp.key_id, wanted: root.id } })
  return findings
}

/** The connection to the database is durable, and erases what it deletes (P24). */
export function checkPragmas({ db }: App): Finding[] {
  return weakPragmas(db).map((facts): Finding => ({ key: 'verify.pragma', facts }))
}

/** The ledger's chain is whole (P25). */
export function checkLedger({ fault }: Pick<Chain, 'fault'>): Finding[] {
  if (!fault) return []
  const { entry } = fault
  return [{ key: fault.kind === 'altered' ? 'verify.altered' : 'verify.cut', facts: { entry } }]
}

/** The file is written anew often enough that no copy of a destroyed row stays in it for long (P24). */
export function checkTraces(app: App): Finding[] {
  const erasedAt = tracesErasedAt(app)
  if (erasedAt === undefined || app.now() - erasedAt <= day) return []
  return [{ key: 'verify.traces', facts: { since: formatTime(erasedAt) }, isWarning: true }]
}

/** Every service outside that data goes to is in the register of processors (P19). */
export function checkServices(app: App): Finding[] {
  return unregisteredHosts(app).map((host): Finding => ({ key: 'verify.service', facts: { host } }))
}

/** Nothing crosses a network in the open: TLS here, or at a proxy that was declared (P30). */
export function checkTransport({ config }: App): Finding[] {
  const { baseUrl, tlsCert, trustedProxies, listen, allowHttp } = config
  const { protocol, hostname } = new URL(baseUrl)
  if (protocol !== 'https:') {
    const isHere = /^(?:localhost|127\.[\d.]+|\[::1\])$/.test(hostname)
    return isHere && !allowHttp ? [] : [{ key: 'verify.plainHttp', facts: { url: baseUrl } }]
  }
  const isLocal = listen.kind === 'unix' || /^(?:localhost|127\.[\d.]+|::1)$/.test(listen.host)
  if (tlsCert !== undefined || trustedProxies.length > 0 || isLocal) return []
  return [{ key: 'verify.noProxy', facts: { url: baseUrl } }]
}
