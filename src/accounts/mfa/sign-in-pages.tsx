import { Type } from '@sinclair/typebox'
import { SecondPage } from '../../../templates/accounts/mfa-prompt.tsx'
import type { App } from '../../app.ts'
import { AppError } from '../../errors.ts'
import { sentenceOf, viewOf } from '../../http/render.ts'
import { browserOf } from '../../server/request-log.ts'
import { goSignedIn } from '../session-cookie.ts'
import { visitOf } from '../../http/context.ts'
import { orAgain, type Page, sayWhatWentWrong, seeOther, type Web, web } from '../../http/page.ts'
import { passWithCode } from './factors.ts'
import { asJson } from './pages.tsx'
import { listPasskeys } from './passkeys.ts'
import { askAnyone, askSecond, passWithPasskey, signInWithPasskey } from './passkey-login.ts'
import type { Signed } from '../sessions.ts'
import { afterSignIn, hasFactor, nextPath } from '../sign-in/sign-in.ts'
import { hasTotp } from './totp.ts'

const closed = { additionalProperties: false } as const
const CodeForm = Type.Object({ code: Type.String({ maxLength: 40 }) }, closed)
const AnswerForm = Type.Object({ answer: Type.String({ maxLength: 12_000 }) }, closed)
const OptionsForm = Type.Object({ answer: Type.Optional(Type.String({ maxLength: 12_000 })) }, closed)

/** The pages of the second factor, and of signing in with a passkey alone. */
export function factorSignInPages(app: App) {
  return web(app.config.basePath)
    .get('/sign-in/factor', (web) => secondPage(app, web))
    .post('/sign-in/factor', ({ body, ...web }) => withCode(app, web, body.code), { body: CodeForm })
    .post('/sign-in/factor/passkey/options', (web) => asJson(() => askSecond(app, halfIn(web))), {
      body: OptionsForm,
    })
    .post('/sign-in/factor/passkey', ({ body, ...web }) => withPasskey(app, web, body.answer), { body: AnswerForm })
    .post('/sign-in/passkey/options', () => asJson(() => askAnyone(app)), { body: OptionsForm })
    .post('/sign-in/passkey', ({ body, ...web }) => passkeyAlone(app, web, body.answer), { body: AnswerForm })
}

// Who was signed out meanwhile, or waited for too long, begins again.
function secondPage(app: App, web: Web, error?: AppError): Page {
  const { half } = visitOf(web.request)
  if (!half) return seeOther(`${app.config.baseUrl}/sign-in`)
  if (!hasFactor(app, half.account)) return seeOther(app.config.baseUrl + nextPath.enrol)
  sayWhatWentWrong(web, error)
  return web.html(
    <SecondPage
      view={viewOf(app, web.request)}
      hasApp={hasTotp(app, half.account)}
      hasPasskey={listPasskeys(app, half).length > 0}
      error={error && sentenceOf(error)}
    />,
  )
}

function halfIn({ request }: Web): Signed {
  const { half } = visitOf(request)
  if (!half) throw new AppError('sign_in_required')
  return half
}

function withCode(app: App, web: Web, code: string) {
  const { actor } = visitOf(web.request)
  return orAgain(
    (error) => secondPage(app, web, error),
    async () => {
      const half = halfIn(web)
      return goIn(app, half, await passWithCode(app, half, actor.network, browserOf(web.request), code))
    },
  )
}

function withPasskey(app: App, web: Web, answer: string) {
  return orAgain(
    (error) => secondPage(app, web, error),
    async () => {
      const half = halfIn(web)
      return goIn(app, half, await passWithPasskey(app, half, browserOf(web.request), answer))
    },
  )
}

function goIn(app: App, { account }: Signed, cookie: string): Response {
  return goSignedIn(app, cookie, nextPath[afterSignIn(app, account)])
}

async function passkeyAlone(app: App, web: Web, answer: string): Promise<Response> {
  const { actor, half } = visitOf(web.request)
  const replaces = actor.session ?? half?.lookup ?? null
  const { cookie, next } = await signInWithPasskey(app, browserOf(web.request), answer, replaces)
  return goSignedIn(app, cookie, nextPath[next])
}
