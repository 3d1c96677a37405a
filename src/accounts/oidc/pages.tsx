import { type Static, Type } from '@sinclair/typebox'
import { LeavePage, NewcomerPage } from '../../../templates/accounts/oidc.tsx'
import type { FilledIn } from '../../../templates/accounts/sign-up.tsx'
import type { App } from '../../app.ts'
import type { AppError } from '../../errors.ts'
import { browserOf } from '../../http/browser-type.ts'
import { contextOf } from '../../http/context.ts'
import { type PageContext, pageRoutes, rerenderOnError, setErrorStatus } from '../../http/page.ts'
import { sentenceOf, viewOf } from '../../http/render.ts'
import { signUpOffers } from '../../privacy/consent/consents.ts'
import { signUpOf } from '../input.ts'
import { change, factorsPage, holderIn } from '../mfa/pages.tsx'
import { goSignedIn } from '../session-cookie.ts'
import { nextStepPath, type SignInResult } from '../sign-in/sign-in.ts'
import { outsideCookie, readOutsideCookie } from './oidc-cookie.ts'
import { providerHost } from './oidc-provider.ts'
import { completeRegistration, pendingRegistration } from './oidc-registration.ts'
import { callbackPath, finishSignOn, type Leaving, startLink, startSignOn, unlink } from './oidc-sign-in.ts'

const closed = { additionalProperties: false } as const
const NoFields = Type.Object({}, closed)
const ProofForm = Type.Object({ proof: Type.Optional(Type.String({ maxLength: 1024 })) }, closed)
const Tick = Type.Optional(Type.String({ maxLength: 8 }))
const NewcomerForm = Type.Object(
  {
    user_name: Type.String({ maxLength: 64 }),
    age: Tick,
    agree_statement: Tick,
    agree_news: Tick,
    agree_feedback: Tick,
  },
  closed,
)
const newcomerPath = '/sign-in/oidc/welcome'

/** The pages of signing in with the organization's own account. */
export function oidcPages(app: App) {
  return pageRoutes(app.config.basePath)
    .post('/sign-in/oidc', async (web) => leave(app, web, await startSignOn(app)), { body: NoFields })
    .get(callbackPath, (web) => comeBack(app, web))
    .get(newcomerPath, (web) => newcomerPage(app, web))
    .post(newcomerPath, ({ body, ...web }) => welcome(app, web, body), { body: NewcomerForm })
    .post(
      '/account/factors/outside',
      ({ body, ...web }) =>
        rerenderOnError(
          (error) => factorsPage(app, web, error),
          async () => leave(app, web, await startLink(app, holderIn(app, web), body.proof)),
        ),
      { body: ProofForm },
    )
    .post(
      '/account/factors/outside/remove',
      ({ body, ...web }) => change(app, web, (who) => unlink(app, who, body.proof)),
      {
        body: ProofForm,
      },
    )
}

// A page, not a redirect: `form-action 'self'` holds for where a form is redirected to as well, and stays as strict as
// it is. The browser goes on by itself all the same.
function leave(app: App, web: PageContext, { url, cookie }: Leaving) {
  Object.assign(web.set.headers, { refresh: `0; url=${url}`, ...outsideCookie(app, cookie) })
  return web.html(<LeavePage view={viewOf(app, web.request)} provider={providerHost(app) ?? ''} url={url} />)
}

// The one GET that changes something: OpenID Connect brings the browser back by one. It works once, only for the
// browser that left, and only for as long as it may take; opened again, it finds nothing.
async function comeBack(app: App, web: PageContext): Promise<Response> {
  const { request } = web
  const { search } = new URL(request.url)
  const { actor, pendingMfa } = contextOf(request)
  const came = await finishSignOn(app, actor, {
    browser: browserOf(request),
    search,
    cookie: readOutsideCookie(app, request),
    replaces: actor.session ?? pendingMfa?.lookup ?? null,
  })
  if ('entered' in came) return goIn(app, came.entered)
  const location = app.config.baseUrl + ('linked' in came ? '/account/factors' : newcomerPath)
  const cookie = outsideCookie(app, 'linked' in came ? '' : came.newcomer)
  return new Response(null, { status: 303, headers: { location, ...cookie } })
}

function newcomerPage(app: App, web: PageContext, before?: FilledIn, error?: AppError) {
  const newcomer = pendingRegistration(app, readOutsideCookie(app, web.request))
  setErrorStatus(web, error)
  return web.html(
    <NewcomerPage
      view={viewOf(app, web.request)}
      newcomer={newcomer}
      offers={signUpOffers(app)}
      minimumAge={app.config.minimumAge}
      before={before}
      error={error && sentenceOf(error)}
    />,
  )
}

function welcome(app: App, web: PageContext, form: Static<typeof NewcomerForm>) {
  return rerenderOnError(
    (error) => newcomerPage(app, web, filledIn(form), error),
    async () => {
      const value = readOutsideCookie(app, web.request)
      const { email } = pendingRegistration(app, value)
      const wish = signUpOf(app, { ...form, password: '' }, email)
      return goIn(app, await completeRegistration(app, value, wish, browserOf(web.request)))
    },
  )
}

function filledIn({ user_name: userName, ...ticks }: Static<typeof NewcomerForm>): FilledIn {
  return { userName, email: '', ticked: Object.keys(ticks) }
}

function goIn(app: App, { cookie, next }: SignInResult): Response {
  const response = goSignedIn(app, cookie, nextStepPath[next])
  for (const [name, value] of Object.entries(outsideCookie(app, ''))) response.headers.append(name, value)
  return response
}
