import type { PendingRegistration } from '../../src/accounts/oidc/oidc-registration.ts'
import type { ConsentOffer } from '../../src/privacy/consent/consents.ts'
import { ErrorSummary } from '../parts.tsx'
import type { View } from '../view.ts'
import { UserNameField } from './fields.tsx'
import { PasskeyForm } from './passkey-form.tsx'
import { Agreements, type PreviousInput, Region } from './sign-up.tsx'
import { SignedOutPage } from './signed-out-page.tsx'

/** Renders the page that forwards the browser to the provider; the link is for browsers that ignore the refresh header. */
export function OidcRedirectPage({ view, provider, url }: { view: View; provider: string; url: string }) {
  const { text } = view
  return (
    <SignedOutPage view={view} title={text('oidcRedirect.title')} lead={text('oidcRedirect.lead', { provider })}>
      <p class="onward">
        <a href={url} rel="noreferrer" safe>
          {text('oidcRedirect.continue')}
        </a>
      </p>
    </SignedOutPage>
  )
}

/** The properties of `OidcRegistrationPage`. */
export interface OidcRegistrationProps {
  view: View
  registration: PendingRegistration
  offers: readonly ConsentOffer[]
  minimumAge: number
  previousInput?: PreviousInput | undefined
  error?: string | undefined
}

/** Renders the sign-up form for a new user of the provider, without address and password. */
export function OidcRegistrationPage({
  view,
  registration,
  offers,
  minimumAge,
  previousInput,
  error,
}: OidcRegistrationProps) {
  const { text, path } = view
  const lead = text('oidcRegistration.lead', { email: registration.email })
  return (
    <SignedOutPage view={view} title={text('oidcRegistration.title')} lead={lead} error={error}>
      <form class="form" method="post" action={path('/sign-in/oidc/welcome')}>
        <ErrorSummary message={error} />
        <UserNameField view={view} value={previousInput?.userName ?? registration.name} />
        <Region view={view} />
        <Agreements view={view} minimumAge={minimumAge} offers={offers} previousInput={previousInput} />
        <button class="primary" type="submit" safe>
          {text('oidcRegistration.submit')}
        </button>
      </form>
    </SignedOutPage>
  )
}

/** Renders the sign-in methods other than the password: passkey and OpenID Connect. */
export function OtherSignInMethods({ view, provider, arePasskeysSupported }: OtherSignInMethodsProps) {
  const { text, path } = view
  return (
    <>
      {arePasskeysSupported ? (
        <PasskeyForm view={view} action="/sign-in/passkey" kind="use" submit="signIn.passkey" button={undefined} />
      ) : (
        ''
      )}
      {provider === undefined ? (
        ''
      ) : (
        <form class="form" method="post" action={path('/sign-in/oidc')}>
          <button type="submit" safe>
            {text('signIn.oidc', { provider })}
          </button>
        </form>
      )}
    </>
  )
}

/** The properties of `OtherSignInMethods`. */
export interface OtherSignInMethodsProps {
  view: View
  /** The host of the OpenID provider, if one is configured. */
  provider: string | undefined
  arePasskeysSupported: boolean
}
