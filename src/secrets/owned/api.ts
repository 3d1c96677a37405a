import { Type } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import type { App } from '../../app.ts'
import { memberOf } from '../../accounts/member-page.ts'
import { toIso } from '../../time.ts'
import { burnMine, changeMine, listMine, type Mine } from './owned-secrets.ts'
import { longestNote, writeNote } from './notes.ts'
import { askNotice, dropNotice } from './notifications.ts'

const closed = { additionalProperties: false } as const

/** The JSON API of one's own secrets: translation only. */
export function mineApi(app: App) {
  return new Elysia({ prefix: `${app.config.basePath}/api/v3/mine`, normalize: false })
    .get(
      '',
      ({ request, query }) => {
        const { secrets, next } = listMine(app, memberOf(request).account, query.before)
        return { secrets: secrets.map(mineAnswer), ...(next !== undefined && { next }) }
      },
      { query: Type.Object({ before: Type.Optional(Type.String({ maxLength: 64 })) }) },
    )
    .post(
      '/:id/burn',
      async ({ request, params }) => mineAnswer(await burnMine(app, memberOf(request).account, params.id)),
      { body: Type.Object({}, closed) },
    )
    .post(
      '/:id/note',
      async ({ request, params, body }) => {
        const { account } = memberOf(request)
        return mineAnswer(await changeMine(app, account, params.id, (row) => writeNote(app, account, row, body.note)))
      },
      { body: Type.Object({ note: Type.String({ maxLength: 2 * longestNote }) }, closed) },
    )
    .post(
      '/:id/notice',
      async ({ request, params, body }) => {
        const { account } = memberOf(request)
        const change = (row: number) => (body.notify ? askNotice(app, account, row) : dropNotice(app, row))
        return mineAnswer(await changeMine(app, account, params.id, change))
      },
      { body: Type.Object({ notify: Type.Boolean() }, closed) },
    )
}

function mineAnswer({ id, state, endToEnd, createdAt, expiresAt, revealedAt, burnedAt, note, notify }: Mine) {
  return {
    id,
    state,
    end_to_end: endToEnd,
    created_at: toIso(createdAt),
    expires_at: toIso(expiresAt),
    ...(revealedAt !== null && { revealed_at: toIso(revealedAt) }),
    ...(burnedAt !== null && { burned_at: toIso(burnedAt) }),
    ...(note !== undefined && { note }),
    notify,
  }
}
