import type { AnyElysia } from 'elysia'
import { accountApi } from '../accounts/api.ts'
import { factorPages } from '../accounts/mfa/pages.tsx'
import { factorSignInPages } from '../accounts/mfa/sign-in-pages.tsx'
import { oidcPages } from '../accounts/oidc/pages.tsx'
import { profilePages } from '../accounts/profile/pages.tsx'
import { accountPages } from '../accounts/sign-in/pages.tsx'
import { signUpPages } from '../accounts/sign-up/pages.tsx'
import { tokenApi } from '../accounts/tokens/api.ts'
import { tokenPages } from '../accounts/tokens/pages.tsx'
import type { App } from '../app.ts'
import { assets } from '../http/assets.ts'
import { unsubscribePages } from '../mail/unsubscribe-pages.tsx'
import { grantPages } from '../privacy/audit/pages.tsx'
import { consentPromptPages } from '../privacy/consent/consent-prompt.tsx'
import { privacyPages } from '../privacy/pages.tsx'
import { policyPages } from '../privacy/policy/pages.tsx'
import { complaintPages } from '../privacy/registers/complaint-pages.tsx'
import { operatorPages } from '../privacy/registers/operator-pages.tsx'
import { processingRecordPages } from '../privacy/registers/processing-record-pages.tsx'
import { addressLookUpPages } from '../privacy/rights/address-pages.tsx'
import { exportApi } from '../privacy/rights/export-api.ts'
import { exportPages } from '../privacy/rights/export-pages.tsx'
import { lookUpPages } from '../privacy/rights/look-up-pages.tsx'
import { statisticsPages } from '../privacy/statistics/pages.tsx'
import type { InProcessClient } from '../privacy/verify/in-process-client.ts'
import { verificationPages } from '../privacy/verify/pages.tsx'
import { secretApi } from '../secrets/api.ts'
import { ownedSecretApi } from '../secrets/owned/api.ts'
import { ownedSecretPages } from '../secrets/owned/pages.tsx'
import { secretPages } from '../secrets/pages.tsx'
import { health } from './health.ts'
import { preferences } from './preferences.ts'

/** Creates the routes of one feature. `client` opens the in-process client for self-checks. */
export type RouteFactory = (app: App, client: () => Promise<InProcessClient>) => AnyElysia | Promise<AnyElysia>

/** Every feature that has routes. */
export const routeFactories: readonly RouteFactory[] = [
  assets,
  health,
  preferences,
  secretApi,
  secretPages,
  ownedSecretApi,
  ownedSecretPages,
  tokenApi,
  tokenPages,
  privacyPages,
  exportPages,
  lookUpPages,
  addressLookUpPages,
  exportApi,
  statisticsPages,
  verificationPages,
  processingRecordPages,
  policyPages,
  complaintPages,
  operatorPages,
  signUpPages,
  accountPages,
  profilePages,
  consentPromptPages,
  grantPages,
  accountApi,
  unsubscribePages,
  factorPages,
  factorSignInPages,
  oidcPages,
]
