import type { App } from '../../app.ts'
import { query } from '../../database/query.ts'
import { all, returned, run } from '../../database/unit.ts'
import { AppError } from '../../errors.ts'

/** A third party that processes data for this instance. */
export interface Processor {
  readonly id: number
  readonly name: string
  readonly purpose: string
  readonly categories: string
  readonly country: string
  readonly agreement: string
  /** The host by which the configuration refers to it; empty if it does not. */
  readonly host: string
  readonly since: number
  readonly endedAt: number | null
}

/** A new entry of the register. */
export type NewProcessor = Omit<Processor, 'id' | 'endedAt'>

/** Lists the register of processors (P19), oldest first, including those that are no longer used. */
export async function listProcessors(app: App): Promise<Processor[]> {
  return (await app.db.read(() => all(query.selectFrom('processor').selectAll().orderBy('id')))).map(
    ({ id, ended_at, ...row }) => ({ ...row, id, endedAt: ended_at }),
  )
}

/** Adds a processor to the register and returns its id. */
export async function addProcessor(app: App, { host, ...processor }: NewProcessor): Promise<number> {
  const row = { ...processor, host: host.toLowerCase(), ended_at: null }
  return (await app.db.commit(() => returned(query.insertInto('processor').values(row).returning('id')))).id
}

/** Records that a processor is no longer used; its entry is kept. Throws `not_found`. */
export async function endProcessor(app: App, id: number): Promise<void> {
  const end = query.updateTable('processor').set({ ended_at: app.now() }).where('id', '=', id)
  const changes = await app.db.commit(() => run(end.where('ended_at', 'is', null)))
  if (changes === 0) throw new AppError('not_found')
}

/** Lists the hosts that the configuration sends data to and that are missing from the register: each breaks P19. */
export async function unregisteredHosts(app: App): Promise<string[]> {
  const registered = (await listProcessors(app)).filter(({ endedAt }) => endedAt === null).map(({ host }) => host)
  return externalHosts(app).filter((host) => !registered.includes(host))
}

// A service on this machine is not a third party.
function externalHosts({ config }: App): string[] {
  const urls = [config.smtpUrl, config.oidcIssuer].filter((url) => url !== undefined)
  const hosts = urls.map((url) => new URL(url).hostname.toLowerCase())
  return [...new Set(hosts)].filter((host) => !/^(?:localhost|127\.[\d.]+|\[::1\])$/.test(host))
}
