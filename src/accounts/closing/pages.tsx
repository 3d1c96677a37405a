import type { Static } from '@sinclair/typebox'
import { ClosePage } from '../../../templates/accounts/closing.tsx'
import type { App } from '../../app.ts'
import type { AppError } from '../../errors.ts'
import { contextOf } from '../../http/context.ts'
import { type PageContext, pageRoutes, rerenderOnError, seeOther, setErrorStatus } from '../../http/page.ts'
import { sentenceOf, viewOf } from '../../http/render.ts'
import { formatLongDuration } from '../../i18n/text.ts'
import type { Member } from '../access.ts'
import { CloseForm, closeOptionsOf, NoFields } from '../input.ts'
import { confirmActionPage, messagePage, noMailNotice } from '../link-pages.tsx'
import { forMember, sessionMemberOf } from '../member-page.ts'
import { readProfile } from '../profile/profile.ts'
import { redirectSignedOut } from '../sessions/session-cookie.ts'
import { closeOwnAccount } from './close-account.ts'
import { peekReopening, reopenAccount } from './reopen-account.ts'

/** The pages of closing and reopening an account. */
export function closingPages(app: App) {
  return pageRoutes(app.config.basePath)
    .get('/account/close', (context) => forMember(app, context, (member) => closePage(app, context, member)))
    .post('/account/close', ({ body, ...context }) => submitClose(app, context, body), { body: CloseForm })
    .get('/closed', (context) =>
      messagePage(app, context, 'closed.title', ['closed.lead', 'closed.mail', ...noMailNotice(app)]),
    )
    .get('/restore/done', (context) => messagePage(app, context, 'restore.doneTitle', ['restore.done']))
    .get('/restore/:code', ({ params, ...context }) => reopenPage(app, context, params.code))
    .post('/restore/:code', ({ params, request }) => submitReopen(app, request, params.code), { body: NoFields })
}

async function closePage(app: App, context: PageContext, member: Member, error?: AppError) {
  setErrorStatus(context, error)
  const { grace } = app.config
  const { hasPassword } = await readProfile(app, member)
  const props = { hasPassword, grace: grace === 0 ? undefined : formatLongDuration(grace) }
  return context.html(<ClosePage view={viewOf(app, context.request)} {...props} error={error && sentenceOf(error)} />)
}

function submitClose(app: App, context: PageContext, form: Static<typeof CloseForm>) {
  const member = sessionMemberOf(context.request)
  return rerenderOnError(
    (error) => closePage(app, context, member, error),
    async () => {
      await closeOwnAccount(app, member, form.password, closeOptionsOf(form))
      return redirectSignedOut(app, '/closed')
    },
  )
}

async function reopenPage(app: App, context: PageContext, code: string) {
  await peekReopening(app, code)
  const path = `/restore/${code}`
  return confirmActionPage(app, context, {
    path,
    title: 'restore.title',
    lead: 'restore.lead',
    button: 'restore.submit',
  })
}

async function submitReopen(app: App, request: Request, code: string): Promise<Response> {
  await reopenAccount(app, contextOf(request).actor, code)
  return seeOther(`${app.config.baseUrl}/restore/done`)
}
