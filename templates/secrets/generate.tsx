import type { TextKey } from '../../src/i18n/text.ts'
import { characterClasses, passwordLength, wordCount } from '../../src/secrets/generate.ts'
import { Layout } from '../layout.tsx'
import { describedBy, ErrorSummary, Field, PassphraseField, ruleOf } from '../parts.tsx'
import type { View } from '../view.ts'
import { TtlField } from './create.tsx'
import { NotifyBox } from './owned-fields.tsx'
import { ShareLink } from './share.tsx'

/** The properties of the generator page. Times are in milliseconds. */
export interface GenerateProps {
  view: View
  ttlChoices: readonly number[]
  ttlDefault: number
  needsSignIn: boolean
  error?: string | undefined
}

/** The page for generating a secret. */
export function GeneratePage(props: GenerateProps) {
  const { view, needsSignIn } = props
  const { text } = view
  const title = text('generate.title')
  return (
    <Layout view={view} title={title} script={undefined} current="generate">
      <h1 safe>{title}</h1>
      <p class="lead" safe>
        {text('generate.lead')}
      </p>
      {needsSignIn ? (
        <p class="notice" safe>
          {text('create.needsSignIn')}
        </p>
      ) : (
        <GenerateForm {...props} />
      )}
    </Layout>
  )
}

function GenerateForm({ view, ttlChoices, ttlDefault, error }: GenerateProps) {
  const { text, path } = view
  return (
    <form class="form generator" method="post" action={path('/generate')}>
      <ErrorSummary message={error} />
      <fieldset class="kind">
        <legend safe>{text('generate.kind')}</legend>
        <div class="segments">
          <label>
            <input type="radio" name="kind" value="password" checked /> <span safe>{text('generate.password')}</span>
          </label>
          <label>
            <input type="radio" name="kind" value="words" /> <span safe>{text('generate.words')}</span>
          </label>
        </div>
      </fieldset>
      <div class="for-password">
        <NumberField
          view={view}
          id="length"
          label={text('generate.length')}
          hint={text('generate.hint')}
          bounds={passwordLength}
        />
        <fieldset class="classes">
          <legend safe>{text('generate.classes')}</legend>
          {characterClasses.map((name) => (
            <label>
              <input type="checkbox" name={name} value="on" checked /> <span safe>{text(`generate.${name}`)}</span>
            </label>
          ))}
        </fieldset>
      </div>
      <div class="for-words">
        <NumberField
          view={view}
          id="words"
          label={text('generate.count')}
          hint={text('generate.wordsHint')}
          bounds={wordCount}
        />
      </div>
      <div class="pair">
        <PassphraseField
          label={text('create.passphrase')}
          note={text('create.optional')}
          hint={text('create.passphraseHint')}
        />
        <TtlField view={view} choices={ttlChoices} selected={ttlDefault} />
      </div>
      <NotifyBox view={view} />
      <div class="submit">
        <button class="primary" type="submit" safe>
          {text('generate.submit')}
        </button>
      </div>
    </form>
  )
}

interface NumberProps {
  view: View
  id: string
  label: string
  hint: string
  bounds: { readonly min: number; readonly max: number; readonly default: number }
}

function NumberField({ view, id, label, hint, bounds }: NumberProps) {
  const error = ruleOf(view, id)
  return (
    <Field id={id} label={label} hint={hint} error={error}>
      <input
        id={id}
        name={id}
        type="number"
        inputmode="numeric"
        min={String(bounds.min)}
        max={String(bounds.max)}
        value={String(bounds.default)}
        aria-describedby={describedBy(id, { hint: true, error: error !== undefined })}
      />
    </Field>
  )
}

// The minimum entropy of each strength, in bits.
const strengths = [
  [100, 'share.veryStrong'],
  [70, 'share.strong'],
  [50, 'share.fair'],
] as const

function strengthOf(bits: number): TextKey {
  return strengths.find(([minimum]) => bits >= minimum)?.[1] ?? 'share.weak'
}

/** The properties of the page with a generated secret. */
export interface GeneratedProps {
  view: View
  value: string
  bits: number
  link: string
  qr: string
  expiresAt?: number | undefined
  receiptLink: string
}

/** The page with the generated value, its link and its receipt: shown once, as the response to the form. */
export function GeneratedPage({ view, value, bits, link, qr, expiresAt, receiptLink }: GeneratedProps) {
  const { text } = view
  return (
    <Layout view={view} title={text('share.title')} script="receipt.js">
      <h1 safe>{text('share.title')}</h1>
      <div class="field">
        <label for="value" safe>
          {text('share.value')}
        </label>
        <output id="value" class="value" translate="no" safe>
          {value}
        </output>
        <p class="hint" safe>
          {text('share.valueHint', { strength: text(strengthOf(bits), { bits: Math.floor(bits) }) })}
        </p>
      </div>
      <ShareLink view={view} link={link} qr={qr} expiresAt={expiresAt} receiptLink={receiptLink} />
    </Layout>
  )
}
