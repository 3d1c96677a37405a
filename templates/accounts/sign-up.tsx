import type { ConsentOffer } from '../../src/privacy/consent/consents.ts'
import { ErrorSummary, PolicyLinks } from '../parts.tsx'
import type { View } from '../view.ts'
import { Line, OutsidePage, PasswordLine, Tick, UserNameLine } from './parts.tsx'

/** What was filled in before, so that a form which comes back keeps it; never the password. */
export interface FilledIn {
  readonly userName: string
  readonly email: string
  readonly ticked: readonly string[]
}

export interface SignUpProps {
  view: View
  action: string
  /** The address that an invitation is for; it is not asked for then. */
  invited: string | undefined
  operator: boolean
  minimumAge: number
  offers: readonly ConsentOffer[]
  domains: readonly string[]
  before?: FilledIn | undefined
  error?: string | undefined
}

/** The form of sign-up: a name, a password, an address, where it is stored, the age, and what is agreed to (P07). */
export function SignUpPage(props: SignUpProps) {
  const { view, action, invited, operator, domains, before, error } = props
  const { text } = view
  const hint = domains.length > 0 ? text('signUp.domains', { domains: domains.join(', ') }) : text('signUp.emailHint')
  return (
    <OutsidePage
      view={view}
      title={text('signUp.title')}
      lead={text(operator ? 'signUp.leadOperator' : 'signUp.lead')}
      error={error}
    >
      <form class="form" method="post" action={action}>
        <ErrorSummary message={error} />
        <UserNameLine view={view} value={before?.userName} />
        {invited === undefined ? (
          <Line
            id="email"
            type="email"
            label={text('account.email')}
            hint={hint}
            autocomplete="email"
            value={before?.email}
          />
        ) : (
          <p class="notice" safe>
            {text('signUp.invited', { address: invited })}
          </p>
        )}
        <PasswordLine view={view} isNew label="account.yourPassword" />
        <Region view={view} />
        <Ticks {...props} />
        <button class="primary" type="submit" safe>
          {text('signUp.submit')}
        </button>
      </form>
    </OutsidePage>
  )
}

/** Where the account will be kept, and what that means (P17). */
export function Region({ view }: { view: View }) {
  const { text, regionName, peers } = view
  return (
    <section class="region">
      <h2 safe>{text('signUp.region', { region: regionName })}</h2>
      <p class="hint" safe>
        {text('signUp.regionMeans')}
      </p>
      {peers.length > 0 ? (
        <ul>
          {peers.map(({ name, url }) => (
            <li>
              <a href={`${url}/sign-up`} rel="noreferrer" safe>
                {text('signUp.elsewhere', { region: name, address: url })}
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

/** The age, and each thing to agree to, in a box of its own. */
export function Ticks({
  view,
  minimumAge,
  offers,
  before,
}: Pick<SignUpProps, 'view' | 'minimumAge' | 'offers' | 'before'>) {
  const { text } = view
  const isTicked = (name: string) => before?.ticked.includes(name) ?? false
  return (
    <fieldset class="ticks">
      <legend safe>{text('signUp.agree')}</legend>
      <PolicyLinks view={view} />
      <Tick name="age" label={text('signUp.age', { age: minimumAge })} required checked={isTicked('age')} />
      {offers.map(({ purpose, wording, required }) => (
        <Tick
          name={`agree_${purpose}`}
          label={required ? wording : text('signUp.optional', { wording })}
          required={required}
          checked={isTicked(`agree_${purpose}`)}
        />
      ))}
    </fieldset>
  )
}

export interface ConfirmProps {
  view: View
  action: string
  userName: string
  error?: string | undefined
}

/** Where the mailed link of a sign-up leads. */
export function ConfirmPage({ view, action, userName, error }: ConfirmProps) {
  const { text } = view
  return (
    <OutsidePage view={view} title={text('confirm.title')} lead={text('confirm.lead')} error={error}>
      <form class="form" method="post" action={action}>
        <ErrorSummary message={error} />
        <UserNameLine view={view} value={userName} />
        <PasswordLine view={view} isNew={false} />
        <button class="primary" type="submit" safe>
          {text('confirm.submit')}
        </button>
      </form>
    </OutsidePage>
  )
}
