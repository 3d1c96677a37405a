import { type AnyElysia, Elysia } from 'elysia'
import type { App } from '../app.ts'
import { accountApi } from './api.ts'
import { closingPages } from './closing/pages.tsx'
import { mfaSettingsPages } from './mfa/pages.tsx'
import { passkeyPages } from './mfa/passkey-pages.tsx'
import { mfaSignInPages } from './mfa/sign-in-pages.tsx'
import { oidcPages } from './oidc/pages.tsx'
import { passwordPages } from './password/pages.tsx'
import { consentPages } from './profile/consent-pages.tsx'
import { profilePages } from './profile/pages.tsx'
import { sessionPages } from './sessions/pages.tsx'
import { signInPages } from './sign-in/pages.tsx'
import { signUpPages } from './sign-up/pages.tsx'
import { tokenApi } from './tokens/api.ts'
import { tokenPages } from './tokens/pages.tsx'

/** All routes of accounts. The return type is wide, because the compiler gives up on the inferred one. */
export function accountRoutes(app: App): AnyElysia {
  return new Elysia({ normalize: false })
    .use(signUpPages(app))
    .use(signInPages(app))
    .use(passwordPages(app))
    .use(mfaSignInPages(app))
    .use(mfaSettingsPages(app))
    .use(passkeyPages(app))
    .use(oidcPages(app))
    .use(profilePages(app))
    .use(consentPages(app))
    .use(sessionPages(app))
    .use(closingPages(app))
    .use(accountApi(app))
    .use(tokenApi(app))
    .use(tokenPages(app))
}
