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
    .get('/account/password', (web) => forMember(app, web, (member) => changePage(app, web, member)))
    .post('/account/password', ({ body, ...web }) => submitChange(app, web, body), { body: ChangePasswordForm })
    .get('/reset', (web) => requestPage(app, web))
    .post('/reset', ({ body, ...web }) => submitRequest(app, web, body), { body: RequestResetForm })
    .get('/reset/sent', (web) => messagePage(app, web, 'reset.sentTitle', ['reset.sent', ...noMailNotice(app)]))
    .get('/reset/done', (web) => messagePage(app, web, 'reset.doneTitle', ['reset.done']))
    .get('/reset/:code', ({ params, ...web }) => newPasswordPage(app, web, params.code))
    .post('/reset/:code', ({ params, body, ...web }) => submitNewPassword(app, web, params.code, body), {
      body: NewPasswordForm,
    })
}

function changePage(app: App, web: PageContext, member: Member, error?: AppError) {
  setErrorStatus(web, error)
  const { hasPassword } = readProfile(app, member)
  const props = { view: viewOf(app, web.request), hasPassword, error: error && sentenceOf(error) }
  return web.html(<ChangePasswordPage {...props} />)
}

function submitChange(app: App, web: PageContext, { current, password }: Static<typeof ChangePasswordForm>) {
  const member = sessionMemberOf(web.request)
  return rerenderOnError(
    (error) => changePage(app, web, member, error),
    async () => {
      const token = await changePassword(app, member, { current, password }, browserOf(web.request))
      return redirectSignedIn(app, token, '/account')
    },
  )
}

function requestPage(app: App, web: PageContext, error?: AppError) {
  setErrorStatus(web, error)
  return web.html(<RequestResetPage view={viewOf(app, web.request)} error={error && sentenceOf(error)} />)
}

function submitRequest(app: App, web: PageContext, { name }: Static<typeof RequestResetForm>) {
  return rerenderOnError(
    (error) => requestPage(app, web, error),
    async () => {
      await requestReset(app, contextOf(web.request).actor, name)
      return seeOther(`${app.config.baseUrl}/reset/sent`)
    },
  )
}

function newPasswordPage(app: App, web: PageContext, code: string, error?: AppError) {
  peekResetLink(app, code)
  setErrorStatus(web, error)
  const view = privateView(app, web.request)
  return web.html(
    <NewPasswordPage view={view} action={view.path(`/reset/${code}`)} error={error && sentenceOf(error)} />,
  )
}

function submitNewPassword(app: App, web: PageContext, code: string, { password }: Static<typeof NewPasswordForm>) {
  return rerenderOnError(
    (error) => newPasswordPage(app, web, code, error),
    async () => {
      await resetPassword(app, contextOf(web.request).actor, code, password)
      return redirectSignedOut(app, '/reset/done')
    },
  )
}
