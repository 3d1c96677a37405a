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

/** The JSON route that exports the member's own data. */
export function exportApi(app: App) {
  return new Elysia({ prefix: `${app.config.basePath}/api/v3`, normalize: false }).post(
    '/account/export',
    async ({ body, request }) => {
      const member = requireScope(contextOf(request).actor, 'account')
      return exportFileResponse(app, await exportAfterReauthentication(app, member, body.password))
    },
    { body: ExportBody },
  )
}

/** Builds the response that downloads an export as a file. */
export function exportFileResponse(app: App, exported: Export): Response {
  const name = `my-data-${exported.made_at.slice(0, 10)}.json`
  return json(app, exported, 200, { 'content-disposition': `attachment; filename="${name}"` })
}
