import type { Static } from '@sinclair/typebox'
import { OtherSignInMethods } from '../../../templates/accounts/oidc.tsx'
import { ConfirmActionPage } from '../../../templates/accounts/parts.tsx'
import { NewPasswordPage, RequestResetPage, SignInPage } from '../../../templates/accounts/sign-in.tsx'
import { MessagePage } from '../../../templates/message.tsx'
import type { App } from '../../app.ts'
import type { AppError } from '../../errors.ts'
import { contextOf } from '../../http/context.ts'
import { type PageContext, pageRoutes, rerenderOnError, seeOther, setErrorStatus } from '../../http/page.ts'
import { sentenceOf, viewOf } from '../../http/render.ts'
import type { TextKey } from '../../i18n/text.ts'
import { browserOf } from '../../server/request-log.ts'
import { peekReopening, reopenAccount } from '../closing/close-account.ts'
import { NewPasswordForm, NoFields, RequestResetForm, SignInForm } from '../input.ts'
import { arePasskeysSupported } from '../mfa/webauthn.ts'
import { providerHost } from '../oidc/oidc-provider.ts'
import { confirmEmailChange, peekEmailChange } from '../profile/email-change.ts'
import { redirectSignedIn, redirectSignedOut } from '../sessions/session-cookie.ts'
import { deleteSession } from '../sessions/sessions.ts'
import { peekLoginLink, signInByLink } from './login-link.ts'
import { peekResetLink, requestReset, resetPassword } from '../password/password-reset.ts'
import { signIn } from './password-sign-in.ts'
import { nextStepPath, type SignInResult } from './sign-in.ts'

/** The pages by which a person gets into an account, and out of it: translation only. */
export function signInPages(app: App) {
  return pageRoutes(app.config.basePath)
    .get('/sign-in', (web) => signInPage(app, web))
    .post('/sign-in', ({ body, ...web }) => signInHere(app, web, body), { body: SignInForm })
    .post('/sign-out', ({ request }) => signOut(app, request), { body: NoFields })
    .get('/reset', (web) => askResetPage(app, web))
    .post('/reset', ({ body, ...web }) => ask(app, web, body), { body: RequestResetForm })
    .get('/reset/sent', (web) => messagePage(app, web, 'reset.sentTitle', ['reset.sent', ...noMailNotice(app)]))
    .get('/reset/done', (web) => messagePage(app, web, 'reset.doneTitle', ['reset.done']))
    .get('/reset/:code', ({ params, ...web }) => newPasswordPage(app, web, params.code))
    .post('/reset/:code', ({ params, body, ...web }) => reset(app, web, params.code, body), { body: NewPasswordForm })
    .get('/login/:code', ({ params, ...web }) => loginPage(app, web, params.code))
    .post('/login/:code', ({ params, request }) => login(app, request, params.code), { body: NoFields })
    .get('/email/done', (web) => messagePage(app, web, 'email.doneTitle', ['email.done']))
    .get('/email/:code', ({ params, ...web }) => newAddressPage(app, web, params.code))
    .post('/email/:code', ({ params, request }) => newAddress(app, request, params.code), { body: NoFields })
    .get('/closed', (web) =>
      messagePage(app, web, 'closed.title', ['closed.lead', 'closed.mail', ...noMailNotice(app)]),
    )
    .get('/restore/done', (web) => messagePage(app, web, 'restore.doneTitle', ['restore.done']))
    .get('/restore/:code', ({ params, ...web }) => takeBackPage(app, web, params.code))
    .post('/restore/:code', ({ params, request }) => restore(app, request, params.code), { body: NoFields })
}

function signInPage(app: App, web: PageContext, name?: string, error?: AppError) {
  setErrorStatus(web, error)
  const { passwordSignIn, signUp } = app.config
  const isOpen = passwordSignIn && (signUp === 'open' || signUp === 'domains')
  const props = { byPassword: passwordSignIn, isOpen, name, error: error && sentenceOf(error) }
  const view = viewOf(app, web.request)
  return web.html(
    <SignInPage view={view} {...props}>
      <OtherSignInMethods
        view={view}
        provider={providerHost(app)}
        arePasskeysSupported={arePasskeysSupported(app.config)}
      />
    </SignInPage>,
  )
}

