import { Type } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { memberOf } from '../../accounts/member-page.ts'
import type { App } from '../../app.ts'
import { toIso } from '../../time.ts'
import { maxNoteLength } from './notes.ts'
import { burnOwnedSecret, changeNote, changeNotification, listOwnedSecrets, type OwnedSecret } from './owned-secrets.ts'

const closed = { additionalProperties: false } as const

/** Routes of the JSON API for a member's own secrets. */
export function ownedSecretApi(app: App) {
  return new Elysia({ prefix: `${app.config.basePath}/api/v3/mine`, normalize: false })
    .get(
      '',
      async ({ request, query }) => {
        const { secrets, next } = await listOwnedSecrets(app, memberOf(request).account, query.before)
        return { secrets: secrets.map(toJson), ...(next !== undefined && { next }) }
      },
      { query: Type.Object({ before: Type.Optional(Type.String({ maxLength: 64 })) }) },
    )
    .post(
      '/:id/burn',
      async ({ request, params }) => toJson(await burnOwnedSecret(app, memberOf(request).account, params.id)),
      { body: Type.Object({}, closed) },
    )
    .post(
      '/:id/note',
      async ({ request, params, body }) => {
        const { account } = memberOf(request)
        return toJson(await changeNote(app, account, params.id, body.note))
      },
      {
        body: Type.Object(
          { note: Type.String({ maxLength: 2 * maxNoteLength, limits: { max: maxNoteLength } }) },
          closed,
        ),
      },
    )
    .post(
      '/:id/notice',
      async ({ request, params, body }) => {
        const { account } = memberOf(request)
        return toJson(await changeNotification(app, account, params.id, body.notify))
      },
      { body: Type.Object({ notify: Type.Boolean() }, closed) },
    )
}

function toJson({
  id,
  state,
  endToEnd,
  createdAt,
  expiresAt,
  revealedAt,
  burnedAt,
  withdrawnAt,
  note,
  notify,
}: OwnedSecret) {
  return {
    id,
    state,
    end_to_end: endToEnd,
    created_at: toIso(createdAt),
    expires_at: toIso(expiresAt),
    ...(revealedAt !== null && { revealed_at: toIso(revealedAt) }),
    ...(burnedAt !== null && { burned_at: toIso(burnedAt) }),
    ...(withdrawnAt !== null && { withdrawn_at: toIso(withdrawnAt) }),
    ...(note !== undefined && { note }),
    notify,
  }
}
