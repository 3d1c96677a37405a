import type { App } from '../app.ts'
import { query } from '../database/query.ts'
import type { MailPurpose } from '../privacy/promises.ts'
import { digest } from '../secrets/sealing.ts'

/** What may be refused: mail of one purpose, or all of it. */
export type Refused = MailPurpose | 'all'

/** Whether a link may be mailed to this address: whoever has it has not said otherwise. */
export function mayMailRecipient(app: App, address: string): boolean {
  return refusedAt(app, address, 'delivery') === undefined
}

/** An address as it is kept of a refusal: only who has the root key can tell whether it is a given one. */
export function markOf({ root }: App, address: string): Uint8Array {
  return digest('address', root.bytes, address)
}

/** When mail of this purpose was refused for an address, the last time; nothing where it was not. */
export function refusedAt(app: App, address: string, purpose: MailPurpose): number | undefined {
  return refusalsOf(app, markOf(app, address), purpose)[0]?.at
}

/** The refusals that count for a purpose, newest first. */
export function refusalsOf(app: App, mark: Uint8Array, purpose: MailPurpose) {
  return app.db.all(
    query
      .selectFrom('refusal')
      .select(['purpose', 'at'])
      .where('mark', '=', mark)
      .where('purpose', 'in', [purpose, 'all'])
      .orderBy('at', 'desc'),
  )
}

/** Notes that an address wants no mail of a purpose, or none at all, inside the caller's commit. */
export function refuseMail(app: App, mark: Uint8Array, purpose: Refused): void {
  const at = app.now()
  app.db.run(
    query
      .insertInto('refusal')
      .values({ mark, purpose, at })
      .onConflict((conflict) => conflict.columns(['mark', 'purpose']).doUpdateSet({ at })),
  )
}

/** Takes back what was refused: all of it, or one purpose and `all`, which would stop it too; inside the caller's commit. */
export function allowMail(app: App, mark: Uint8Array, purpose?: MailPurpose): number {
  const every = query.deleteFrom('refusal').where('mark', '=', mark)
  return app.db.run(purpose ? every.where('purpose', 'in', [purpose, 'all']) : every).changes
}
