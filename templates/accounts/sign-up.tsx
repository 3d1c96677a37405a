import type { ConsentOffer } from '../../src/privacy/consent/consents.ts'
import { ErrorSummary, PolicyLinks, ruleOf } from '../parts.tsx'
import type { View } from '../view.ts'
import { Checkbox, PasswordField, TextField, UserNameField } from './fields.tsx'
import { SignedOutPage } from './signed-out-page.tsx'

/** The input of a rejected form, to fill in the form again; never the password. */
export interface PreviousInput {
  readonly userName: string
  readonly email: string
  readonly checked: readonly string[]
}

/** The properties of `SignUpPage`. */
export interface SignUpProps {
  view: View
  action: string
  /** The address of an invitation, in place of the input. */
  invitedEmail: string | undefined
  /** The account will be an operator's. */
  isOperator: boolean
  minimumAge: number
  offers: readonly ConsentOffer[]
  domains: readonly string[]
  previousInput?: PreviousInput | undefined
  error?: string | undefined
}

/** Renders the sign-up form, with the region, the age statement and one checkbox per consent (P07). */
export function SignUpPage(props: SignUpProps) {
  const { view, action, invitedEmail, isOperator, domains, previousInput, error } = props
  const { text } = view
  const hint = domains.length > 0 ? text('signUp.domains', { domains: domains.join(', ') }) : text('signUp.emailHint')
  return (
    <SignedOutPage
      view={view}
      title={text('signUp.title')}
      lead={text(isOperator ? 'signUp.leadOperator' : 'signUp.lead')}
      error={error}
    >
      <form class="form" method="post" action={action}>
        <ErrorSummary message={error} />
        <UserNameField view={view} value={previousInput?.userName} />
        {invitedEmail === undefined ? (
          <TextField
            id="email"
            error={ruleOf(view, 'email')}
            type="email"
            label={text('account.email')}
            hint={hint}
            autocomplete="email"
            value={previousInput?.email}
          />
        ) : (
          <p class="notice" safe>
            {text('signUp.invited', { address: invitedEmail })}
          </p>
        )}
        <PasswordField view={view} isNew label="account.yourPassword" />
        <Region view={view} />
        <Agreements {...props} />
        <button class="primary" type="submit" safe>
          {text('signUp.submit')}
        </button>
      </form>
    </SignedOutPage>
  )
}

/** Renders the region in which the account is stored, and the sign-up pages of other regions (P17). */
export function Region({ view }: { view: View }) {
  const { text, regionName, peers } = view
  return (
    <section class="region">
      <h2 safe>{text('signUp.region', { region: regionName })}</h2>
      <p class="hint" safe>
        {text('signUp.regionHint')}
      </p>
      {peers.length > 0 ? (
        <ul>
          {peers.map(({ name, url }) => (
            <li>
              <a href={`${url}/sign-up`} rel="noreferrer" safe>
                {text('signUp.otherRegion', { region: name, address: url })}
              </a>
            </li>
          ))}
        </ul>
      ) : (
        ''
      )}
    </section>
  )
}

/** Renders the age statement and one checkbox per consent. */
export function Agreements({
  view,
  minimumAge,
  offers,
  previousInput,
}: Pick<SignUpProps, 'view' | 'minimumAge' | 'offers' | 'previousInput'>) {
  const { text } = view
  const isChecked = (name: string) => previousInput?.checked.includes(name) ?? false
  return (
    <fieldset class="ticks">
      <legend safe>{text('signUp.agree')}</legend>
      <PolicyLinks view={view} />
      <Checkbox name="age" label={text('signUp.age', { age: minimumAge })} required checked={isChecked('age')} />
      {offers.map(({ purpose, wording, required }) => (
        <Checkbox
          name={`agree_${purpose}`}
          label={required ? wording : text('signUp.optional', { wording })}
          required={required}
          checked={isChecked(`agree_${purpose}`)}
        />
      ))}
    </fieldset>
  )
}

/** The properties of `ConfirmPage`. */
export interface ConfirmProps {
  view: View
  action: string
  userName: string
  error?: string | undefined
}

/** Renders the form that confirms a sign-up. */
export function ConfirmPage({ view, action, userName, error }: ConfirmProps) {
  const { text } = view
  return (
    <SignedOutPage view={view} title={text('confirm.title')} lead={text('confirm.lead')} error={error}>
      <form class="form" method="post" action={action}>
        <ErrorSummary message={error} />
        <UserNameField view={view} value={userName} />
        <PasswordField view={view} isNew={false} />
        <button class="primary" type="submit" safe>
          {text('confirm.submit')}
        </button>
      </form>
    </SignedOutPage>
  )
}
