import type { TotpKey } from '../../src/accounts/mfa/totp.ts'
import { Layout } from '../layout.tsx'
import { ErrorSummary } from '../parts.tsx'
import type { View } from '../view.ts'
import { CodeField } from './mfa-parts.tsx'

/** The properties of `AuthenticatorPage`; `qr` is an SVG of the key. */
export interface AuthenticatorProps {
  view: View
  totp: TotpKey
  qr: string
  error?: string | undefined
}

/** Renders the key for an authenticator app, as a QR code and as text, and the form for its first code. */
export function AuthenticatorPage({ view, totp, qr, error }: AuthenticatorProps) {
  const { text, path } = view
  const title = text('mfa.appTitle')
  return (
    <Layout view={view} title={error ? text('layout.errorTitle', { title }) : title}>
      <h1 safe>{title}</h1>
      <p class="lead" safe>
        {text('mfa.appScan')}
      </p>
      <div class="qr" role="img" aria-label={text('mfa.appQr')}>
        {qr as 'safe'}
      </div>
      <p safe>{text('mfa.appType')}</p>
      <p>
        <code safe>{totp.text}</code>
      </p>
      <form class="form" method="post" action={path('/account/factors/app/confirm')}>
        <ErrorSummary message={error} />
        <CodeField view={view} hint={text('mfa.appCodeHint')} isNumeric />
        <button class="primary" type="submit" safe>
          {text('mfa.appConfirm')}
        </button>
      </form>
    </Layout>
  )
}

/** Renders new recovery codes, once, with a link to the next page. */
export function RecoveryCodesPage({ view, codes, next }: { view: View; codes: readonly string[]; next: string }) {
  const { text, path } = view
  return (
    <Layout view={{ ...view, returnPath: undefined }} title={text('mfa.codes')}>
      <h1 safe>{text('mfa.codes')}</h1>
      <p class="lead" safe>
        {text('mfa.codesLead')}
      </p>
      <ul class="facts codes">
        {codes.map((code) => (
          <li>
            <code safe>{code}</code>
          </li>
        ))}
      </ul>
      <p class="onward">
        <a href={path(next)} safe>
          {text('mfa.codesSaved')}
        </a>
      </p>
    </Layout>
  )
}
