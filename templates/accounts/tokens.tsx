import type { TokenInfo } from '../../src/accounts/tokens/tokens.ts'
import type { Scope } from '../../src/actor.ts'
import { formatDay, type TextKey } from '../../src/i18n/text.ts'
import { Layout } from '../layout.tsx'
import { describedBy, Field, Moment, ruleOf } from '../parts.tsx'
import type { View } from '../view.ts'
import { AccountPage } from './account-page.tsx'
import { Checkbox, PasswordField } from './fields.tsx'

const scopeLabels: Record<Scope, TextKey> = {
  create: 'tokens.create',
  status: 'tokens.status',
  reveal: 'tokens.reveal',
  burn: 'tokens.burn',
  account: 'tokens.account',
  admin: 'tokens.admin',
}

/** The properties of `TokensPage`. */
export interface TokensProps {
  view: View
  tokens: readonly TokenInfo[]
  /** The scopes that this account may grant. */
  scopes: readonly Scope[]
  days: { readonly min: number; readonly max: number; readonly default: number }
  error?: string | undefined
}

/** Renders the API tokens of a member and the form that creates one. */
export function TokensPage({ view, tokens, scopes, days, error }: TokensProps) {
  const { text } = view
  return (
    <AccountPage view={view} section="tokens" lead={text('tokens.lead')} script="receipt.js" error={error}>
      <TokenForm view={view} scopes={scopes} days={days} />
      {tokens.length === 0 ? (
        ''
      ) : (
        <section class="aside">
          <h2 safe>{text('tokens.yours')}</h2>
          <ul class="facts owned">
            {tokens.map((token) => (
              <TokenItem view={view} token={token} />
            ))}
          </ul>
        </section>
      )}
    </AccountPage>
  )
}

function TokenForm({ view, scopes, days }: Pick<TokensProps, 'view' | 'scopes' | 'days'>) {
  const { text, path } = view
  return (
    <form class="form" method="post" action={path('/account/tokens')}>
      <div class="pair">
        <Field id="name" label={text('tokens.name')} hint={text('tokens.nameHint')} error={ruleOf(view, 'name')}>
          <input
            id="name"
            name="name"
            required
            maxlength="60"
            autocomplete="off"
            aria-describedby={describedBy('name', { hint: true, error: ruleOf(view, 'name') !== undefined })}
          />
        </Field>
        <Field
          id="days"
          label={text('tokens.days')}
          hint={text('tokens.daysHint', { max: days.max })}
          error={ruleOf(view, 'days')}
        >
          <input
            id="days"
            name="days"
            type="number"
            inputmode="numeric"
            min={String(days.min)}
            max={String(days.max)}
            value={String(days.default)}
            aria-describedby={describedBy('days', { hint: true, error: ruleOf(view, 'days') !== undefined })}
          />
        </Field>
      </div>
      <fieldset class="ticks">
        <legend safe>{text('tokens.scopes')}</legend>
        {scopes.map((scope) => (
          <Checkbox name={scope} label={text(scopeLabels[scope])} required={false} />
        ))}
      </fieldset>
      <PasswordField view={view} isNew={false} required={false} hint="tokens.passwordHint" />
      <div class="submit">
        <button class="primary" type="submit" safe>
          {text('tokens.submit')}
        </button>
      </div>
    </form>
  )
}

function TokenItem({ view, token }: { view: View; token: TokenInfo }) {
  const { text, path } = view
  const { id, name, scopes, expiresAt, usedOn } = token
  return (
    <li>
      <h3 safe>{name}</h3>
      <p safe>{scopes.map((scope) => text(scopeLabels[scope])).join(', ')}</p>
      <p class="hint">
        <span safe>{text('receipt.expires')}</span> <Moment view={view} at={expiresAt} />
        {'. '}
        <span safe>{usedOn === null ? text('tokens.unused') : text('tokens.used', { day: formatDay(usedOn) })}</span>
      </p>
      <form method="post" action={path(`/account/tokens/${id}/revoke`)}>
        <button class="danger" type="submit" safe>
          {text('tokens.revoke')}
        </button>
      </form>
    </li>
  )
}

/** Renders the value of a new API token, once. */
export function TokenCreatedPage({ view, token, info }: { view: View; token: string; info: TokenInfo }) {
  const { text, path } = view
  return (
    <Layout view={view} title={text('tokens.createdTitle')} script="receipt.js" current="account">
      <h1 safe>{text('tokens.createdTitle')}</h1>
      <p class="lead" safe>
        {text('tokens.createdLead')}
      </p>
      <div class="form">
        <label for="token" safe>
          {info.name}
        </label>
        <textarea id="token" class="link" rows="2" readonly autocomplete="off" spellcheck="false" translate="no" safe>
          {token}
        </textarea>
        <button class="primary" type="button" data-copy="token" data-copied={text('share.copied')} hidden safe>
          {text('tokens.copy')}
        </button>
        <span class="visually-hidden" role="status" data-copy-status></span>
      </div>
      <p safe>{text('tokens.createdHow')}</p>
      <p class="onward">
        <a href={path('/account/tokens')} safe>
          {text('tokens.back')}
        </a>
      </p>
    </Layout>
  )
}
