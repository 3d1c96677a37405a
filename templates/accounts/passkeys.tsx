import type { Factors } from '../../src/accounts/mfa/factors.ts'
import type { PasskeyInfo } from '../../src/accounts/mfa/passkeys.ts'
import { formatDay } from '../../src/i18n/text.ts'
import { describedBy, Field } from '../parts.tsx'
import type { View } from '../view.ts'
import { Disclosure, type MfaSettingsProps, ProofField } from './mfa-parts.tsx'
import { PasskeyForm } from './passkey-form.tsx'

/** Renders the passkeys of an account, with forms to add and remove them. */
export function Passkeys({ view, factors, passkeys, arePasskeysSupported, isEnrolling }: MfaSettingsProps) {
  const { text } = view
  return (
    <section class="aside">
      <h2 safe>{text('mfa.passkeys')}</h2>
      <p safe>{text(arePasskeysSupported ? 'mfa.passkeysLead' : 'mfa.passkeysNoHostName')}</p>
      {passkeys.length === 0 ? (
        ''
      ) : (
        <ul class="facts">
          {passkeys.map((passkey, index) => (
            <Passkey view={view} factors={factors} passkey={passkey} index={index} />
          ))}
        </ul>
      )}
      {arePasskeysSupported ? (
        <Disclosure summary={text('mfa.passkeyAdd')} isOpen={isEnrolling}>
          <AddPasskey view={view} factors={factors} needsProof={!isEnrolling} />
        </Disclosure>
      ) : (
        ''
      )}
    </section>
  )
}

function AddPasskey({
  view,
  factors,
  needsProof,
}: Pick<MfaSettingsProps, 'view' | 'factors'> & { needsProof: boolean }) {
  const { text } = view
  const hint = text('mfa.passkeyNameHint')
  return (
    <PasskeyForm
      view={view}
      action="/account/factors/passkeys"
      kind="create"
      submit="mfa.passkeyAdd"
      button={undefined}
    >
      <Field id="passkey-name" label={text('mfa.passkeyName')} hint={hint}>
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
      {needsProof ? <ProofField view={view} id="proof-passkey" factors={factors} /> : ''}
    </PasskeyForm>
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
    <li>
      <strong safe>{name}</strong>
      <p class="hint" safe>
        {usedOn === null
          ? text('mfa.passkeyUnused', { day: formatDay(createdAt) })
          : text('mfa.passkeyUsed', { day: formatDay(createdAt), used: formatDay(usedOn) })}
      </p>
      <Disclosure summary={text('mfa.passkeyRemove')} isOpen={false}>
        <form class="form" method="post" action={path('/account/factors/passkeys/remove')}>
          <input type="hidden" name="id" value={id} />
          <ProofField view={view} id={`proof-passkey-${index}`} factors={factors} />
          <button class="danger" type="submit" safe>
            {text('mfa.passkeyRemove')}
          </button>
        </form>
      </Disclosure>
    </li>
  )
}
