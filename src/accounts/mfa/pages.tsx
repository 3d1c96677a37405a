import { type Static, Type } from '@sinclair/typebox'
import { renderSVG } from 'uqr'
import { AppPage, CodesPage } from '../../../templates/accounts/mfa-app.tsx'
import { FactorsPage } from '../../../templates/accounts/mfa-settings.tsx'
import type { App } from '../../app.ts'
import { AppError } from '../../errors.ts'
import { problem } from '../../http/errors.ts'
import { forMember } from '../member-page.ts'
import { sentenceOf, viewOf } from '../../http/render.ts'
import { browserOf } from '../../server/request-log.ts'
import { goSignedIn, sessionHeader } from '../session-cookie.ts'
import { visitOf } from '../../http/context.ts'
import { orAgain, type Page, sayWhatWentWrong, seeOther, type Web, web } from '../../http/page.ts'
import { confirmApp, factorsOf, type Holder, holderOf, newRecoveryCodes, proveHolder, removeApp } from './factors.ts'
import { providerHost } from '../oidc/oidc-provider.ts'
import { addPasskey, listPasskeys, offerPasskey, removePasskey } from './passkeys.ts'
import { passkeysWork } from './webauthn.ts'
import { afterSignIn, hasFactor, nextPath, pass } from '../sign-in/sign-in.ts'
import { beginTotp, pendingTotp } from './totp.ts'

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
  return web(app.config.basePath)
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
function forHolder(app: App, web: Web, page: () => Page): Page {
  const { half } = visitOf(web.request)
  return half && !hasFactor(app, half.account) ? page() : forMember(app, web, page)
}

/** The page of all factors; with an error, as what came back of a form on it. */
export function factorsPage(app: App, web: Web, error?: AppError) {
  sayWhatWentWrong(web, error)
  const who = holderIn(app, web)
  return web.html(
    <FactorsPage
      view={viewOf(app, web.request)}
      factors={factorsOf(app, who)}
      passkeys={listPasskeys(app, who)}
      passkeysWork={passkeysWork(app.config)}
      isEnrolling={who.half !== undefined}
      provider={providerHost(app)}
      error={error && sentenceOf(error)}
    />,
  )
}

/** Whose factors a request is about. */
export function holderIn(app: App, { request }: Web): Holder {
  const { actor, half } = visitOf(request)
  return holderOf(app, actor, half)
}

/** Carries out a change, and shows the page of factors again. */
export function change(app: App, web: Web, work: (who: Holder) => Promise<void>) {
  return orAgain(
    (error) => factorsPage(app, web, error),
    async () => {
      await work(holderIn(app, web))
      return seeOther(app.config.baseUrl + home)
    },
  )
}

function begin(app: App, web: Web, proof: string | undefined) {
  return orAgain(
    (error) => factorsPage(app, web, error),
    async () => {
      const who = holderIn(app, web)
      await proveHolder(app, who, proof)
      await beginTotp(app, who.account)
      return seeOther(`${app.config.baseUrl}${home}/app`)
    },
  )
}

function appPage(app: App, web: Web, error?: AppError) {
  const totp = pendingTotp(app, holderIn(app, web).account)
  if (!totp) return seeOther(app.config.baseUrl + home)
  sayWhatWentWrong(web, error)
  const qr = renderSVG(totp.uri, { border: 2 })
  return web.html(<AppPage view={viewOf(app, web.request)} totp={totp} qr={qr} error={error && sentenceOf(error)} />)
}

function confirm(app: App, web: Web, code: string) {
  return orAgain(
    (error) => appPage(app, web, error),
    async () => {
      const who = holderIn(app, web)
      return added(app, web, who, await confirmApp(app, who, code))
    },
  )
}

function renew(app: App, web: Web, proof: string | undefined) {
  return orAgain(
    (error) => factorsPage(app, web, error),
    async () => codesPage(app, web, await newRecoveryCodes(app, holderIn(app, web), proof), home),
  )
}

// The script asks for this, so what went wrong is said to it as the API would.
async function offer(app: App, web: Web, proof: string | undefined): Promise<Response> {
  return asJson(() => offerPasskey(app, holderIn(app, web), proof))
}

function make(app: App, web: Web, { name, answer }: Static<typeof MakeForm>) {
  return orAgain(
    (error) => factorsPage(app, web, error),
    async () => {
      const who = holderIn(app, web)
      return added(app, web, who, await addPasskey(app, who, name, answer))
    },
  )
}

// Who had to get a factor has shown it by getting it, and is signed in from here on.
async function added(app: App, web: Web, { half }: Holder, codes: readonly string[]) {
  const cookie = half && (await pass(app, half, browserOf(web.request)))
  const next = half ? nextPath[afterSignIn(app, half.account)] : home
  if (codes.length === 0)
    return cookie === undefined ? seeOther(app.config.baseUrl + next) : goSignedIn(app, cookie, next)
  if (cookie !== undefined) Object.assign(web.set.headers, sessionHeader(app, cookie))
  return codesPage(app, web, codes, next)
}

function codesPage(app: App, web: Web, codes: readonly string[], next: string) {
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
