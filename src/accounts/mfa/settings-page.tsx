import { RecoveryCodesPage } from '../../../templates/accounts/mfa-app.tsx'
import { MfaSettingsPage } from '../../../templates/accounts/mfa-settings.tsx'
import type { App } from '../../app.ts'
import type { AppError } from '../../errors.ts'
import { browserOf } from '../../http/browser-type.ts'
import { contextOf } from '../../http/context.ts'
import { type Page, type PageContext, rerenderOnError, seeOther, setErrorStatus } from '../../http/page.ts'
import { sentenceOf, viewOf } from '../../http/render.ts'
import { forMember } from '../member-page.ts'
import { providerHost } from '../oidc/oidc-provider.ts'
import { redirectSignedIn, sessionCookieHeader } from '../sessions/session-cookie.ts'
import { completeMfa, nextStepPath, stepAfterSignIn } from '../sign-in/sign-in.ts'
import { type FactorOwner, factorOwnerOf } from './factor-owner.ts'
import { readFactors } from './factors.ts'
import { hasMfa } from './mfa-status.ts'
import { listPasskeys } from './passkeys.ts'
import { arePasskeysSupported } from './webauthn.ts'

/** The path of the page of sign-in methods, relative to the base URL. */
export const mfaSettingsPath = '/account/factors'

/** Returns the owner of the factors that a request is about. Throws `sign_in_required`, `not_allowed`. */
export function factorOwnerFor(app: App, { request }: PageContext): Promise<FactorOwner> {
  const { actor, pendingMfa } = contextOf(request)
  return factorOwnerOf(app, actor, pendingMfa)
}

/** Renders a page for a member, or for a session with pending MFA that must enrol a first factor. */
export async function forFactorOwner(app: App, context: PageContext, page: () => Page): Promise<Awaited<Page>> {
  const { pendingMfa } = contextOf(context.request)
  return pendingMfa && !(await hasMfa(app, pendingMfa.account)) ? page() : await forMember(app, context, page)
}

/** Renders the page of sign-in methods, with the error of a form on it. */
export async function mfaSettingsPage(app: App, context: PageContext, error?: AppError) {
  setErrorStatus(context, error)
  const owner = await factorOwnerFor(app, context)
  return context.html(
    <MfaSettingsPage
      view={viewOf(app, context.request)}
      factors={await readFactors(app, owner)}
      passkeys={await listPasskeys(app, owner)}
      arePasskeysSupported={arePasskeysSupported(app.config)}
      isEnrolling={owner.pendingMfa !== undefined}
      provider={providerHost(app)}
      error={error && sentenceOf(error)}
    />,
  )
}

/** Runs a change of factors and returns to the page of sign-in methods. */
export function changeFactors(app: App, context: PageContext, work: (owner: FactorOwner) => Promise<void>) {
  return rerenderOnError(
    (error) => mfaSettingsPage(app, context, error),
    async () => {
      await work(await factorOwnerFor(app, context))
      return seeOther(app.config.baseUrl + mfaSettingsPath)
    },
  )
}

/** Answers after a factor was added: completes a pending sign-in and shows the recovery codes, if there are new ones. */
export async function afterFactorAdded(
  app: App,
  context: PageContext,
  { pendingMfa }: FactorOwner,
  codes: readonly string[],
) {
  const token = pendingMfa && (await completeMfa(app, pendingMfa, browserOf(context.request)))
  const next = pendingMfa ? nextStepPath[await stepAfterSignIn(app, pendingMfa.account)] : mfaSettingsPath
  if (codes.length === 0)
    return token === undefined ? seeOther(app.config.baseUrl + next) : redirectSignedIn(app, token, next)
  if (token !== undefined) Object.assign(context.set.headers, sessionCookieHeader(app, token))
  return recoveryCodesPage(app, context, codes, next)
}

/** Renders new recovery codes with a link to `next`, a path relative to the base URL. */
export function recoveryCodesPage(app: App, context: PageContext, codes: readonly string[], next: string) {
  return context.html(<RecoveryCodesPage view={viewOf(app, context.request)} codes={codes} next={next} />)
}
