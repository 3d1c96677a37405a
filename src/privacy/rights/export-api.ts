import { Type } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { requireScope } from '../../accounts/access.ts'
import type { App } from '../../app.ts'
import { contextOf } from '../../http/context.ts'
import { json } from '../../http/json.ts'
import { type Export, exportAfterReauthentication } from './export.ts'

const ExportBody = Type.Object(
  { password: Type.Optional(Type.String({ maxLength: 1024 })) },
  { additionalProperties: false },
)

/** Everything about oneself, for programs: translation only. */
export function exportApi(app: App) {
  return new Elysia({ prefix: `${app.config.basePath}/api/v3`, normalize: false }).post(
    '/account/export',
    async ({ body, request }) => {
      const member = requireScope(contextOf(request).actor, 'account')
      return asFile(app, await exportAfterReauthentication(app, member, body.password))
    },
    { body: ExportBody },
  )
}

/** An export as a file to be kept. */
export function asFile(app: App, exported: Export): Response {
  const name = `my-data-${exported.made_at.slice(0, 10)}.json`
  return json(app, exported, 200, { 'content-disposition': `attachment; filename="${name}"` })
}
