import type { Static } from '@sinclair/typebox'
import { OtherSignInMethods } from '../../../templates/accounts/oidc.tsx'
import { SignInPage } from '../../../templates/accounts/sign-in.tsx'
import type { App } from '../../app.ts'
import type { AppError } from '../../errors.ts'
import { browserOf } from '../../http/browser-type.ts'
import { contextOf } from '../../http/context.ts'
import { type PageContext, pageRoutes, rerenderOnError, setErrorStatus } from '../../http/page.ts'
import { sentenceOf, viewOf } from '../../http/render.ts'
import { NoFields, SignInForm } from '../input.ts'
import { confirmActionPage } from '../link-pages.tsx'
import { arePasskeysSupported } from '../mfa/webauthn.ts'
import { providerHost } from '../oidc/oidc-provider.ts'
import { redirectSignedOut } from '../sessions/session-cookie.ts'
import { endSession } from '../sessions/sessions.ts'
import { continueSignIn, previousSession } from './continue-sign-in.ts'
import { peekLoginLink, signInByLink } from './login-link.ts'
import { signIn } from './password-sign-in.ts'

/** The pages of sign-in by password or login link, and sign-out. */
export function signInPages(app: App) {
  return pageRoutes(app.config.basePath)
    .get('/sign-in', (context) => signInPage(app, context))
    .post('/sign-in', ({ body, ...context }) => submitSignIn(app, context, body), { body: SignInForm })
    .post('/sign-out', ({ request }) => signOut(app, request), { body: NoFields })
    .get('/login/:code', ({ params, ...context }) => loginLinkPage(app, context, params.code))
    .post('/login/:code', ({ params, request }) => submitLoginLink(app, request, params.code), { body: NoFields })
}

function signInPage(app: App, context: PageContext, name?: string, error?: AppError) {
  setErrorStatus(context, error)
  const { passwordSignIn, signUp } = app.config
  const isSignUpOpen = passwordSignIn && (signUp === 'open' || signUp === 'domains')
  const props = { passwordSignIn, isSignUpOpen, name, error: error && sentenceOf(error) }
  const view = viewOf(app, context.request)
  return context.html(
    <SignInPage view={view} {...props}>
      <OtherSignInMethods
        view={view}
        provider={providerHost(app)}
        arePasskeysSupported={arePasskeysSupported(app.config)}
      />
    </SignInPage>,
  )
}

function submitSignIn(app: App, context: PageContext, form: Static<typeof SignInForm>) {
  return rerenderOnError(
    (error) => signInPage(app, context, form.name, error),
    async () => {
      const { actor } = contextOf(context.request)
      return continueSignIn(
        app,
        await signIn(app, actor, form, browserOf(context.request), previousSession(context.request)),
      )
    },
  )
}

async function loginLinkPage(app: App, context: PageContext, code: string) {
  await peekLoginLink(app, code)
  const path = `/login/${code}`
  return confirmActionPage(app, context, { path, title: 'login.title', lead: 'login.lead', button: 'signIn.submit' })
}

async function submitLoginLink(app: App, request: Request, code: string): Promise<Response> {
  const { actor } = contextOf(request)
  return continueSignIn(app, await signInByLink(app, actor, code, browserOf(request), previousSession(request)))
}

async function signOut(app: App, request: Request): Promise<Response> {
  const session = previousSession(request)
  if (session) await endSession(app, session)
  return redirectSignedOut(app, '/')
}
