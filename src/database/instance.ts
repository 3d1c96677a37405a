import type { Config } from '../config/options.ts'
import type { RootKey } from '../crypto/sealing.ts'
import { Misconfigured } from '../errors.ts'
import { query } from './query.ts'
import { first, run, type Unit } from './unit.ts'

/**
 * Stamps a new database with its region and the id of its root key. Throws Misconfigured if an existing one belongs to
 * another region (P17) or another root key.
 */
export function* stampInstance(config: Config, root: RootKey, now: number): Unit<void> {
  const stamp = { id: 1, region: config.region, key_id: root.id, created_at: now }
  yield* run(
    query
      .insertInto('instance')
      .values(stamp)
      .onConflict((conflict) => conflict.doNothing()),
  )
  requireSameInstance((yield* first(query.selectFrom('instance').selectAll())) ?? stamp, config, root)
}

/** Throws Misconfigured if a database belongs to another region (P17) or another root key. */
export function requireSameInstance(
  found: { readonly region: string; readonly key_id: string },
  config: Config,
  root: Pick<RootKey, 'id'>,
): void {
  if (found.region !== config.region)
    throw new Misconfigured(
      `the database belongs to region "${found.region}", but this instance is configured for "${config.region}"; data is never moved between regions`,
    )
  if (found.key_id !== root.id)
    throw new Misconfigured(
      `the root key does not belong to this database (expected key ${found.key_id}, got ${root.id}); restore the right key, because secrets cannot be decrypted without it`,
    )
}
