import type { TextKey } from '../../src/i18n/text.ts'
import type { OwnedSecret } from '../../src/secrets/owned/owned-secrets.ts'
import type { SecretState } from '../../src/secrets/receipt.ts'
import { AccountPage } from '../accounts/account-page.tsx'
import { BurnForm, describedBy, Event, Field } from '../parts.tsx'
import type { View } from '../view.ts'

const headings: Record<SecretState, TextKey> = {
  new: 'receipt.titleNew',
  revealed: 'receipt.titleRevealed',
  burned: 'receipt.titleBurned',
  withdrawn: 'receipt.titleWithdrawn',
  expired: 'receipt.titleExpired',
}

/** The properties of the list of a member's own secrets. */
export interface OwnedSecretsProps {
  view: View
  secrets: readonly OwnedSecret[]
  /** The `before` parameter of the next page. */
  next: string | undefined
  maxNoteLength: number
}

/** The list of a member's own secrets. */
export function OwnedSecretsPage({ view, secrets, next, maxNoteLength }: OwnedSecretsProps) {
  const { text, path } = view
  return (
    <AccountPage
      view={view}
      section="owned"
      lead={text(secrets.length === 0 ? 'owned.none' : 'owned.lead')}
      script="receipt.js"
    >
      {secrets.length === 0 ? (
        <p class="onward">
          <a href={path('/')} safe>
            {text('create.title')}
          </a>
        </p>
      ) : (
        <ul class="facts owned">
          {secrets.map((secret) => (
            <Entry view={view} secret={secret} maxNoteLength={maxNoteLength} />
          ))}
        </ul>
      )}
      {next === undefined ? (
        ''
      ) : (
        <p class="onward">
          <a href={path(`/mine?before=${next}`)} safe>
            {text('owned.older')}
          </a>
        </p>
      )}
    </AccountPage>
  )
}

interface EntryProps {
  view: View
  secret: OwnedSecret
  maxNoteLength: number
}

function Entry({ view, secret, maxNoteLength }: EntryProps) {
  const { text } = view
  const { id, state, note, createdAt, expiresAt, revealedAt, burnedAt, withdrawnAt } = secret
  const isNew = state === 'new'
  return (
    <li id={id}>
      <h2 class={`state ${state}`}>
        <span safe>{text(headings[state])}</span>
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
        {withdrawnAt === null ? '' : <Event view={view} name="receipt.withdrawn" at={withdrawnAt} />}
        {isNew ? <Event view={view} name="receipt.expires" at={expiresAt} /> : ''}
        {state === 'expired' ? <Event view={view} name="receipt.expired" at={expiresAt} /> : ''}
      </dl>
      {isNew && view.sendsMail ? <NotificationSwitch view={view} secret={secret} /> : ''}
      <div class="folds">
        <Note view={view} secret={secret} maxNoteLength={maxNoteLength} />
        {isNew ? <BurnForm view={view} action={view.path(`/mine/${id}/burn`)} /> : ''}
      </div>
    </li>
  )
}

function Note({ view, secret: { id, note }, maxNoteLength }: EntryProps) {
  const { text, path } = view
  return (
    <details class="burn">
      <summary safe>{text(note === undefined ? 'owned.noteAdd' : 'owned.noteChange')}</summary>
      <form method="post" action={path(`/mine/${id}/note`)}>
        <Field id={`note-${id}`} label={text('owned.note')} hint={text('owned.noteHint')}>
          <textarea
            id={`note-${id}`}
            name="note"
            autocomplete="off"
            rows="2"
            maxlength={String(maxNoteLength)}
            aria-describedby={describedBy(`note-${id}`, { hint: true })}
            safe
          >
            {note ?? ''}
          </textarea>
        </Field>
        <button type="submit" safe>
          {text('owned.noteSave')}
        </button>
      </form>
    </details>
  )
}

function NotificationSwitch({ view, secret: { id, notify } }: { view: View; secret: OwnedSecret }) {
  const { text, path } = view
  return (
    <form class="switch" method="post" action={path(`/mine/${id}/notice`)}>
      <input type="hidden" name="notify" value={notify ? 'off' : 'on'} />
      <p class="hint" safe>
        {text(notify ? 'owned.notifyIsOn' : 'owned.notify')}
      </p>
      <button type="submit" safe>
        {text(notify ? 'owned.notifyOff' : 'owned.notifyOn')}
      </button>
    </form>
  )
}
