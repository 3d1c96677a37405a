import { type Static, Type } from '@sinclair/typebox'
import { renderSVG } from 'uqr'
import { AppPage, CodesPage } from '../../../templates/accounts/mfa-app.tsx'
import { FactorsPage } from '../../../templates/accounts/mfa-settings.tsx'
import type { App } from '../../app.ts'
import { AppError } from '../../errors.ts'
import { browserOf } from '../../http/browser-type.ts'
import { contextOf } from '../../http/context.ts'
import { type Page, type PageContext, pageRoutes, rerenderOnError, seeOther, setErrorStatus } from '../../http/page.ts'
import { problem } from '../../http/problem.ts'
import { sentenceOf, viewOf } from '../../http/render.ts'
import { forMember } from '../member-page.ts'
import { providerHost } from '../oidc/oidc-provider.ts'
import { goSignedIn, sessionHeader } from '../session-cookie.ts'
import { afterSignIn, completeMfa, hasMfa, nextStepPath } from '../sign-in/sign-in.ts'
import {
  confirmApp,
  type FactorOwner,
  factorOwnerOf,
  factorsOf,
  newRecoveryCodes,
  reauthenticateOwner,
  removeApp,
} from './factors.ts'
import { addPasskey, listPasskeys, offerPasskey, removePasskey } from './passkeys.ts'
import { beginTotp, pendingTotp } from './totp.ts'
import { passkeysWork } from './webauthn.ts'

const closed = { additionalProperties: false } as const
const Proof = Type.Optional(Type.String({ maxLength: 1024 }))
const ProofForm = Type.Object({ proof: Proof }, closed)
const CodeForm = Type.Object({ code: Type.String({ maxLength: 40 }) }, closed)
const MakeForm = Type.Object(
  { name: Type.String({ minLength: 1, maxLength: 64 }), answer: Type.String({ maxLength: 12_000 }), proof: Proof },
  closed,
)
const OfferForm = Type.Partial(MakeForm, closed)
const RemoveForm = Type.Object({ id: Type.String({ maxLength: 1400 }), proof: Proof }, closed)
const home = '/account/factors'

/** The pages of one's own factors: translation only. They are also where somebody goes who must have one first. */
export function factorPages(app: App) {
  return pageRoutes(app.config.basePath)
    .get(home, (web) => forHolder(app, web, () => factorsPage(app, web)))
    .post(`${home}/app`, ({ body, ...web }) => begin(app, web, body.proof), { body: ProofForm })
    .get(`${home}/app`, (web) => forHolder(app, web, () => appPage(app, web)))
    .post(`${home}/app/confirm`, ({ body, ...web }) => confirm(app, web, body.code), { body: CodeForm })
    .post(`${home}/app/remove`, ({ body, ...web }) => change(app, web, (who) => removeApp(app, who, body.proof)), {
      body: ProofForm,
    })
    .post(`${home}/codes`, ({ body, ...web }) => renew(app, web, body.proof), { body: ProofForm })
    .post(`${home}/passkeys/options`, ({ body, ...web }) => offer(app, web, body.proof), { body: OfferForm })
    .post(`${home}/passkeys`, ({ body, ...web }) => make(app, web, body), { body: MakeForm })
    .post(
      `${home}/passkeys/remove`,
      ({ body, ...web }) => change(app, web, (who) => removePasskey(app, who, body.id, body.proof)),
      { body: RemoveForm },
    )
}

// A half session belongs here while it has to get its first factor.
function forHolder(app: App, web: PageContext, page: () => Page): Page {
  const { pendingMfa } = contextOf(web.request)
  return pendingMfa && !hasMfa(app, pendingMfa.account) ? page() : forMember(app, web, page)
}

