import type { Factors } from '../../src/accounts/mfa/factors.ts'
import { formatDay, type TextKey } from '../../src/i18n/text.ts'
import { ErrorSummary } from '../parts.tsx'
import type { View } from '../view.ts'
import { type FactorsProps, Fold, ProofField } from './mfa-parts.tsx'
import { AccountPage, OutsidePage } from './parts.tsx'
import { Passkeys } from './passkeys.tsx'

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
  const { text } = view
  const { totpSince } = factors
  return (
    <section class="aside">
      <h2 safe>{text('factors.app')}</h2>
      {totpSince === null ? (
        <>
          <p safe>{text('factors.appLead')}</p>
          <Ask view={view} factors={factors} isOpen={isEnrolling} action="/app" words="factors.appAdd" />
        </>
      ) : (
        <>
          <p safe>{text('factors.appSince', { day: formatDay(totpSince) })}</p>
          <Ask view={view} factors={factors} action="/app/remove" words="factors.appRemove" danger />
        </>
      )}
    </section>
  )
}

interface AskProps {
  view: View
  factors: Factors
  /** Behind the address of this page. */
  action: string
  words: TextKey
  danger?: boolean
  /** Shown at once and without a proof: whoever has to get a factor has none to show. */
  isOpen?: boolean
}

// A button that asks first who presses it.
function Ask({ view, factors, action, words, danger = false, isOpen = false }: AskProps) {
  const { text, path } = view
  return (
    <Fold summary={text(words)} isOpen={isOpen}>
      <form class="form" method="post" action={path(`/account/factors${action}`)}>
        {isOpen ? '' : <ProofField view={view} id={`proof${action.replaceAll('/', '-')}`} factors={factors} />}
        <button class={danger ? 'danger' : undefined} type="submit" safe>
          {text(words)}
        </button>
      </form>
    </Fold>
  )
}

function RecoveryCodes({ view, factors, passkeys }: FactorsProps) {
  const { text } = view
  if (factors.totpSince === null && passkeys.length === 0) return ''
  return (
    <section class="aside">
      <h2 safe>{text('factors.codes')}</h2>
      <p safe>{text('factors.codesLeft', { left: factors.recoveryCodes })}</p>
      <Ask view={view} factors={factors} action="/codes" words="factors.codesNew" />
    </section>
  )
}

function Outside({ view, factors, provider }: FactorsProps & { provider: string }) {
  const { text } = view
  return (
    <section class="aside">
      <h2 safe>{text('factors.outside')}</h2>
      {factors.isKnownOutside ? (
        <>
          <p safe>{text('factors.outsideLinked', { provider })}</p>
          <Ask view={view} factors={factors} action="/outside/remove" words="factors.outsideRemove" danger />
        </>
      ) : (
        <>
          <p safe>{text('factors.outsideLead', { provider })}</p>
          <Ask view={view} factors={factors} action="/outside" words="factors.outsideAdd" />
        </>
      )}
    </section>
  )
}
