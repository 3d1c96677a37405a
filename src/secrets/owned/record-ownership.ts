import type { App } from '../../app.ts'
import { preparedQuery, query } from '../../database/query.ts'
import { run, type Unit } from '../../database/unit.ts'
import type { CreatedSecret, CreateInput } from '../new-secret.ts'
import { enqueueDelivery } from './deliveries.ts'
import { requestNotification } from './notifications.ts'

/**
 * Records that an account owns a new secret, with the notification and the delivery that were requested; inside the
 * create's commit. Throws `delivery_quota`.
 */
export function* recordOwnership(
  app: App,
  account: string,
  id: number,
  input: CreateInput,
  created: CreatedSecret,
): Unit<void> {
  yield* run(insertOwned({ id, account }))
  if (input.notify) yield* requestNotification(app, account, id)
  if (input.recipient !== undefined) yield* enqueueDelivery(app, account, input.recipient, created)
}

const insertOwned = preparedQuery<{ id: number; account: string }>()((value) =>
  query.insertInto('owned_secret').values({ id: value('id'), account_id: value('account') }),
)
