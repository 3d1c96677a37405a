import type { App } from '../../app.ts'
import { query } from '../../database/query.ts'
import { AppError } from '../../errors.ts'

/** Somebody outside who processes data for this instance. */
export interface Processor {
  readonly id: number
  readonly name: string
  readonly purpose: string
  readonly categories: string
  readonly country: string
  readonly agreement: string
  /** The host that the configuration names, where one does. */
  readonly host: string
  readonly since: number
  readonly endedAt: number | null
}

/** A new line of the register. */
export type NewProcessor = Omit<Processor, 'number' | 'endedAt'>

/** The register of processors (P19), oldest first; those that are no longer used too. */
export function listProcessors(app: App): Processor[] {
  return app.db
    .all(query.selectFrom('processor').selectAll().orderBy('id'))
    .map(({ id, ended_at, ...row }) => ({ ...row, number: id, endedAt: ended_at }))
}

/** Writes a processor into the register; its number. */
export async function addProcessor(app: App, { host, ...processor }: NewProcessor): Promise<number> {
  const row = { ...processor, host: host.toLowerCase(), ended_at: null }
  return (await app.db.commit(() => app.db.run(query.insertInto('processor').values(row)))).id
}

/** Notes that a processor is no longer used; its line stays. Throws `not_found`. */
export async function endProcessor(app: App, number: number): Promise<void> {
  const end = query.updateTable('processor').set({ ended_at: app.now() }).where('id', '=', number)
  const { changes } = await app.db.commit(() => app.db.run(end.where('ended_at', 'is', null)))
  if (changes === 0) throw new AppError('not_found')
}

/** The hosts that the configuration sends data to and the register does not know: each is a breach of P19. */
export function unregisteredHosts(app: App): string[] {
  const known = listProcessors(app)
    .filter(({ endedAt }) => endedAt === null)
    .map(({ host }) => host)
  return outsideHosts(app).filter((host) => !known.includes(host))
}

// This machine is nobody else.
function outsideHosts({ config }: App): string[] {
  const urls = [config.smtpUrl, config.oidcIssuer].filter((url) => url !== undefined)
  const hosts = urls.map((url) => new URL(url).hostname.toLowerCase())
  return [...new Set(hosts)].filter((host) => !/^(?:localhost|127\.[\d.]+|\[::1\])$/.test(host))
}
