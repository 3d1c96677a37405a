import type { PendingRegistration } from '../../src/accounts/oidc/oidc-registration.ts'
import type { ConsentOffer } from '../../src/privacy/consent/consents.ts'
import { ErrorSummary } from '../parts.tsx'
import type { View } from '../view.ts'
import { OutsidePage, UserNameLine } from './parts.tsx'
import { PasskeyForm } from './passkey-form.tsx'
import { type FilledIn, Region, Ticks } from './sign-up.tsx'

/** On the way to the organization's own sign-in. The browser goes on by itself; the link is for one that does not. */
export function LeavePage({ view, provider, url }: { view: View; provider: string; url: string }) {
  const { text } = view
  return (
    <OutsidePage view={view} title={text('outside.title')} lead={text('outside.lead', { provider })}>
      <p class="onward">
        <a href={url} rel="noreferrer" safe>
          {text('outside.go')}
        </a>
      </p>
    </OutsidePage>
  )
}

export interface NewcomerProps {
  view: View
  newcomer: PendingRegistration
  offers: readonly ConsentOffer[]
  minimumAge: number
  before?: FilledIn | undefined
  error?: string | undefined
}

/** The first time: the same questions as at sign-up, but for what the organization has answered already. */
export function NewcomerPage({ view, newcomer, offers, minimumAge, before, error }: NewcomerProps) {
  const { text, path } = view
  const lead = text('newcomer.lead', { email: newcomer.email })
  return (
    <OutsidePage view={view} title={text('newcomer.title')} lead={lead} error={error}>
      <form class="form" method="post" action={path('/sign-in/oidc/welcome')}>
        <ErrorSummary message={error} />
        <UserNameLine view={view} value={before?.userName ?? newcomer.name} />
        <Region view={view} />
        <Ticks view={view} minimumAge={minimumAge} offers={offers} before={before} />
        <button class="primary" type="submit" safe>
          {text('newcomer.submit')}
        </button>
      </form>
    </OutsidePage>
  )
}

/** The other ways in, for the page of signing in: a passkey, and the organization's own account. */
export function OtherWays({ view, provider, passkeysWork }: OtherWaysProps) {
  const { text, path } = view
  return (
    <>
      {passkeysWork ? (
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

export interface OtherWaysProps {
  view: View
  /** The host of the OpenID provider, where there is one. */
  provider: string | undefined
  passkeysWork: boolean
}
