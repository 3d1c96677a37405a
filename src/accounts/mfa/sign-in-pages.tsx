import { MfaPromptPage } from '../../../templates/accounts/mfa-prompt.tsx'
import type { ActiveSession } from '../../actor.ts'
import type { App } from '../../app.ts'
import { AppError } from '../../errors.ts'
import { browserOf } from '../../http/browser-type.ts'
import { contextOf } from '../../http/context.ts'
import { type Page, type PageContext, pageRoutes, rerenderOnError, seeOther, setErrorStatus } from '../../http/page.ts'
import { sentenceOf, viewOf } from '../../http/render.ts'
import { redirectSignedIn } from '../sessions/session-cookie.ts'
import { continueSignIn, previousSession } from '../sign-in/continue-sign-in.ts'
import { nextStepPath, stepAfterSignIn } from '../sign-in/sign-in.ts'
import { CodeForm, PasskeyLoginForm, PasskeyLoginOptionsForm } from './input.ts'
import { jsonOrProblem } from './json-answer.ts'
import { completeMfaWithCode } from './mfa-code-login.ts'
import { hasMfa } from './mfa-status.ts'
import { completeMfaWithPasskey, passkeyOptions, passkeyOptionsForMfa, signInWithPasskey } from './passkey-login.ts'
import { listPasskeys } from './passkeys.ts'
import { hasTotp } from './totp.ts'

/** The pages of the second factor, and of sign-in by passkey alone. */
export function mfaSignInPages(app: App) {
  return pageRoutes(app.config.basePath)
    .get('/sign-in/factor', (context) => promptPage(app, context))
    .post('/sign-in/factor', ({ body, ...context }) => submitCode(app, context, body.code), { body: CodeForm })
    .post(
      '/sign-in/factor/passkey/options',
      (context) => jsonOrProblem(async () => passkeyOptionsForMfa(app, pendingMfaOf(context))),
      { body: PasskeyLoginOptionsForm },
    )
    .post('/sign-in/factor/passkey', ({ body, ...context }) => submitPasskey(app, context, body.answer), {
      body: PasskeyLoginForm,
    })
    .post('/sign-in/passkey/options', () => jsonOrProblem(() => passkeyOptions(app)), { body: PasskeyLoginOptionsForm })
    .post('/sign-in/passkey', ({ body, ...context }) => submitPasskeyAlone(app, context, body.answer), {
      body: PasskeyLoginForm,
    })
}

async function promptPage(app: App, context: PageContext, error?: AppError): Promise<Awaited<Page>> {
  const { pendingMfa } = contextOf(context.request)
  if (!pendingMfa) return seeOther(`${app.config.baseUrl}/sign-in`)
  if (!(await hasMfa(app, pendingMfa.account))) return seeOther(app.config.baseUrl + nextStepPath['enrol-mfa'])
  setErrorStatus(context, error)
  return context.html(
    <MfaPromptPage
      view={viewOf(app, context.request)}
      hasApp={await hasTotp(app, pendingMfa.account)}
      hasPasskey={(await listPasskeys(app, pendingMfa)).length > 0}
      error={error && sentenceOf(error)}
    />,
  )
}

function pendingMfaOf({ request }: PageContext): ActiveSession {
  const { pendingMfa } = contextOf(request)
  if (!pendingMfa) throw new AppError('sign_in_required')
  return pendingMfa
}

function submitCode(app: App, context: PageContext, code: string) {
  const { actor } = contextOf(context.request)
  const complete = (pendingMfa: ActiveSession) =>
    completeMfaWithCode(app, pendingMfa, actor.network, browserOf(context.request), code)
  return submitFactor(app, context, complete)
}

function submitPasskey(app: App, context: PageContext, response: string) {
  return submitFactor(app, context, (pendingMfa) =>
    completeMfaWithPasskey(app, pendingMfa, browserOf(context.request), response),
  )
}

function submitFactor(app: App, context: PageContext, complete: (pendingMfa: ActiveSession) => Promise<string>) {
  return rerenderOnError(
    (error) => promptPage(app, context, error),
    async () => {
      const pendingMfa = pendingMfaOf(context)
      const token = await complete(pendingMfa)
      return redirectSignedIn(app, token, nextStepPath[await stepAfterSignIn(app, pendingMfa.account)])
    },
  )
}

async function submitPasskeyAlone(app: App, { request }: PageContext, response: string): Promise<Response> {
  return continueSignIn(app, await signInWithPasskey(app, browserOf(request), response, previousSession(request)))
}
