import { formatDuration } from '../../src/config/units.ts'
import { formatLongDuration } from '../../src/i18n/text.ts'
import { Layout } from '../layout.tsx'
import { describedBy, ErrorSummary, Field, Lock, PassphraseField, UnsavedBody } from '../parts.tsx'
import type { View } from '../view.ts'
import { NotifyBox, RecipientField } from './owned-fields.tsx'
import { ShareLink } from './share.tsx'

/** The properties of the create page. Times are in milliseconds, `secretSize` in bytes. */
export interface CreateProps {
  view: View
  ttlChoices: readonly number[]
  ttlDefault: number
  secretSize: number
  needsSignIn: boolean
  /** Whether this instance emails links. */
  canMail: boolean
  error?: string | undefined
}

/** The page for creating a secret. */
export function CreatePage(props: CreateProps) {
  const { view, needsSignIn, error } = props
  const { text } = view
  const title = text('create.title')
  return (
    <Layout
      view={view}
      title={error ? text('layout.errorTitle', { title }) : title}
      script={needsSignIn ? undefined : 'create.js'}
      current="share"
    >
      <section data-form>
        <h1 safe>{title}</h1>
        <p class="lead" safe>
          {text('create.lead')}
        </p>
        {needsSignIn ? (
          <p class="notice" safe>
            {text('create.needsSignIn')}
          </p>
        ) : (
          <CreateForm {...props} />
        )}
      </section>
      {needsSignIn ? '' : <CreatedSection view={view} />}
    </Layout>
  )
}

function CreateForm({ view, ttlChoices, ttlDefault, secretSize, canMail, error }: CreateProps) {
  const { text, path } = view
  return (
    <form
      class="form"
      method="post"
      action={path('/secret')}
      data-create={path('/api/v3/secrets')}
      data-limit={String(secretSize)}
      data-used={text('create.used')}
      data-too-large={text('create.tooLarge')}
      data-working={text('create.working')}
      data-lost={text('create.lost')}
    >
      <UnsavedBody />
      <ErrorSummary message={error} />
      <Field id="content" label={text('create.content')} hint={text('create.contentHint', { limit: secretSize })}>
        <textarea
          id="content"
          name="content"
          rows="6"
          required
          autocomplete="off"
          autocapitalize="off"
          spellcheck="false"
          translate="no"
          aria-describedby={describedBy('content', { hint: true })}
        ></textarea>
        <output class="count" for="content" aria-live="off" data-count></output>
      </Field>
      <div class="pair">
        <PassphraseField
          label={text('create.passphrase')}
          note={text('create.optional')}
          hint={text('create.passphraseHint')}
        />
        <TtlField view={view} choices={ttlChoices} selected={ttlDefault} />
      </div>
      {view.isSignedIn && canMail ? <RecipientField view={view} /> : ''}
      <NotifyBox view={view} />
      <div class="submit">
        <button class="primary" type="submit" safe>
          {text('create.submit')}
        </button>
        <div class="mode">
          <Lock />
          <p
            data-mode
            data-with-script={text('create.modeBrowser')}
            data-with-mail={view.isSignedIn && canMail ? text('owned.modeMail') : undefined}
            safe
          >
            {text('create.modeServer')}
          </p>
        </div>
      </div>
      <p class="fault" role="alert" data-fault hidden></p>
    </form>
  )
}

/** The choice of when a secret expires. */
export function TtlField({ view, choices, selected }: { view: View; choices: readonly number[]; selected: number }) {
  const options = [...new Set([...choices, selected])].sort((a, b) => a - b)
  return (
    <Field id="ttl" label={view.text('create.ttl')}>
      <select id="ttl" name="ttl">
        {options.map((ttl) => (
          <option value={formatDuration(ttl)} selected={ttl === selected} safe>
            {formatLongDuration(ttl)}
          </option>
        ))}
      </select>
    </Field>
  )
}

// Filled in by the script: the fragment of an end-to-end link must not be in any request.
function CreatedSection({ view }: { view: View }) {
  return (
    <section data-created data-title={view.text('share.title')} hidden>
      <h1 tabindex="-1" safe>
        {view.text('share.title')}
      </h1>
      <ShareLink view={view} link="" receiptLink={view.path('/receipt/')} />
    </section>
  )
}
