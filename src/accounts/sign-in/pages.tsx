import type { Static } from '@sinclair/typebox'
import { OtherWays } from '../../../templates/accounts/oidc.tsx'
import { ButtonPage } from '../../../templates/accounts/parts.tsx'
import { AskResetPage, NewPasswordPage, SignInPage } from '../../../templates/accounts/sign-in.tsx'
import { MessagePage } from '../../../templates/message.tsx'
import type { App } from '../../app.ts'
import type { AppError } from '../../errors.ts'
import { browserOf } from '../../http/browser-type.ts'
import { contextOf } from '../../http/context.ts'
import { type PageContext, pageRoutes, rerenderOnError, seeOther, setErrorStatus } from '../../http/page.ts'
import { sentenceOf, viewOf } from '../../http/render.ts'
import type { TextKey } from '../../i18n/text.ts'
import { peekReopening, reopenAccount } from '../closing.ts'
import { AskResetForm, NewPasswordForm, NoFields, SignInForm } from '../input.ts'
import { passkeysWork } from '../mfa/webauthn.ts'
import { providerHost } from '../oidc/oidc-provider.ts'
import { confirmNewAddress, peekNewAddress } from '../profile/email-change.ts'
import { goSignedIn, goSignedOut } from '../session-cookie.ts'
import { endThisSession } from '../sessions.ts'
import { loginByLink, peekLogin } from './login-link.ts'
import { peekReset, requestReset, resetPassword } from './password-reset.ts'
import { signIn } from './password-sign-in.ts'
import { nextStepPath, type SignInResult } from './sign-in.ts'

/** The pages by which a person gets into an account, and out of it: translation only. */
export function accountPages(app: App) {
  return pageRoutes(app.config.basePath)
    .get('/sign-in', (web) => signInPage(app, web))
    .post('/sign-in', ({ body, ...web }) => signInHere(app, web, body), { body: SignInForm })
    .post('/sign-out', ({ request }) => signOut(app, request), { body: NoFields })
    .get('/reset', (web) => askResetPage(app, web))
    .post('/reset', ({ body, ...web }) => ask(app, web, body), { body: AskResetForm })
    .get('/reset/sent', (web) => message(app, web, 'reset.sentTitle', ['reset.sent', ...noMail(app)]))
    .get('/reset/done', (web) => message(app, web, 'reset.doneTitle', ['reset.done']))
    .get('/reset/:code', ({ params, ...web }) => newPasswordPage(app, web, params.code))
    .post('/reset/:code', ({ params, body, ...web }) => reset(app, web, params.code, body), { body: NewPasswordForm })
    .get('/login/:code', ({ params, ...web }) => loginPage(app, web, params.code))
    .post('/login/:code', ({ params, request }) => login(app, request, params.code), { body: NoFields })
    .get('/email/done', (web) => message(app, web, 'email.doneTitle', ['email.done']))
    .get('/email/:code', ({ params, ...web }) => newAddressPage(app, web, params.code))
    .post('/email/:code', ({ params, request }) => newAddress(app, request, params.code), { body: NoFields })
    .get('/closed', (web) => message(app, web, 'closed.title', ['closed.lead', 'closed.mail', ...noMail(app)]))
    .get('/restore/done', (web) => message(app, web, 'restore.doneTitle', ['restore.done']))
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
      <OtherWays view={view} provider={providerHost(app)} passkeysWork={passkeysWork(app.config)} />
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
  return goSignedIn(app, cookie, nextStepPath[next])
}

async function signOut(app: App, request: Request): Promise<Response> {
  const { actor, pendingMfa } = contextOf(request)
  const session = actor.session ?? pendingMfa?.lookup
  if (session) await app.db.commit(() => endThisSession(app, session))
  return goSignedOut(app, '/')
}

function askResetPage(app: App, web: PageContext, error?: AppError) {
  setErrorStatus(web, error)
  return web.html(<AskResetPage view={viewOf(app, web.request)} error={error && sentenceOf(error)} />)
}

function ask(app: App, web: PageContext, { name }: Static<typeof AskResetForm>) {
  return rerenderOnError(
    (error) => askResetPage(app, web, error),
    async () => {
      await requestReset(app, contextOf(web.request).actor, name)
      return seeOther(`${app.config.baseUrl}/reset/sent`)
    },
  )
}

function newPasswordPage(app: App, web: PageContext, code: string, error?: AppError) {
  peekReset(app, code)
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
      return goSignedOut(app, '/reset/done')
    },
  )
}

function loginPage(app: App, { request, html }: PageContext, code: string) {
  peekLogin(app, code)
  const view = privateView(app, request)
  const { text, path } = view
  const words = { title: text('login.title'), lead: text('login.lead'), button: text('signIn.submit') }
  return html(<ButtonPage view={view} {...words} action={path(`/login/${code}`)} />)
}

async function login(app: App, request: Request, code: string): Promise<Response> {
  const { actor, pendingMfa } = contextOf(request)
  return continueSignIn(
    app,
    await loginByLink(app, actor, code, browserOf(request), actor.session ?? pendingMfa?.lookup),
  )
}

function newAddressPage(app: App, { request, html }: PageContext, code: string) {
  const address = peekNewAddress(app, code)
  const view = privateView(app, request)
  const { text, path } = view
  const words = { title: text('email.title'), lead: text('email.lead', { address }), button: text('email.submit') }
  return html(<ButtonPage view={view} {...words} action={path(`/email/${code}`)} />)
}

async function newAddress(app: App, request: Request, code: string): Promise<Response> {
  await confirmNewAddress(app, contextOf(request).actor, code)
  return seeOther(`${app.config.baseUrl}/email/done`)
}

function takeBackPage(app: App, { request, html }: PageContext, code: string) {
  peekReopening(app, code)
  const view = privateView(app, request)
  const { text, path } = view
  const words = { title: text('restore.title'), lead: text('restore.lead'), button: text('restore.submit') }
  return html(<ButtonPage view={view} {...words} action={path(`/restore/${code}`)} />)
}

async function restore(app: App, request: Request, code: string): Promise<Response> {
  await reopenAccount(app, contextOf(request).actor, code)
  return seeOther(`${app.config.baseUrl}/restore/done`)
}

/** A page that only says something. */
export function message(app: App, { request, html }: PageContext, title: TextKey, sentences: readonly TextKey[]) {
  const view = viewOf(app, request)
  return html(<MessagePage view={view} title={view.text(title)} sentences={sentences.map((key) => view.text(key))} />)
}

/** What is to be said where no mail server is set: the operator hands the link over. */
export function noMail({ config }: App): TextKey[] {
  return config.smtpUrl === undefined ? ['account.noMail'] : []
}

/** The view of a page whose address opens something: the address is repeated nowhere in it but in its own form. */
export function privateView(app: App, request: Request) {
  return { ...viewOf(app, request), returnPath: undefined }
}
