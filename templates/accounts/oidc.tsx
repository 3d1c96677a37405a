import type { PendingRegistration } from '../../src/accounts/oidc/oidc-registration.ts'
import type { Offer } from '../../src/privacy/consent/consents.ts'
import { ErrorSummary } from '../parts.tsx'
import type { View } from '../view.ts'
import { SignedOutPage, UserNameField } from './parts.tsx'
import { PasskeyForm } from './passkey-form.tsx'
import { Agreements, type PreviousInput, Region } from './sign-up.tsx'

/** On the way to the organization's own sign-in. The browser goes on by itself; the link is for one that does not. */
export function OidcRedirectPage({ view, provider, url }: { view: View; provider: string; url: string }) {
  const { text } = view
  return (
    <SignedOutPage view={view} title={text('outside.title')} lead={text('outside.lead', { provider })}>
      <p class="onward">
        <a href={url} rel="noreferrer" safe>
          {text('outside.go')}
        </a>
      </p>
    </SignedOutPage>
  )
}

export interface OidcRegistrationProps {
  view: View
  registration: PendingRegistration
  offers: readonly Offer[]
  minimumAge: number
  before?: PreviousInput | undefined
  error?: string | undefined
}

/** The first time: the same questions as at sign-up, but for what the organization has answered already. */
export function OidcRegistrationPage({ view, registration, offers, minimumAge, before, error }: OidcRegistrationProps) {
  const { text, path } = view
  const lead = text('newcomer.lead', { email: registration.email })
  return (
    <SignedOutPage view={view} title={text('newcomer.title')} lead={lead} error={error}>
      <form class="form" method="post" action={path('/sign-in/oidc/welcome')}>
        <ErrorSummary message={error} />
        <UserNameField view={view} value={before?.userName ?? registration.name} />
        <Region view={view} />
        <Agreements view={view} minimumAge={minimumAge} offers={offers} before={before} />
        <button class="primary" type="submit" safe>
          {text('newcomer.submit')}
        </button>
      </form>
    </SignedOutPage>
  )
}

/** The other ways in, for the page of signing in: a passkey, and the organization's own account. */
export function OtherSignInMethods({ view, provider, arePasskeysSupported }: OtherSignInMethodsProps) {
  const { text, path } = view
  return (
    <>
      {arePasskeysSupported ? (
        <PasskeyForm view={view} action="/sign-in/passkey" kind="show" submit="ways.passkey" button={undefined} />
      ) : (
        ''
      )}
      {provider === undefined ? (
        ''
      ) : (
        <form class="form" method="post" action={path('/sign-in/oidc')}>
          <button type="submit" safe>
            {text('ways.outside', { provider })}
          </button>
        </form>
      )}
    </>
  )
}

export interface OtherSignInMethodsProps {
  view: View
  /** The host of the OpenID provider, where there is one. */
  provider: string | undefined
  arePasskeysSupported: boolean
}
