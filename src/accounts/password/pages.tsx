import type { Static } from '@sinclair/typebox'
import { ChangePasswordPage, NewPasswordPage, RequestResetPage } from '../../../templates/accounts/password.tsx'
import type { App } from '../../app.ts'
import type { AppError } from '../../errors.ts'
import { browserOf } from '../../http/browser-type.ts'
import { contextOf } from '../../http/context.ts'
import { type PageContext, pageRoutes, rerenderOnError, seeOther, setErrorStatus } from '../../http/page.ts'
import { sentenceOf, viewOf } from '../../http/render.ts'
import type { Member } from '../access.ts'
import { ChangePasswordForm, NewPasswordForm, RequestResetForm } from '../input.ts'
import { messagePage, noMailNotice, privateView } from '../link-pages.tsx'
import { forMember, sessionMemberOf } from '../member-page.ts'
import { readProfile } from '../profile/profile.ts'
import { redirectSignedIn, redirectSignedOut } from '../sessions/session-cookie.ts'
import { changePassword } from './change-password.ts'
import { peekResetLink, requestReset, resetPassword } from './password-reset.ts'

/** The pages of changing and resetting a password. */
export function passwordPages(app: App) {
  return pageRoutes(app.config.basePath)
    .get('/account/password', (context) => forMember(app, context, (member) => changePage(app, context, member)))
    .post('/account/password', ({ body, ...context }) => submitChange(app, context, body), { body: ChangePasswordForm })
    .get('/reset', (context) => requestPage(app, context))
    .post('/reset', ({ body, ...context }) => submitRequest(app, context, body), { body: RequestResetForm })
    .get('/reset/sent', (context) => messagePage(app, context, 'reset.sentTitle', ['reset.sent', ...noMailNotice(app)]))
    .get('/reset/done', (context) => messagePage(app, context, 'reset.doneTitle', ['reset.done']))
    .get('/reset/:code', ({ params, ...context }) => newPasswordPage(app, context, params.code))
    .post('/reset/:code', ({ params, body, ...context }) => submitNewPassword(app, context, params.code, body), {
      body: NewPasswordForm,
    })
}

async function changePage(app: App, context: PageContext, member: Member, error?: AppError) {
  setErrorStatus(context, error)
  const { hasPassword } = await readProfile(app, member)
  const props = { view: viewOf(app, context.request), hasPassword, error: error && sentenceOf(error) }
  return context.html(<ChangePasswordPage {...props} />)
}

function submitChange(app: App, context: PageContext, { current, password }: Static<typeof ChangePasswordForm>) {
  const member = sessionMemberOf(context.request)
  return rerenderOnError(
    (error) => changePage(app, context, member, error),
    async () => {
      const token = await changePassword(app, member, { current, password }, browserOf(context.request))
      return redirectSignedIn(app, token, '/account')
    },
  )
}

function requestPage(app: App, context: PageContext, error?: AppError) {
  setErrorStatus(context, error)
  return context.html(<RequestResetPage view={viewOf(app, context.request)} error={error && sentenceOf(error)} />)
}

function submitRequest(app: App, context: PageContext, { name }: Static<typeof RequestResetForm>) {
  return rerenderOnError(
    (error) => requestPage(app, context, error),
    async () => {
      await requestReset(app, contextOf(context.request).actor, name)
      return seeOther(`${app.config.baseUrl}/reset/sent`)
    },
  )
}

async function newPasswordPage(app: App, context: PageContext, code: string, error?: AppError) {
  await peekResetLink(app, code)
  setErrorStatus(context, error)
  const view = privateView(app, context.request)
  return context.html(
    <NewPasswordPage view={view} action={view.path(`/reset/${code}`)} error={error && sentenceOf(error)} />,
  )
}

function submitNewPassword(app: App, context: PageContext, code: string, { password }: Static<typeof NewPasswordForm>) {
  return rerenderOnError(
    (error) => newPasswordPage(app, context, code, error),
    async () => {
      await resetPassword(app, contextOf(context.request).actor, code, password)
      return redirectSignedOut(app, '/reset/done')
    },
  )
}
