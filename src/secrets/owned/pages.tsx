import { Type } from '@sinclair/typebox'
import { MinePage } from '../../../templates/secrets/owned-list.tsx'
import type { App } from '../../app.ts'
import { forMember, memberOf } from '../../accounts/member-page.ts'
import { viewOf } from '../../http/render.ts'
import { seeOther, type Web, web } from '../../http/page.ts'
import type { Member } from '../../accounts/access.ts'
import { burnMine, changeMine, listMine } from './owned-secrets.ts'
import { longestNote, writeNote } from './notes.ts'
import { askNotice, dropNotice } from './notifications.ts'

const closed = { additionalProperties: false } as const

/** The pages of one's own secrets: translation only. */
export function minePages(app: App) {
  return web(app.config.basePath)
    .get('/mine', ({ query, ...web }) => forMember(app, web, (member) => minePage(app, web, member, query.before)), {
      query: Type.Object({ before: Type.Optional(Type.String({ maxLength: 64 })) }),
    })
    .post(
      '/mine/:id/burn',
      async ({ request, params }) => {
        await burnMine(app, memberOf(request).account, params.id)
        return backTo(app, params.id)
      },
      { body: Type.Object({}, closed) },
    )
    .post(
      '/mine/:id/note',
      async ({ request, params, body }) => {
        const { account } = memberOf(request)
        await changeMine(app, account, params.id, (row) => writeNote(app, account, row, body.note))
        return backTo(app, params.id)
      },
      { body: Type.Object({ note: Type.String({ maxLength: 2 * longestNote }) }, closed) },
    )
    .post(
      '/mine/:id/notice',
      async ({ request, params, body }) => {
        const { account } = memberOf(request)
        const change = (row: number) => (body.notify === 'on' ? askNotice(app, account, row) : dropNotice(app, row))
        await changeMine(app, account, params.id, change)
        return backTo(app, params.id)
      },
      { body: Type.Object({ notify: Type.Union([Type.Literal('on'), Type.Literal('off')]) }, closed) },
    )
}

function minePage(app: App, { request, html }: Web, { account }: Member, before?: string) {
  const page = listMine(app, account, before)
  return html(<MinePage view={viewOf(app, request)} {...page} longestNote={longestNote} />)
}

// To its place in the list, where that is on the first page.
function backTo({ config }: App, id: string): Response {
  return seeOther(`${config.baseUrl}/mine#${id}`)
}
