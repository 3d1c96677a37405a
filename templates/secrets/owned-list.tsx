import type { TextKey } from '../../src/i18n/text.ts'
import type { OwnedSecret } from '../../src/secrets/owned/owned-secrets.ts'
import type { State } from '../../src/secrets/receipt.ts'
import { AccountPage } from '../accounts/account-page.tsx'
import { BurnForm, describedBy, Event, Field } from '../parts.tsx'
import type { View } from '../view.ts'

const states: Record<State, TextKey> = {
  new: 'receipt.titleNew',
  revealed: 'receipt.titleRevealed',
  burned: 'receipt.titleBurned',
  expired: 'receipt.titleExpired',
}

export interface OwnedSecretsProps {
  view: View
  secrets: readonly OwnedSecret[]
  /** Where the next page begins. */
  next: string | undefined
  longestNote: number
}

export function OwnedSecretsPage({ view, secrets, next, longestNote }: OwnedSecretsProps) {
  const { text, path } = view
  return (
    <AccountPage
      view={view}
      section="mine"
      lead={text(secrets.length === 0 ? 'mine.none' : 'mine.lead')}
      script="receipt.js"
    >
      {secrets.length === 0 ? (
        <p class="onward">
          <a href={path('/')} safe>
            {text('create.title')}
          </a>
        </p>
      ) : (
        <ul class="facts mine">
          {secrets.map((secret) => (
            <Entry view={view} secret={secret} longestNote={longestNote} />
          ))}
        </ul>
      )}
      {next === undefined ? (
        ''
      ) : (
        <p class="onward">
          <a href={path(`/mine?before=${next}`)} safe>
            {text('mine.older')}
          </a>
        </p>
      )}
    </AccountPage>
  )
}

interface EntryProps {
  view: View
  secret: OwnedSecret
  longestNote: number
}

function Entry({ view, secret, longestNote }: EntryProps) {
  const { text } = view
  const { id, state, note, createdAt, expiresAt, revealedAt, burnedAt } = secret
  const isNew = state === 'new'
  return (
    <li id={id}>
      <h2 class={`state ${state}`}>
        <span safe>{text(states[state])}</span>
      </h2>
      {note === undefined ? (
        ''
      ) : (
        <p class="note" safe>
          {note}
        </p>
      )}
      <dl class="history">
        <Event view={view} name="receipt.created" at={createdAt} />
        {revealedAt === null ? '' : <Event view={view} name="receipt.revealed" at={revealedAt} />}
        {burnedAt === null ? '' : <Event view={view} name="receipt.burned" at={burnedAt} />}
        {isNew ? <Event view={view} name="receipt.expires" at={expiresAt} /> : ''}
        {state === 'expired' ? <Event view={view} name="receipt.expired" at={expiresAt} /> : ''}
      </dl>
      {isNew && view.sendsMail ? <NoticeSwitch view={view} secret={secret} /> : ''}
      <div class="folds">
        <Note view={view} secret={secret} longestNote={longestNote} />
        {isNew ? <BurnForm view={view} action={view.path(`/mine/${id}/burn`)} /> : ''}
      </div>
    </li>
  )
}

function Note({ view, secret: { id, note }, longestNote }: EntryProps) {
  const { text, path } = view
  return (
    <details class="burn">
      <summary safe>{text(note === undefined ? 'mine.noteAdd' : 'mine.noteChange')}</summary>
      <form method="post" action={path(`/mine/${id}/note`)}>
        <Field id={`note-${id}`} label={text('mine.note')} hint={text('mine.noteHint')}>
          <textarea
            id={`note-${id}`}
            name="note"
            autocomplete="off"
            rows="2"
            maxlength={String(longestNote)}
            aria-describedby={describedBy(`note-${id}`, { hint: true })}
            safe
          >
            {note ?? ''}
          </textarea>
        </Field>
        <button type="submit" safe>
          {text('mine.noteSave')}
        </button>
      </form>
    </details>
  )
}

function NoticeSwitch({ view, secret: { id, notify } }: { view: View; secret: OwnedSecret }) {
  const { text, path } = view
  return (
    <form class="switch" method="post" action={path(`/mine/${id}/notice`)}>
      <input type="hidden" name="notify" value={notify ? 'off' : 'on'} />
      <p class="hint" safe>
        {text(notify ? 'mine.notifyIsOn' : 'mine.notify')}
      </p>
      <button type="submit" safe>
        {text(notify ? 'mine.notifyOff' : 'mine.notifyOn')}
      </button>
    </form>
  )
}
