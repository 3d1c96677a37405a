import { formatTime } from '../../src/i18n/text.ts'
import type { PeekedSecret } from '../../src/secrets/peek.ts'
import { toIso } from '../../src/time.ts'
import { Layout } from '../layout.tsx'
import { ErrorSummary, Moment, PassphraseField } from '../parts.tsx'
import type { View } from '../view.ts'

/** The properties of the reveal page. */
export interface RevealProps {
  view: View
  peeked: PeekedSecret
  /** The action of the form without script. */
  action: string
  /** The URL of the secret in the API, for the script. */
  api: string
  error?: string | undefined
}

/** The page that a link leads to: what will happen, and the button that reveals. Loading it changes nothing. */
export function RevealPage(props: RevealProps) {
  const { view, peeked, error } = props
  const { text } = view
  const title = text('reveal.title')
  return (
    <Layout view={view} title={error ? text('layout.errorTitle', { title }) : title} script="reveal.js">
      <section data-confirm>
        <h1 safe>{title}</h1>
        <p class="lead" safe>
          {text('reveal.lead')}
        </p>
        <RevealForm {...props} />
        <p class="hint" safe>
          {text('reveal.later')}
        </p>
        <ul class="facts">
          <li>
            <span safe>{text('reveal.expires')}</span> <Moment view={view} at={peeked.expiresAt} />
          </li>
          <li safe>{text('reveal.instance', { name: `${view.name} (${view.regionName})` })}</li>
          <li safe>{text(peeked.endToEnd ? 'reveal.modeBrowser' : 'reveal.modeServer')}</li>
          <li safe>{text('reveal.recorded')}</li>
        </ul>
      </section>
      <section data-revealed data-title={text('revealed.title')} hidden>
        <Content view={view} content="" />
      </section>
    </Layout>
  )
}

function RevealForm({ view, peeked, action, api, error }: RevealProps) {
  const { text } = view
  return (
    <form
      class="form"
      method="post"
      action={action}
      data-reveal={api}
      data-end-to-end={peeked.endToEnd ? 'yes' : undefined}
      data-working={text('reveal.working')}
      data-needs-https={text('reveal.needsHttps')}
      data-half-link={text('reveal.halfLink')}
      data-wrong-link={text('reveal.wrongLink')}
      data-lost={text('reveal.lost')}
    >
      {peeked.passphraseRequired ? '' : <ErrorSummary message={error} />}
      {peeked.passphraseRequired ? (
        <PassphraseField
          label={text('reveal.passphrase')}
          hint={text('reveal.passphraseHint')}
          error={error}
          required
        />
      ) : (
        ''
      )}
      {peeked.endToEnd ? (
        <noscript>
          <p class="notice" safe>
            {text('reveal.needsScript')}
          </p>
        </noscript>
      ) : (
        ''
      )}
      <button class="primary" type="submit" hidden={peeked.endToEnd} safe>
        {text('reveal.submit')}
      </button>
      <p class="fault" role="alert" data-fault hidden></p>
    </form>
  )
}

/** The response to the form without script: the content, on a page that cannot be reloaded. */
export function RevealedPage({ view, content }: { view: View; content: string }) {
  return (
    <Layout view={view} title={view.text('revealed.title')} script="reveal.js">
      <section data-revealed>
        <Content view={view} content={content} />
      </section>
    </Layout>
  )
}

// A textarea ignores one line break at its start, so one is added.
function Content({ view, content }: { view: View; content: string }) {
  const { text } = view
  return (
    <>
      <h1 tabindex="-1" safe>
        {text('revealed.title')}
      </h1>
      <p class="lead" safe>
        {text('revealed.lead')}
      </p>
      <div class="form">
        <label for="revealed" safe>
          {text('revealed.label')}
        </label>
        <textarea
          id="revealed"
          class="content"
          rows="8"
          readonly
          autocomplete="off"
          spellcheck="false"
          translate="no"
          data-content
          safe
        >
          {`\n${content}`}
        </textarea>
        <div class="actions">
          <button class="primary" type="button" data-copy="revealed" data-copied={text('revealed.copied')} hidden safe>
            {text('revealed.copy')}
          </button>
          <button type="button" data-save hidden safe>
            {text('revealed.save')}
          </button>
        </div>
        <span class="visually-hidden" role="status" data-copy-status></span>
      </div>
      <p class="hint">
        <span safe>{text('revealed.at')}</span>{' '}
        <time data-revealed-at datetime={toIso(view.now)} safe>
          {formatTime(view.now)}
        </time>
      </p>
    </>
  )
}
