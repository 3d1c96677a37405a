import { type Static, Type } from '@sinclair/typebox'
import { ExportedPage, ExportPage } from '../../../templates/privacy/export.tsx'
import type { Member } from '../../accounts/access.ts'
import { forMember, sessionMemberOf } from '../../accounts/member-page.ts'
import { readProfile } from '../../accounts/profile/profile.ts'
import type { App } from '../../app.ts'
import type { AppError } from '../../errors.ts'
import { json } from '../../http/json.ts'
import { type PageContext, pageRoutes, rerenderOnError, setErrorStatus } from '../../http/page.ts'
import { sentenceOf, viewOf } from '../../http/render.ts'
import { exportAfterReauthentication, schemaPath } from './export.ts'
import { exportFileResponse } from './export-api.ts'
import { exportJsonSchema } from './export-schema.ts'

const ExportForm = Type.Object(
  {
    password: Type.Optional(Type.String({ maxLength: 1024 })),
    as: Type.Union([Type.Literal('file'), Type.Literal('page')], { rule: 'choice' }),
  },
  { additionalProperties: false },
)

/** The pages that export the member's own data, as a file or as a page, and the published JSON Schema. */
export function exportPages(app: App) {
  return pageRoutes(app.config.basePath)
    .get(schemaPath, () => json(app, exportJsonSchema(app.config.baseUrl)))
    .get('/account/export', (context) => forMember(app, context, (member) => exportPage(app, context, member)))
    .post('/account/export', ({ body, ...context }) => download(app, context, body), { body: ExportForm })
}

async function exportPage(app: App, context: PageContext, member: Member, error?: AppError) {
  setErrorStatus(context, error)
  const { hasPassword } = await readProfile(app, member)
  const props = { hasPassword, schema: schemaPath, error: error && sentenceOf(error) }
  return context.html(<ExportPage view={viewOf(app, context.request)} {...props} />)
}

function download(app: App, context: PageContext, { password, as }: Static<typeof ExportForm>) {
  const member = sessionMemberOf(context.request)
  return rerenderOnError(
    (error) => exportPage(app, context, member, error),
    async () => {
      const exported = await exportAfterReauthentication(app, member, password)
      if (as === 'file') return exportFileResponse(app, exported)
      return context.html(<ExportedPage view={viewOf(app, context.request)} exported={exported} />)
    },
  )
}
