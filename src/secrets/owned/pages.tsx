import { Type } from '@sinclair/typebox'
import { OwnedSecretsPage } from '../../../templates/secrets/owned-list.tsx'
import type { Member } from '../../accounts/access.ts'
import { forMember, memberOf } from '../../accounts/member-page.ts'
import type { App } from '../../app.ts'
import { type PageContext, pageRoutes, seeOther } from '../../http/page.ts'
import { viewOf } from '../../http/render.ts'
import { maxNoteLength } from './notes.ts'
import { burnOwnedSecret, changeNote, changeNotification, listOwnedSecrets } from './owned-secrets.ts'

const closed = { additionalProperties: false } as const

/** Routes of the pages for a member's own secrets. */
export function ownedSecretPages(app: App) {
  return pageRoutes(app.config.basePath)
    .get(
      '/mine',
      ({ query, ...context }) =>
        forMember(app, context, (member) => ownedSecretPage(app, context, member, query.before)),
      {
        query: Type.Object({ before: Type.Optional(Type.String({ maxLength: 64 })) }),
      },
    )
    .post(
      '/mine/:id/burn',
      async ({ request, params }) => {
        await burnOwnedSecret(app, memberOf(request).account, params.id)
        return redirectToEntry(app, params.id)
      },
      { body: Type.Object({}, closed) },
    )
    .post(
      '/mine/:id/note',
      async ({ request, params, body }) => {
        const { account } = memberOf(request)
        await changeNote(app, account, params.id, body.note)
        return redirectToEntry(app, params.id)
      },
      {
        body: Type.Object(
          { note: Type.String({ maxLength: 2 * maxNoteLength, limits: { max: maxNoteLength } }) },
          closed,
        ),
      },
    )
    .post(
      '/mine/:id/notice',
      async ({ request, params, body }) => {
        const { account } = memberOf(request)
        await changeNotification(app, account, params.id, body.notify === 'on')
        return redirectToEntry(app, params.id)
      },
      {
        body: Type.Object(
          { notify: Type.Union([Type.Literal('on'), Type.Literal('off')], { rule: 'choice' }) },
          closed,
        ),
      },
    )
}

async function ownedSecretPage(app: App, { request, html }: PageContext, { account }: Member, before?: string) {
  const page = await listOwnedSecrets(app, account, before)
  return html(<OwnedSecretsPage view={viewOf(app, request)} {...page} maxNoteLength={maxNoteLength} />)
}

// Scrolls to the secret if it is on the first page of the list.
function redirectToEntry({ config }: App, id: string): Response {
  return seeOther(`${config.baseUrl}/mine#${id}`)
}
