import type { Factors } from '../../src/accounts/mfa/factors.ts'
import { formatDay, type TextKey } from '../../src/i18n/text.ts'
import { ErrorSummary } from '../parts.tsx'
import type { View } from '../view.ts'
import { AccountPage } from './account-page.tsx'
import { Disclosure, type MfaSettingsProps, ProofField } from './mfa-parts.tsx'
import { Passkeys } from './passkeys.tsx'
import { SignedOutPage } from './signed-out-page.tsx'

/** Renders the sign-in methods other than the password, with forms to add and remove them. */
export function MfaSettingsPage(props: MfaSettingsProps) {
  const { view, isEnrolling, provider, error } = props
  const { text } = view
  if (isEnrolling)
    return (
      <SignedOutPage
        view={view}
        title={text('mfa.title')}
        script="passkeys.js"
        lead={text('mfa.leadEnrol')}
        error={error}
      >
        <ErrorSummary message={error} />
        <Authenticator {...props} />
        <Passkeys {...props} />
      </SignedOutPage>
    )
  return (
    <AccountPage view={view} section="mfa" script="passkeys.js" lead={text('mfa.lead')} error={error}>
      <Authenticator {...props} />
      <Passkeys {...props} />
      <RecoveryCodes {...props} />
      {provider === undefined ? '' : <OidcIdentity {...props} provider={provider} />}
    </AccountPage>
  )
}

function Authenticator({ view, factors, isEnrolling }: MfaSettingsProps) {
  const { text } = view
  const { totpSince } = factors
  return (
    <section class="aside">
      <h2 safe>{text('mfa.app')}</h2>
      {totpSince === null ? (
        <>
          <p safe>{text('mfa.appLead')}</p>
          <ProofForm view={view} factors={factors} isOpen={isEnrolling} action="/app" label="mfa.appAdd" />
        </>
      ) : (
        <>
          <p safe>{text('mfa.appSince', { day: formatDay(totpSince) })}</p>
          <ProofForm view={view} factors={factors} action="/app/remove" label="mfa.appRemove" isDangerous />
        </>
      )}
    </section>
  )
}

interface ProofFormProps {
  view: View
  factors: Factors
  /** The path of the form, relative to the path of this page. */
  action: string
  label: TextKey
  isDangerous?: boolean
  /** Show the form at once and without re-authentication, for a member who must enrol a factor. */
  isOpen?: boolean
}

function ProofForm({ view, factors, action, label, isDangerous = false, isOpen = false }: ProofFormProps) {
  const { text, path } = view
  return (
    <Disclosure summary={text(label)} isOpen={isOpen}>
      <form class="form" method="post" action={path(`/account/factors${action}`)}>
        {isOpen ? '' : <ProofField view={view} id={`proof${action.replaceAll('/', '-')}`} factors={factors} />}
        <button class={isDangerous ? 'danger' : undefined} type="submit" safe>
          {text(label)}
        </button>
      </form>
    </Disclosure>
  )
}

function RecoveryCodes({ view, factors, passkeys }: MfaSettingsProps) {
  const { text } = view
  if (factors.totpSince === null && passkeys.length === 0) return ''
  return (
    <section class="aside">
      <h2 safe>{text('mfa.codes')}</h2>
      <p safe>{text('mfa.codesLeft', { left: factors.recoveryCodes })}</p>
      <ProofForm view={view} factors={factors} action="/codes" label="mfa.codesNew" />
    </section>
  )
}

function OidcIdentity({ view, factors, provider }: MfaSettingsProps & { provider: string }) {
  const { text } = view
  return (
    <section class="aside">
      <h2 safe>{text('mfa.oidc')}</h2>
      {factors.hasOidcIdentity ? (
        <>
          <p safe>{text('mfa.oidcLinked', { provider })}</p>
          <ProofForm view={view} factors={factors} action="/outside/remove" label="mfa.oidcRemove" isDangerous />
        </>
      ) : (
        <>
          <p safe>{text('mfa.oidcLead', { provider })}</p>
          <ProofForm view={view} factors={factors} action="/outside" label="mfa.oidcAdd" />
        </>
      )}
    </section>
  )
}
