import { renderSVG } from 'uqr'
import { AuthenticatorPage } from '../../../templates/accounts/mfa-app.tsx'
import type { App } from '../../app.ts'
import type { AppError } from '../../errors.ts'
import { type PageContext, pageRoutes, rerenderOnError, seeOther, setErrorStatus } from '../../http/page.ts'
import { sentenceOf, viewOf } from '../../http/render.ts'
import { CodeForm, ProofForm } from './input.ts'
import { confirmAuthenticator, removeAuthenticator, renewRecoveryCodes } from './mfa-settings.ts'
import { reauthenticateOwner } from './reauthenticate-owner.ts'
import {
  afterFactorAdded,
  changeFactors,
  factorOwnerFor,
  forFactorOwner,
  mfaSettingsPage,
  mfaSettingsPath,
  recoveryCodesPage,
} from './settings-page.tsx'
import { pendingTotp, startTotp } from './totp.ts'

/** The pages of sign-in methods, the authenticator app and recovery codes; also for a member who must enrol a factor. */
export function mfaSettingsPages(app: App) {
  return pageRoutes(app.config.basePath)
    .get(mfaSettingsPath, (context) => forFactorOwner(app, context, () => mfaSettingsPage(app, context)))
    .post(`${mfaSettingsPath}/app`, ({ body, ...context }) => startEnrolment(app, context, body.proof), {
      body: ProofForm,
    })
    .get(`${mfaSettingsPath}/app`, (context) => forFactorOwner(app, context, () => authenticatorPage(app, context)))
    .post(`${mfaSettingsPath}/app/confirm`, ({ body, ...context }) => confirm(app, context, body.code), {
      body: CodeForm,
    })
    .post(
      `${mfaSettingsPath}/app/remove`,
      ({ body, ...context }) => changeFactors(app, context, (owner) => removeAuthenticator(app, owner, body.proof)),
      { body: ProofForm },
    )
    .post(`${mfaSettingsPath}/codes`, ({ body, ...context }) => renewCodes(app, context, body.proof), {
      body: ProofForm,
    })
}

function startEnrolment(app: App, context: PageContext, proof: string | undefined) {
  return rerenderOnError(
    (error) => mfaSettingsPage(app, context, error),
    async () => {
      const owner = await factorOwnerFor(app, context)
      await reauthenticateOwner(app, owner, proof)
      await startTotp(app, owner.account)
      return seeOther(`${app.config.baseUrl}${mfaSettingsPath}/app`)
    },
  )
}

async function authenticatorPage(app: App, context: PageContext, error?: AppError) {
  const totp = await pendingTotp(app, (await factorOwnerFor(app, context)).account)
  if (!totp) return seeOther(app.config.baseUrl + mfaSettingsPath)
  setErrorStatus(context, error)
  const view = viewOf(app, context.request)
  const qr = renderSVG(totp.uri, { border: 2 })
  return context.html(<AuthenticatorPage view={view} totp={totp} qr={qr} error={error && sentenceOf(error)} />)
}

function confirm(app: App, context: PageContext, code: string) {
  return rerenderOnError(
    (error) => authenticatorPage(app, context, error),
    async () => {
      const owner = await factorOwnerFor(app, context)
      return afterFactorAdded(app, context, owner, await confirmAuthenticator(app, owner, code))
    },
  )
}

function renewCodes(app: App, context: PageContext, proof: string | undefined) {
  return rerenderOnError(
    (error) => mfaSettingsPage(app, context, error),
    async () => {
      const codes = await renewRecoveryCodes(app, await factorOwnerFor(app, context), proof)
      return recoveryCodesPage(app, context, codes, mfaSettingsPath)
    },
  )
}
