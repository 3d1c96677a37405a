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
    .get(mfaSettingsPath, (web) => forFactorOwner(app, web, () => mfaSettingsPage(app, web)))
    .post(`${mfaSettingsPath}/app`, ({ body, ...web }) => startEnrolment(app, web, body.proof), { body: ProofForm })
    .get(`${mfaSettingsPath}/app`, (web) => forFactorOwner(app, web, () => authenticatorPage(app, web)))
    .post(`${mfaSettingsPath}/app/confirm`, ({ body, ...web }) => confirm(app, web, body.code), { body: CodeForm })
    .post(
      `${mfaSettingsPath}/app/remove`,
      ({ body, ...web }) => changeFactors(app, web, (owner) => removeAuthenticator(app, owner, body.proof)),
      { body: ProofForm },
    )
    .post(`${mfaSettingsPath}/codes`, ({ body, ...web }) => renewCodes(app, web, body.proof), { body: ProofForm })
}

function startEnrolment(app: App, web: PageContext, proof: string | undefined) {
  return rerenderOnError(
    (error) => mfaSettingsPage(app, web, error),
    async () => {
      const owner = factorOwnerFor(app, web)
      await reauthenticateOwner(app, owner, proof)
      await startTotp(app, owner.account)
      return seeOther(`${app.config.baseUrl}${mfaSettingsPath}/app`)
    },
  )
}

function authenticatorPage(app: App, web: PageContext, error?: AppError) {
  const totp = pendingTotp(app, factorOwnerFor(app, web).account)
  if (!totp) return seeOther(app.config.baseUrl + mfaSettingsPath)
  setErrorStatus(web, error)
  const view = viewOf(app, web.request)
  const qr = renderSVG(totp.uri, { border: 2 })
  return web.html(<AuthenticatorPage view={view} totp={totp} qr={qr} error={error && sentenceOf(error)} />)
}

function confirm(app: App, web: PageContext, code: string) {
  return rerenderOnError(
    (error) => authenticatorPage(app, web, error),
    async () => {
      const owner = factorOwnerFor(app, web)
      return afterFactorAdded(app, web, owner, await confirmAuthenticator(app, owner, code))
    },
  )
}

function renewCodes(app: App, web: PageContext, proof: string | undefined) {
  return rerenderOnError(
    (error) => mfaSettingsPage(app, web, error),
    async () => {
      const codes = await renewRecoveryCodes(app, factorOwnerFor(app, web), proof)
      return recoveryCodesPage(app, web, codes, mfaSettingsPath)
    },
  )
}
