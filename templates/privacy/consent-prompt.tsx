import type { TextKey } from '../../src/i18n/text.ts'
import type { ConsentRecord } from '../../src/privacy/consent/consent-ledger.ts'
import type { ConsentOffer } from '../../src/privacy/consent/consents.ts'
import { Tick } from '../accounts/parts.tsx'
import { Layout } from '../layout.tsx'
import { Moment, PolicyLinks } from '../parts.tsx'
import type { View } from '../view.ts'

/** Asks for new or changed consents: an unticked box for each purpose, and equal buttons to agree and to refuse (P09). */
export function ConsentPromptPage({ view, offers }: { view: View; offers: readonly ConsentOffer[] }) {
  const { text, path } = view
  return (
    <Layout view={view} title={text('consentPrompt.title')} current="account">
      <h1 safe>{text('consentPrompt.title')}</h1>
      <p class="lead" safe>
        {text('consentPrompt.lead')}
      </p>
      <form class="form" method="post" action={path('/account/asked')}>
        <fieldset class="ticks">
          <legend safe>{text('consentPrompt.legend')}</legend>
          {offers.map(({ purpose, version, wording, required }) => (
            <>
              <input type="hidden" name={`seen_${purpose}`} value={String(version)} />
              <Tick
                name={`agree_${purpose}`}
                label={required ? wording : text('signUp.optional', { wording })}
                required={false}
              />
            </>
          ))}
        </fieldset>
        <PolicyLinks view={view} />
        <div class="actions">
          <button type="submit" name="answer" value="agree" safe>
            {text('consentPrompt.agree')}
          </button>
          <button type="submit" name="answer" value="none" safe>
            {text('consentPrompt.decline')}
          </button>
        </div>
      </form>
      <p class="hint" safe>
        {text('consentPrompt.later')}
      </p>
    </Layout>
  )
}

const answers = {
  given: 'consents.given',
  refused: 'consents.refused',
  withdrawn: 'consents.withdrawn',
} as const satisfies Record<ConsentRecord['answer'], TextKey>

const ways: Readonly<Record<string, TextKey>> = {
  'sign-up': 'consents.waySignUp',
  'sign-in': 'consents.waySignIn',
  profile: 'consents.wayProfile',
  mail: 'consents.wayMail',
  secret: 'consents.waySecret',
}

/** The consents of a member with all fields of each record: wording, time, version, method and withdrawal (P09). */
export function ConsentHistory({ view, history }: { view: View; history: readonly ConsentRecord[] }) {
  const { text } = view
  return (
    <ul class="facts">
      {history.map(({ wording, wordingHash, version, language, answer, way, at, withdrawnAt }) => (
        <li>
          <p safe>{text(answers[answer], { wording })}</p>
          <p class="hint">
            <Moment view={view} at={at} />
          </p>
          <p class="hint" safe>
            {text('consents.details', { version, language, way: ways[way] ? text(ways[way]) : way })}
          </p>
          {withdrawnAt === null ? (
            ''
          ) : (
            <p class="hint">
              <span safe>{text('consents.withdrawnAt')}</span> <Moment view={view} at={withdrawnAt} />
            </p>
          )}
          {wordingHash === null ? (
            ''
          ) : (
            <p class="hint">
              <span safe>{text('consents.wordingHash')}</span> <code safe>{wordingHash}</code>
            </p>
          )}
        </li>
      ))}
    </ul>
  )
}
