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
import { deleteSession } from '../sessions/sessions.ts'
import { continueSignIn, previousSession } from './continue-sign-in.ts'
import { peekLoginLink, signInByLink } from './login-link.ts'
import { signIn } from './password-sign-in.ts'

/** The pages of sign-in by password or login link, and sign-out. */
export function signInPages(app: App) {
  return pageRoutes(app.config.basePath)
    .get('/sign-in', (web) => signInPage(app, web))
    .post('/sign-in', ({ body, ...web }) => submitSignIn(app, web, body), { body: SignInForm })
    .post('/sign-out', ({ request }) => signOut(app, request), { body: NoFields })
    .get('/login/:code', ({ params, ...web }) => loginLinkPage(app, web, params.code))
    .post('/login/:code', ({ params, request }) => submitLoginLink(app, request, params.code), { body: NoFields })
}

function signInPage(app: App, web: PageContext, name?: string, error?: AppError) {
  setErrorStatus(web, error)
  const { passwordSignIn, signUp } = app.config
  const isSignUpOpen = passwordSignIn && (signUp === 'open' || signUp === 'domains')
  const props = { passwordSignIn, isSignUpOpen, name, error: error && sentenceOf(error) }
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

function submitSignIn(app: App, web: PageContext, form: Static<typeof SignInForm>) {
  return rerenderOnError(
    (error) => signInPage(app, web, form.name, error),
    async () => {
      const { actor } = contextOf(web.request)
      return continueSignIn(app, await signIn(app, actor, form, browserOf(web.request), previousSession(web.request)))
    },
  )
}

function loginLinkPage(app: App, web: PageContext, code: string) {
  peekLoginLink(app, code)
  const path = `/login/${code}`
  return confirmActionPage(app, web, { path, title: 'login.title', lead: 'login.lead', button: 'signIn.submit' })
}

async function submitLoginLink(app: App, request: Request, code: string): Promise<Response> {
  const { actor } = contextOf(request)
  return continueSignIn(app, await signInByLink(app, actor, code, browserOf(request), previousSession(request)))
}

async function signOut(app: App, request: Request): Promise<Response> {
  const session = previousSession(request)
  if (session) await app.db.commit(() => deleteSession(app, session))
  return redirectSignedOut(app, '/')
}
