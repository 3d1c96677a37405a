import type { ConsentRecord } from '../../src/privacy/consent/consent-ledger.ts'
import type { ConsentOffer } from '../../src/privacy/consent/consents.ts'
import { ConsentHistory } from '../privacy/consent-prompt.tsx'
import type { View } from '../view.ts'
import { AccountPage } from './account-page.tsx'

/** The properties of `ConsentsPage`. */
export interface ConsentsProps {
  view: View
  offers: readonly (ConsentOffer & { readonly given: boolean })[]
  history: readonly ConsentRecord[]
}

/** Renders the consents of a member, and their history. */
export function ConsentsPage({ view, offers, history }: ConsentsProps) {
  const { text, path } = view
  return (
    <AccountPage view={view} section="consents" lead={text('consents.lead')}>
      <ul class="facts lines">
        {offers.map(({ purpose, wording, given }) => (
          <li>
            <p safe>{wording}</p>
            <form method="post" action={path('/account/consents')}>
              <input type="hidden" name="purpose" value={purpose} />
              <button type="submit" name="answer" value={given ? 'withdrawn' : 'given'} safe>
                {text(given ? 'consents.withdraw' : 'consents.agree')}
              </button>
            </form>
          </li>
        ))}
      </ul>
      <section class="aside">
        <h2 safe>{text('consents.history')}</h2>
        <ConsentHistory view={view} history={history} />
        <p class="hint" safe>
          {text('consents.statement')}
        </p>
      </section>
    </AccountPage>
  )
}
