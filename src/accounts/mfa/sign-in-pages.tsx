import { Type } from '@sinclair/typebox'
import { SecondPage } from '../../../templates/accounts/mfa-prompt.tsx'
import type { App } from '../../app.ts'
import { AppError } from '../../errors.ts'
import { browserOf } from '../../http/browser-type.ts'
import { contextOf } from '../../http/context.ts'
import { type Page, type PageContext, pageRoutes, rerenderOnError, seeOther, setErrorStatus } from '../../http/page.ts'
import { sentenceOf, viewOf } from '../../http/render.ts'
import { goSignedIn } from '../session-cookie.ts'
import type { ActiveSession } from '../sessions.ts'
import { afterSignIn, hasMfa, nextStepPath } from '../sign-in/sign-in.ts'
import { completeMfaWithCode } from './factors.ts'
import { asJson } from './pages.tsx'
import { completeMfaWithPasskey, passkeyChallenge, passkeyChallengeForMfa, signInWithPasskey } from './passkey-login.ts'
import { listPasskeys } from './passkeys.ts'
import { hasTotp } from './totp.ts'

const closed = { additionalProperties: false } as const
const CodeForm = Type.Object({ code: Type.String({ maxLength: 40 }) }, closed)
const AnswerForm = Type.Object({ answer: Type.String({ maxLength: 12_000 }) }, closed)
const OptionsForm = Type.Object({ answer: Type.Optional(Type.String({ maxLength: 12_000 })) }, closed)

/** The pages of the second factor, and of signing in with a passkey alone. */
export function factorSignInPages(app: App) {
  return pageRoutes(app.config.basePath)
    .get('/sign-in/factor', (web) => secondPage(app, web))
    .post('/sign-in/factor', ({ body, ...web }) => withCode(app, web, body.code), { body: CodeForm })
    .post('/sign-in/factor/passkey/options', (web) => asJson(() => passkeyChallengeForMfa(app, halfIn(web))), {
      body: OptionsForm,
    })
    .post('/sign-in/factor/passkey', ({ body, ...web }) => withPasskey(app, web, body.answer), { body: AnswerForm })
    .post('/sign-in/passkey/options', () => asJson(() => passkeyChallenge(app)), { body: OptionsForm })
    .post('/sign-in/passkey', ({ body, ...web }) => passkeyAlone(app, web, body.answer), { body: AnswerForm })
}

// Who was signed out meanwhile, or waited for too long, begins again.
function secondPage(app: App, web: PageContext, error?: AppError): Page {
  const { pendingMfa } = contextOf(web.request)
  if (!pendingMfa) return seeOther(`${app.config.baseUrl}/sign-in`)
  if (!hasMfa(app, pendingMfa.account)) return seeOther(app.config.baseUrl + nextStepPath.enrol)
  setErrorStatus(web, error)
  return web.html(
    <SecondPage
      view={viewOf(app, web.request)}
      hasApp={hasTotp(app, pendingMfa.account)}
      hasPasskey={listPasskeys(app, pendingMfa).length > 0}
      error={error && sentenceOf(error)}
    />,
  )
}

function halfIn({ request }: PageContext): ActiveSession {
  const { pendingMfa } = contextOf(request)
  if (!pendingMfa) throw new AppError('sign_in_required')
  return pendingMfa
}

function withCode(app: App, web: PageContext, code: string) {
  const { actor } = contextOf(web.request)
  return rerenderOnError(
    (error) => secondPage(app, web, error),
    async () => {
      const half = halfIn(web)
      return goIn(app, half, await completeMfaWithCode(app, half, actor.network, browserOf(web.request), code))
    },
  )
}

function withPasskey(app: App, web: PageContext, answer: string) {
  return rerenderOnError(
    (error) => secondPage(app, web, error),
    async () => {
      const half = halfIn(web)
      return goIn(app, half, await completeMfaWithPasskey(app, half, browserOf(web.request), answer))
    },
  )
}

function goIn(app: App, { account }: ActiveSession, cookie: string): Response {
  return goSignedIn(app, cookie, nextStepPath[afterSignIn(app, account)])
}

async function passkeyAlone(app: App, web: PageContext, answer: string): Promise<Response> {
  const { actor, pendingMfa } = contextOf(web.request)
  const replaces = actor.session ?? pendingMfa?.lookup ?? null
  const { cookie, next } = await signInWithPasskey(app, browserOf(web.request), answer, replaces)
  return goSignedIn(app, cookie, nextStepPath[next])
}
