import type { Children } from '@kitajs/html'
import type { TextKey } from '../../src/i18n/text.ts'
import { Layout, type Script } from '../layout.tsx'
import { describedBy, ErrorSummary, Field } from '../parts.tsx'
import type { View } from '../view.ts'

// The pages of an account, in the order of its menu.
const sections = {
  owned: { path: '/mine', name: 'owned.title' },
  profile: { path: '/account', name: 'account.profile' },
  password: { path: '/account/password', name: 'account.password' },
  sessions: { path: '/account/sessions', name: 'account.sessions' },
  tokens: { path: '/account/tokens', name: 'tokens.title' },
  factors: { path: '/account/factors', name: 'factors.title' },
  consents: { path: '/account/consents', name: 'account.consents' },
  support: { path: '/account/support', name: 'support.title' },
  export: { path: '/account/export', name: 'export.title' },
  here: { path: '/privacy/here', name: 'rights.title' },
  close: { path: '/account/close', name: 'account.close' },
} as const satisfies Record<string, { path: string; name: TextKey }>
export type Section = keyof typeof sections

interface AccountProps {
  view: View
  section: Section
  script?: Script | undefined
  lead: string
  error?: string | undefined
  children: Children
}

/** A page of one's own account, with the menu of the others. */
export function AccountPage({ view, section, lead, script, error, children }: AccountProps) {
  const { text, path } = view
  const title = text(sections[section].name)
  return (
    <Layout view={view} title={error ? text('layout.errorTitle', { title }) : title} script={script} current="account">
      <nav class="sections" aria-label={text('account.menu')}>
        {Object.entries(sections).map(([name, { path: to, name: label }]) => (
          <a href={path(to)} aria-current={name === section ? 'page' : undefined} safe>
            {text(label)}
          </a>
        ))}
        {view.isOperator ? (
          <a href={path('/operator/messages')} safe>
            {text('operator.menu')}
          </a>
        ) : (
          ''
        )}
        <form method="post" action={path('/sign-out')}>
          <button type="submit" safe>
            {text('account.signOut')}
          </button>
        </form>
      </nav>
      <h1 safe>{title}</h1>
      <p class="lead" safe>
        {lead}
      </p>
      <ErrorSummary message={error} />
      {children as 'safe'}
    </Layout>
  )
}

interface PlainProps {
  view: View
  title: string
  script?: Script | undefined
  lead: string
  error?: string | undefined
  children: Children
}

/** A page about accounts for who is not signed in. */
export function OutsidePage({ view, title, script, lead, error, children }: PlainProps) {
  const { text } = view
  return (
    <Layout view={view} title={error ? text('layout.errorTitle', { title }) : title} script={script} current="account">
      <h1 safe>{title}</h1>
      <p class="lead" safe>
        {lead}
      </p>
      {children as 'safe'}
    </Layout>
  )
}

interface InputProps {
  id: string
  label: string
  hint?: string | undefined
  note?: string | undefined
  type?: 'text' | 'email' | 'password'
  autocomplete: string
  value?: string | undefined
  maxlength?: number
  required?: boolean
}

/** A labelled line of input whose name is its id. */
export function Line(props: InputProps) {
  const { id, label, hint, note, type = 'text', autocomplete, value, maxlength = 320, required = true } = props
  return (
    <Field id={id} label={label} hint={hint} note={note}>
      <input
        id={id}
        name={id}
        type={type}
        value={value}
        autocomplete={autocomplete}
        autocapitalize="off"
        spellcheck="false"
        maxlength={String(maxlength)}
        required={required}
        aria-describedby={describedBy(id, { hint: hint !== undefined })}
      />
    </Field>
  )
}

interface PasswordProps {
  view: View
  id?: string
  isNew: boolean
  label?: TextKey
  hint?: TextKey | undefined
  required?: boolean
}

/** The field of a password that is chosen here, or of the one that there is. */
export function PasswordLine({
  view: { text },
  id = 'password',
  isNew,
  label = isNew ? 'account.newPassword' : 'account.yourPassword',
  hint = isNew ? 'account.passwordHint' : undefined,
  required = true,
}: PasswordProps) {
  return (
    <Line
      id={id}
      type="password"
      maxlength={1024}
      required={required}
      label={text(label)}
      hint={hint && text(hint)}
      autocomplete={isNew ? 'new-password' : 'current-password'}
    />
  )
}

/** The field of a user name. */
export function UserNameLine({ view: { text }, value }: { view: View; value: string | undefined }) {
  return (
    <Line
      id="user_name"
      label={text('account.userName')}
      hint={text('account.userNameHint')}
      autocomplete="username"
      value={value}
      maxlength={32}
    />
  )
}

interface TickProps {
  name: string
  label: string
  required: boolean
  checked?: boolean
}

/** One box of its own, never ticked in advance. */
export function Tick({ name, label, required, checked = false }: TickProps) {
  return (
    <label class="tick">
      <input type="checkbox" name={name} value="on" required={required} checked={checked} />
      <span safe>{label}</span>
    </label>
  )
}

interface ButtonProps {
  view: View
  title: string
  lead: string
  action: string
  button: string
}

/** A page that a mailed link leads to: it says what will happen, and nothing happens before the button is pressed. */
export function ButtonPage({ view, title, lead, action, button }: ButtonProps) {
  return (
    <OutsidePage view={view} title={title} lead={lead}>
      <form class="form" method="post" action={action}>
        <button class="primary" type="submit" safe>
          {button}
        </button>
      </form>
    </OutsidePage>
  )
}