/** The page of all factors; with an error, as what came back of a form on it. */
export function factorsPage(app: App, web: PageContext, error?: AppError) {
  setErrorStatus(web, error)
  const who = holderIn(app, web)
  return web.html(
    <FactorsPage
      view={viewOf(app, web.request)}
      factors={factorsOf(app, who)}
      passkeys={listPasskeys(app, who)}
      passkeysWork={passkeysWork(app.config)}
      isEnrolling={who.pendingMfa !== undefined}
      provider={providerHost(app)}
      error={error && sentenceOf(error)}
    />,
  )
}

/** Whose factors a request is about. */
export function holderIn(app: App, { request }: PageContext): FactorOwner {
  const { actor, pendingMfa } = contextOf(request)
  return factorOwnerOf(app, actor, pendingMfa)
}

/** Carries out a change, and shows the page of factors again. */
export function change(app: App, web: PageContext, work: (who: FactorOwner) => Promise<void>) {
  return rerenderOnError(
    (error) => factorsPage(app, web, error),
    async () => {
      await work(holderIn(app, web))
      return seeOther(app.config.baseUrl + home)
    },
  )
}

function begin(app: App, web: PageContext, proof: string | undefined) {
  return rerenderOnError(
    (error) => factorsPage(app, web, error),
    async () => {
      const who = holderIn(app, web)
      await reauthenticateOwner(app, who, proof)
      await beginTotp(app, who.account)
      return seeOther(`${app.config.baseUrl}${home}/app`)
    },
  )
}

function appPage(app: App, web: PageContext, error?: AppError) {
  const totp = pendingTotp(app, holderIn(app, web).account)
  if (!totp) return seeOther(app.config.baseUrl + home)
  setErrorStatus(web, error)
  const qr = renderSVG(totp.uri, { border: 2 })
  return web.html(<AppPage view={viewOf(app, web.request)} totp={totp} qr={qr} error={error && sentenceOf(error)} />)
}

function confirm(app: App, web: PageContext, code: string) {
  return rerenderOnError(
    (error) => appPage(app, web, error),
    async () => {
      const who = holderIn(app, web)
      return added(app, web, who, await confirmApp(app, who, code))
    },
  )
}

function renew(app: App, web: PageContext, proof: string | undefined) {
  return rerenderOnError(
    (error) => factorsPage(app, web, error),
    async () => codesPage(app, web, await newRecoveryCodes(app, holderIn(app, web), proof), home),
  )
}

// The script asks for this, so what went wrong is said to it as the API would.
async function offer(app: App, web: PageContext, proof: string | undefined): Promise<Response> {
  return asJson(() => offerPasskey(app, holderIn(app, web), proof))
}

function make(app: App, web: PageContext, { name, answer }: Static<typeof MakeForm>) {
  return rerenderOnError(
    (error) => factorsPage(app, web, error),
    async () => {
      const who = holderIn(app, web)
      return added(app, web, who, await addPasskey(app, who, name, answer))
    },
  )
}

// Who had to get a factor has shown it by getting it, and is signed in from here on.
async function added(app: App, web: PageContext, { pendingMfa }: FactorOwner, codes: readonly string[]) {
  const cookie = pendingMfa && (await completeMfa(app, pendingMfa, browserOf(web.request)))
  const next = pendingMfa ? nextStepPath[afterSignIn(app, pendingMfa.account)] : home
  if (codes.length === 0)
    return cookie === undefined ? seeOther(app.config.baseUrl + next) : goSignedIn(app, cookie, next)
  if (cookie !== undefined) Object.assign(web.set.headers, sessionHeader(app, cookie))
  return codesPage(app, web, codes, next)
}

function codesPage(app: App, web: PageContext, codes: readonly string[], next: string) {
  return web.html(<CodesPage view={viewOf(app, web.request)} codes={codes} next={next} />)
}

/** What a script asked for, as JSON, or what went wrong. */
export async function asJson(work: () => Promise<object>): Promise<Response> {
  try {
    return Response.json(await work())
  } catch (error) {
    if (error instanceof AppError) return problem(error, sentenceOf(error))
    throw error
  }
}
