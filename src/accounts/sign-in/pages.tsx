import type { Static } from '@sinclair/typebox'
import { ButtonPage } from '../../../templates/accounts/parts.tsx'
import { AskResetPage, NewPasswordPage, SignInPage } from '../../../templates/accounts/sign-in.tsx'
import { OtherWays } from '../../../templates/accounts/oidc.tsx'
import { MessagePage } from '../../../templates/message.tsx'
import type { App } from '../../app.ts'
import type { AppError } from '../../errors.ts'
import { sentenceOf, viewOf } from '../../http/render.ts'
import { browserOf } from '../../server/request-log.ts'
import { goSignedIn, goSignedOut } from '../session-cookie.ts'
import { visitOf } from '../../http/context.ts'
import { orAgain, sayWhatWentWrong, seeOther, type Web, web } from '../../http/page.ts'
import type { TextKey } from '../../i18n/text.ts'
import { signIn } from './password-sign-in.ts'
import { peekTakeBack, takeBack } from '../closing.ts'
import { confirmNewAddress, peekNewAddress } from '../profile/email-change.ts'
import { AskResetForm, NewPasswordForm, NoFields, SignInForm } from '../input.ts'
import { loginByLink, peekLogin } from './login-link.ts'
import { providerHost } from '../oidc/oidc-provider.ts'
import { passkeysWork } from '../mfa/webauthn.ts'
import { askReset, peekReset, resetPassword } from './password-reset.ts'
import { endThisSession } from '../sessions.ts'
import { type Entered, nextPath } from './sign-in.ts'

/** The pages by which a person gets into an account, and out of it: translation only. */
export function accountPages(app: App) {
  return web(app.config.basePath)
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

function signInPage(app: App, web: Web, name?: string, error?: AppError) {
  sayWhatWentWrong(web, error)
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

function signInHere(app: App, web: Web, body: Static<typeof SignInForm>) {
  return orAgain(
    (error) => signInPage(app, web, body.name, error),
    async () => {
      const { actor, half } = visitOf(web.request)
      return goOn(app, await signIn(app, actor, body, browserOf(web.request), actor.session ?? half?.lookup))
    },
  )
}

/** Gives the browser its new session, and sends it where it has to go on. */
export function goOn(app: App, { cookie, next }: Entered): Response {
  return goSignedIn(app, cookie, nextPath[next])
}

async function signOut(app: App, request: Request): Promise<Response> {
  const { actor, half } = visitOf(request)
  const session = actor.session ?? half?.lookup
  if (session) await app.db.commit(() => endThisSession(app, session))
  return goSignedOut(app, '/')
}

function askResetPage(app: App, web: Web, error?: AppError) {
  sayWhatWentWrong(web, error)
  return web.html(<AskResetPage view={viewOf(app, web.request)} error={error && sentenceOf(error)} />)
}

function ask(app: App, web: Web, { name }: Static<typeof AskResetForm>) {
  return orAgain(
    (error) => askResetPage(app, web, error),
    async () => {
      await askReset(app, visitOf(web.request).actor, name)
      return seeOther(`${app.config.baseUrl}/reset/sent`)
    },
  )
}

function newPasswordPage(app: App, web: Web, code: string, error?: AppError) {
  peekReset(app, code)
  sayWhatWentWrong(web, error)
  const view = privateView(app, web.request)
  return web.html(
    <NewPasswordPage view={view} action={view.path(`/reset/${code}`)} error={error && sentenceOf(error)} />,
  )
}

function reset(app: App, web: Web, code: string, { password }: Static<typeof NewPasswordForm>) {
  return orAgain(
    (error) => newPasswordPage(app, web, code, error),
    async () => {
      await resetPassword(app, visitOf(web.request).actor, code, password)
      return goSignedOut(app, '/reset/done')
    },
  )
}

function loginPage(app: App, { request, html }: Web, code: string) {
  peekLogin(app, code)
  const view = privateView(app, request)
  const { text, path } = view
  const words = { title: text('login.title'), lead: text('login.lead'), button: text('signIn.submit') }
  return html(<ButtonPage view={view} {...words} action={path(`/login/${code}`)} />)
}

async function login(app: App, request: Request, code: string): Promise<Response> {
  const { actor, half } = visitOf(request)
  return goOn(app, await loginByLink(app, actor, code, browserOf(request), actor.session ?? half?.lookup))
}

function newAddressPage(app: App, { request, html }: Web, code: string) {
  const address = peekNewAddress(app, code)
  const view = privateView(app, request)
  const { text, path } = view
  const words = { title: text('email.title'), lead: text('email.lead', { address }), button: text('email.submit') }
  return html(<ButtonPage view={view} {...words} action={path(`/email/${code}`)} />)
}

async function newAddress(app: App, request: Request, code: string): Promise<Response> {
  await confirmNewAddress(app, visitOf(request).actor, code)
  return seeOther(`${app.config.baseUrl}/email/done`)
}

function takeBackPage(app: App, { request, html }: Web, code: string) {
  peekTakeBack(app, code)
  const view = privateView(app, request)
  const { text, path } = view
  const words = { title: text('restore.title'), lead: text('restore.lead'), button: text('restore.submit') }
  return html(<ButtonPage view={view} {...words} action={path(`/restore/${code}`)} />)
}

async function restore(app: App, request: Request, code: string): Promise<Response> {
  await takeBack(app, visitOf(request).actor, code)
  return seeOther(`${app.config.baseUrl}/restore/done`)
}

/** A page that only says something. */
export function message(app: App, { request, html }: Web, title: TextKey, sentences: readonly TextKey[]) {
  const view = viewOf(app, request)
  return html(<MessagePage view={view} title={view.text(title)} sentences={sentences.map((key) => view.text(key))} />)
}

/** What is to be said where no mail server is set: the operator hands the link over. */
export function noMail({ config }: App): TextKey[] {
  return config.smtpUrl === undefined ? ['account.noMail'] : []
}

/** The view of a page whose address opens something: the address is repeated nowhere in it but in its own form. */
export function privateView(app: App, request: Request) {
  return { ...viewOf(app, request), here: undefined }
}
