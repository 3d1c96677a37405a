import type { Factors } from '../../src/accounts/mfa/factors.ts'
import type { PasskeyInfo } from '../../src/accounts/mfa/passkeys.ts'
import { formatDay } from '../../src/i18n/text.ts'
import { describedBy, Field } from '../parts.tsx'
import type { View } from '../view.ts'
import { type FactorsProps, Fold, ProofField } from './mfa-parts.tsx'
import { PasskeyForm } from './passkey-form.tsx'

/** The passkeys of an account: each with its name and when it was used, and one more. */
export function Passkeys({ view, factors, passkeys, passkeysWork, isEnrolling }: FactorsProps) {
  const { text } = view
  return (
    <section class="aside">
      <h2 safe>{text('factors.passkeys')}</h2>
      <p safe>{text(passkeysWork ? 'factors.passkeysLead' : 'factors.passkeysNumber')}</p>
      {passkeys.length === 0 ? (
        ''
      ) : (
        <ul class="facts">
          {passkeys.map((passkey, index) => (
            <Passkey view={view} factors={factors} passkey={passkey} index={index} />
          ))}
        </ul>
      )}
      {passkeysWork ? (
        <Fold summary={text('factors.passkeyAdd')} isOpen={isEnrolling}>
          <MakePasskey view={view} factors={factors} asks={!isEnrolling} />
        </Fold>
      ) : (
        ''
      )}
    </section>
  )
}

function MakePasskey({ view, factors, asks }: Pick<FactorsProps, 'view' | 'factors'> & { asks: boolean }) {
  const { text } = view
  const hint = text('factors.passkeyNameHint')
  return (
    <PasskeyForm
      view={view}
      action="/account/factors/passkeys"
      kind="make"
      submit="factors.passkeyAdd"
      button={undefined}
    >
      <Field id="passkey-name" label={text('factors.passkeyName')} hint={hint}>
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
      {asks ? <ProofField view={view} id="proof-passkey" factors={factors} /> : ''}
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
          ? text('factors.passkeyUnused', { day: formatDay(createdAt) })
          : text('factors.passkeyUsed', { day: formatDay(createdAt), used: formatDay(usedOn) })}
      </p>
      <Fold summary={text('factors.passkeyRemove')} isOpen={false}>
        <form class="form" method="post" action={path('/account/factors/passkeys/remove')}>
          <input type="hidden" name="id" value={id} />
          <ProofField view={view} id={`proof-passkey-${index}`} factors={factors} />
          <button class="danger" type="submit" safe>
            {text('factors.passkeyRemove')}
          </button>
        </form>
      </Fold>
    </li>
  )
}
