import { type Static, Type } from '@sinclair/typebox'
import { OidcRedirectPage, OidcRegistrationPage } from '../../../templates/accounts/oidc.tsx'
import type { PreviousInput } from '../../../templates/accounts/sign-up.tsx'
import type { App } from '../../app.ts'
import type { AppError } from '../../errors.ts'
import { browserOf } from '../../http/browser-type.ts'
import { contextOf } from '../../http/context.ts'
import { type PageContext, pageRoutes, rerenderOnError, setErrorStatus } from '../../http/page.ts'
import { sentenceOf, viewOf } from '../../http/render.ts'
import { signUpOffers } from '../../privacy/consent/consents.ts'
import { agreementsOf, NoFields, SignUpForm, userNameOf } from '../input.ts'
import { ProofForm } from '../mfa/input.ts'
import { changeFactors, factorOwnerFor, mfaSettingsPage, mfaSettingsPath } from '../mfa/settings-page.tsx'
import { continueSignIn, previousSession } from '../sign-in/continue-sign-in.ts'
import type { SignInResult } from '../sign-in/sign-in.ts'
import { callbackPath, type OidcRedirect, startAuthorization } from './oidc-authorization.ts'
import { oidcCookieHeader, readOidcCookie } from './oidc-cookie.ts'
import { startOidcLink, unlinkOidc } from './oidc-identity.ts'
import { providerHost } from './oidc-provider.ts'
import { completeRegistration, pendingRegistration } from './oidc-registration.ts'
import { finishOidcSignIn } from './oidc-sign-in.ts'

const RegistrationForm = Type.Omit(SignUpForm, ['email', 'password'], { additionalProperties: false })
const registrationPath = '/sign-in/oidc/welcome'

/** The pages of sign-in and registration with OpenID Connect, and of linking an identity. */
export function oidcPages(app: App) {
  return pageRoutes(app.config.basePath)
    .post('/sign-in/oidc', async (context) => redirectPage(app, context, await startAuthorization(app)), {
      body: NoFields,
    })
    .get(callbackPath, (context) => handleCallback(app, context))
    .get(registrationPath, (context) => registrationPage(app, context))
    .post(registrationPath, ({ body, ...context }) => submitRegistration(app, context, body), {
      body: RegistrationForm,
    })
    .post(`${mfaSettingsPath}/outside`, ({ body, ...context }) => submitLink(app, context, body.proof), {
      body: ProofForm,
    })
    .post(
      `${mfaSettingsPath}/outside/remove`,
      ({ body, ...context }) => changeFactors(app, context, (owner) => unlinkOidc(app, owner, body.proof)),
      { body: ProofForm },
    )
}

// A page with a refresh header: the CSP `form-action 'self'` would block a redirect of the form to the provider.
function redirectPage(app: App, context: PageContext, { url, cookie }: OidcRedirect) {
  Object.assign(context.set.headers, { refresh: `0; url=${url}`, ...oidcCookieHeader(app, cookie) })
  return context.html(
    <OidcRedirectPage view={viewOf(app, context.request)} provider={providerHost(app) ?? ''} url={url} />,
  )
}

function submitLink(app: App, context: PageContext, proof: string | undefined) {
  return rerenderOnError(
    (error) => mfaSettingsPage(app, context, error),
    async () => redirectPage(app, context, await startOidcLink(app, await factorOwnerFor(app, context), proof)),
  )
}

// The only GET that changes something, as OpenID Connect requires. It works once and only for the browser that started.
async function handleCallback(app: App, { request }: PageContext): Promise<Response> {
  const outcome = await finishOidcSignIn(app, contextOf(request).actor, {
    browser: browserOf(request),
    search: new URL(request.url).search,
    cookie: readOidcCookie(app, request),
    previousSession: previousSession(request),
  })
  if ('signedIn' in outcome) return finish(app, outcome.signedIn)
  const location = app.config.baseUrl + ('linked' in outcome ? mfaSettingsPath : registrationPath)
  const cookie = oidcCookieHeader(app, 'linked' in outcome ? '' : outcome.registration)
  return new Response(null, { status: 303, headers: { location, ...cookie } })
}

async function registrationPage(app: App, context: PageContext, previousInput?: PreviousInput, error?: AppError) {
  const registration = await pendingRegistration(app, readOidcCookie(app, context.request))
  setErrorStatus(context, error)
  return context.html(
    <OidcRegistrationPage
      view={viewOf(app, context.request)}
      registration={registration}
      offers={signUpOffers(app)}
      minimumAge={app.config.minimumAge}
      previousInput={previousInput}
      error={error && sentenceOf(error)}
    />,
  )
}

function submitRegistration(app: App, context: PageContext, form: Static<typeof RegistrationForm>) {
  return rerenderOnError(
    (error) => registrationPage(app, context, previousInputOf(form), error),
    async () => {
      const cookie = readOidcCookie(app, context.request)
      const input = { userName: userNameOf(form.user_name), ...agreementsOf(form) }
      return finish(app, await completeRegistration(app, cookie, input, browserOf(context.request)))
    },
  )
}

function previousInputOf({ user_name: userName, ...checkboxes }: Static<typeof RegistrationForm>): PreviousInput {
  return { userName, email: '', checked: Object.keys(checkboxes) }
}

function finish(app: App, result: SignInResult): Response {
  const response = continueSignIn(app, result)
  for (const [name, value] of Object.entries(oidcCookieHeader(app, ''))) response.headers.append(name, value)
  return response
}
