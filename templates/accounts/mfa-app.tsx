import type { TotpKey } from '../../src/accounts/mfa/totp.ts'
import { Layout } from '../layout.tsx'
import { ErrorSummary } from '../parts.tsx'
import type { View } from '../view.ts'
import { CodeField } from './mfa-parts.tsx'

export interface AppProps {
  view: View
  totp: TotpKey
  qr: string
  error?: string | undefined
}

/** The key for an authenticator app, once as a picture and once as text; the first right code makes it count. */
export function AppPage({ view, totp, qr, error }: AppProps) {
  const { text, path } = view
  const title = text('factors.appTitle')
  return (
    <Layout view={view} title={error ? text('layout.errorTitle', { title }) : title}>
      <h1 safe>{title}</h1>
      <p class="lead" safe>
        {text('factors.appScan')}
      </p>
      <div class="qr" role="img" aria-label={text('factors.appQr')}>
        {qr as 'safe'}
      </div>
      <p safe>{text('factors.appType')}</p>
      <p>
        <code safe>{totp.text}</code>
      </p>
      <form class="form" method="post" action={path('/account/factors/app/confirm')}>
        <ErrorSummary message={error} />
        <CodeField view={view} hint={text('factors.appCodeHint')} isNumeric />
        <button class="primary" type="submit" safe>
          {text('factors.appConfirm')}
        </button>
      </form>
    </Layout>
  )
}

/** The recovery codes, shown once. */
export function CodesPage({ view, codes, next }: { view: View; codes: readonly string[]; next: string }) {
  const { text, path } = view
  return (
    <Layout view={{ ...view, returnPath: undefined }} title={text('factors.codes')}>
      <h1 safe>{text('factors.codes')}</h1>
      <p class="lead" safe>
        {text('factors.codesLead')}
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
          {text('factors.codesKept')}
        </a>
      </p>
    </Layout>
  )
}
