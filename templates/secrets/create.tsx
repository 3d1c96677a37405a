import { formatDuration } from '../../src/config/units.ts'
import { durationInWords } from '../../src/i18n/text.ts'
import { Layout } from '../layout.tsx'
import { describedBy, ErrorSummary, Field, Lock, PassphraseField, UnsavedBody } from '../parts.tsx'
import type { View } from '../view.ts'
import { NotifyBox, RecipientField } from './owned-fields.tsx'
import { Shared } from './share.tsx'

export interface CreateProps {
  view: View
  ttlChoices: readonly number[]
  ttlDefault: number
  secretSize: number
  needsSignIn: boolean
  /** Whether links are mailed from here. */
  canMail: boolean
  error?: string | undefined
}

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
      {needsSignIn ? '' : <CreatedHere view={view} />}
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
        <TtlField view={view} choices={ttlChoices} chosen={ttlDefault} />
      </div>
      {view.member && canMail ? <RecipientField view={view} /> : ''}
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
            data-with-mail={view.member && canMail ? text('mine.modeMail') : undefined}
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

export function TtlField({ view, choices, chosen }: { view: View; choices: readonly number[]; chosen: number }) {
  const all = [...new Set([...choices, chosen])].sort((a, b) => a - b)
  return (
    <Field id="ttl" label={view.text('create.ttl')}>
      <select id="ttl" name="ttl">
        {all.map((ttl) => (
          <option value={formatDuration(ttl)} selected={ttl === chosen} safe>
            {durationInWords(ttl)}
          </option>
        ))}
      </select>
    </Field>
  )
}

// Filled in by the script: the second half of an end-to-end link must not travel through any address or request.
function CreatedHere({ view }: { view: View }) {
  return (
    <section data-created data-title={view.text('share.title')} hidden>
      <h1 tabindex="-1" safe>
        {view.text('share.title')}
      </h1>
      <Shared view={view} link="" receiptLink={view.path('/receipt/')} />
    </section>
  )
}
