import type { Factors } from '../src/accounts/factors.ts'
import type { PasskeyInfo } from '../src/accounts/passkeys.ts'
import { dayInWords } from '../src/i18n/text.ts'
import { AccountPage, OutsidePage } from './account.tsx'
import { ProofField } from './factor-parts.tsx'
import { PasskeyForm } from './factor-passkey.tsx'
import { describedBy, ErrorSummary, Field } from './parts.tsx'
import type { View } from './view.ts'

export interface FactorsProps {
  view: View
  factors: Factors
  passkeys: readonly PasskeyInfo[]
  /** Browsers tie passkeys to a name; where the address is a number there are none. */
  passkeysWork: boolean
  /** Somebody who has to get a second factor before anything else. */
  isEnrolling: boolean
  /** The host of the OpenID provider, where there is one. */
  provider: string | undefined
  error?: string | undefined
}

/** All ways in but the password: what there is, and what can be added or taken away. */
export function FactorsPage(props: FactorsProps) {
  const { view, isEnrolling, provider, error } = props
  const { text } = view
  if (isEnrolling)
    return (
      <OutsidePage
        view={view}
        title={text('factors.title')}
        script="passkeys.js"
        lead={text('factors.leadEnrol')}
        error={error}
      >
        <ErrorSummary message={error} />
        <App {...props} />
        <Passkeys {...props} />
      </OutsidePage>
    )
  return (
    <AccountPage view={view} section="factors" script="passkeys.js" lead={text('factors.lead')} error={error}>
      <App {...props} />
      <Passkeys {...props} />
      <RecoveryCodes {...props} />
      {provider === undefined ? '' : <Outside {...props} provider={provider} />}
    </AccountPage>
  )
}

function App({ view, factors, isEnrolling }: FactorsProps) {
  const { text, path } = view
  const { totpSince } = factors
  return (
    <section class="aside">
      <h2 safe>{text('factors.app')}</h2>
      {totpSince === null ? (
        <p safe>{text('factors.appLead')}</p>
      ) : (
        <p safe>{text('factors.appSince', { day: dayInWords(totpSince) })}</p>
      )}
      <form
        class="form"
        method="post"
        action={path(totpSince === null ? '/account/factors/app' : '/account/factors/app/remove')}
      >
        {isEnrolling ? '' : <ProofField view={view} id="proof-app" factors={factors} />}
        <button class={totpSince === null ? undefined : 'danger'} type="submit" safe>
          {text(totpSince === null ? 'factors.appAdd' : 'factors.appRemove')}
        </button>
      </form>
    </section>
  )
}

function Passkeys({ view, factors, passkeys, passkeysWork, isEnrolling }: FactorsProps) {
  const { text } = view
  return (
    <section class="aside">
      <h2 safe>{text('factors.passkeys')}</h2>
      <p safe>{text(passkeysWork ? 'factors.passkeysLead' : 'factors.passkeysNumber')}</p>
      {passkeys.map((passkey, index) => (
        <Passkey view={view} factors={factors} passkey={passkey} index={index} />
      ))}
      {passkeysWork ? (
        <PasskeyForm
          view={view}
          action="/account/factors/passkeys"
          kind="make"
          submit="factors.passkeyAdd"
          button={undefined}
        >
          <Field id="passkey-name" label={text('factors.passkeyName')} hint={text('factors.passkeyNameHint')}>
            <input
              id="passkey-name"
              name="name"
              type="text"
              required
              maxlength="64"
              autocomplete="off"
              aria-describedby={describedBy('passkey-name', { hint: true })}
            />
          </Field>
          {isEnrolling ? '' : <ProofField view={view} id="proof-passkey" factors={factors} />}
        </PasskeyForm>
      ) : (
        ''
      )}
    </section>
  )
}

interface PasskeyProps {
  view: View
  factors: Factors
  passkey: PasskeyInfo
  index: number
}

function Passkey({ view, factors, passkey, index }: PasskeyProps) {
  const { text, path } = view
  const { id, name, createdAt, usedOn } = passkey
  return (
    <details>
      <summary safe>{name}</summary>
      <p safe>
        {usedOn === null
          ? text('factors.passkeyUnused', { day: dayInWords(createdAt) })
          : text('factors.passkeyUsed', { day: dayInWords(createdAt), used: dayInWords(usedOn) })}
      </p>
      <form class="form" method="post" action={path('/account/factors/passkeys/remove')}>
        <input type="hidden" name="id" value={id} />
        <ProofField view={view} id={`proof-passkey-${index}`} factors={factors} />
        <button class="danger" type="submit" safe>
          {text('factors.passkeyRemove')}
        </button>
      </form>
    </details>
  )
}

function RecoveryCodes({ view, factors, passkeys }: FactorsProps) {
  const { text, path } = view
  if (factors.totpSince === null && passkeys.length === 0) return ''
  return (
    <section class="aside">
      <h2 safe>{text('factors.codes')}</h2>
      <p safe>{text('factors.codesLeft', { left: factors.recoveryCodes })}</p>
      <form class="form" method="post" action={path('/account/factors/codes')}>
        <ProofField view={view} id="proof-codes" factors={factors} />
        <button type="submit" safe>
          {text('factors.codesNew')}
        </button>
      </form>
    </section>
  )
}

function Outside({ view, factors, provider }: FactorsProps & { provider: string }) {
  const { text, path } = view
  const isKnown = factors.isKnownOutside
  return (
    <section class="aside">
      <h2 safe>{text('factors.outside')}</h2>
      <p safe>{text(isKnown ? 'factors.outsideLinked' : 'factors.outsideLead', { provider })}</p>
      <form
        class="form"
        method="post"
        action={path(isKnown ? '/account/factors/outside/remove' : '/account/factors/outside')}
      >
        <ProofField view={view} id="proof-outside" factors={factors} />
        <button class={isKnown ? 'danger' : undefined} type="submit" safe>
          {text(isKnown ? 'factors.outsideRemove' : 'factors.outsideAdd')}
        </button>
      </form>
    </section>
  )
}