function signInHere(app: App, web: PageContext, body: Static<typeof SignInForm>) {
  return rerenderOnError(
    (error) => signInPage(app, web, body.name, error),
    async () => {
      const { actor, pendingMfa } = contextOf(web.request)
      return continueSignIn(
        app,
        await signIn(app, actor, body, browserOf(web.request), actor.session ?? pendingMfa?.lookup),
      )
    },
  )
}

/** Gives the browser its new session, and sends it where it has to go on. */
export function continueSignIn(app: App, { cookie, next }: SignInResult): Response {
  return redirectSignedIn(app, cookie, nextStepPath[next])
}

async function signOut(app: App, request: Request): Promise<Response> {
  const { actor, pendingMfa } = contextOf(request)
  const session = actor.session ?? pendingMfa?.lookup
  if (session) await app.db.commit(() => deleteSession(app, session))
  return redirectSignedOut(app, '/')
}

function askResetPage(app: App, web: PageContext, error?: AppError) {
  setErrorStatus(web, error)
  return web.html(<RequestResetPage view={viewOf(app, web.request)} error={error && sentenceOf(error)} />)
}

function ask(app: App, web: PageContext, { name }: Static<typeof RequestResetForm>) {
  return rerenderOnError(
    (error) => askResetPage(app, web, error),
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

function reset(app: App, web: PageContext, code: string, { password }: Static<typeof NewPasswordForm>) {
  return rerenderOnError(
    (error) => newPasswordPage(app, web, code, error),
    async () => {
      await resetPassword(app, contextOf(web.request).actor, code, password)
      return redirectSignedOut(app, '/reset/done')
    },
  )
}

function loginPage(app: App, { request, html }: PageContext, code: string) {
  peekLoginLink(app, code)
  const view = privateView(app, request)
  const { text, path } = view
  const words = { title: text('login.title'), lead: text('login.lead'), button: text('signIn.submit') }
  return html(<ConfirmActionPage view={view} {...words} action={path(`/login/${code}`)} />)
}

async function login(app: App, request: Request, code: string): Promise<Response> {
  const { actor, pendingMfa } = contextOf(request)
  return continueSignIn(
    app,
    await signInByLink(app, actor, code, browserOf(request), actor.session ?? pendingMfa?.lookup),
  )
}

function newAddressPage(app: App, { request, html }: PageContext, code: string) {
  const address = peekEmailChange(app, code)
  const view = privateView(app, request)
  const { text, path } = view
  const words = { title: text('email.title'), lead: text('email.lead', { address }), button: text('email.submit') }
  return html(<ConfirmActionPage view={view} {...words} action={path(`/email/${code}`)} />)
}

async function newAddress(app: App, request: Request, code: string): Promise<Response> {
  await confirmEmailChange(app, contextOf(request).actor, code)
  return seeOther(`${app.config.baseUrl}/email/done`)
}

function takeBackPage(app: App, { request, html }: PageContext, code: string) {
  peekReopening(app, code)
  const view = privateView(app, request)
  const { text, path } = view
  const words = { title: text('restore.title'), lead: text('restore.lead'), button: text('restore.submit') }
  return html(<ConfirmActionPage view={view} {...words} action={path(`/restore/${code}`)} />)
}

async function restore(app: App, request: Request, code: string): Promise<Response> {
  await reopenAccount(app, contextOf(request).actor, code)
  return seeOther(`${app.config.baseUrl}/restore/done`)
}

/** A page that only says something. */
export function messagePage(app: App, { request, html }: PageContext, title: TextKey, sentences: readonly TextKey[]) {
  const view = viewOf(app, request)
  return html(<MessagePage view={view} title={view.text(title)} sentences={sentences.map((key) => view.text(key))} />)
}

/** What is to be said where no mail server is set: the operator hands the link over. */
export function noMailNotice({ config }: App): TextKey[] {
  return config.smtpUrl === undefined ? ['account.noMail'] : []
}

/** The view of a page whose address opens something: the address is repeated nowhere in it but in its own form. */
export function privateView(app: App, request: Request) {
  return { ...viewOf(app, request), here: undefined }
}
