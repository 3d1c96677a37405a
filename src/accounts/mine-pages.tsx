import { Type } from '@sinclair/typebox'
import { MinePage } from '../../templates/mine-list.tsx'
import type { App } from '../app.ts'
import { viewOf } from '../http/render.ts'
import { visitOf } from '../http/visit.ts'
import { web } from '../http/web.ts'
import { type Member, requireAccount } from './access.ts'
import { burnMine, changeMine, listMine } from './mine.ts'
import { longestNote, writeNote } from './notes.ts'
import { askNotice, dropNotice } from './notices.ts'

const closed = { additionalProperties: false } as const

/** The pages of one's own secrets: translation only. */
export function minePages(app: App) {
  return web(app.config.basePath)
    .get(
      '/mine',
      ({ request, html, query }) => {
        const { secrets, next } = listMine(app, memberOf(request).account, query.before)
        return html(<MinePage view={viewOf(app, request)} secrets={secrets} next={next} longestNote={longestNote} />)
      },
      { query: Type.Object({ before: Type.Optional(Type.String({ maxLength: 64 })) }) },
    )
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

function memberOf(request: Request): Member {
  return requireAccount(visitOf(request).actor)
}

// The list, at the page that begins with this secret's own entry or holds it.
function backTo({ config }: App, id: string): Response {
  return new Response(null, { status: 303, headers: { location: `${config.baseUrl}/mine#${id}` } })
}
