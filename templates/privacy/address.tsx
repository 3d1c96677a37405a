import type { Children } from '@kitajs/html'
import type { TextKey } from '../../src/i18n/text.ts'
import type { AddressRecord, Refusals } from '../../src/privacy/rights/look-up-by-address.ts'
import { ConfirmActionPage } from '../accounts/signed-out-page.tsx'
import { Layout } from '../layout.tsx'
import { Moment } from '../parts.tsx'
import type { View } from '../view.ts'
import { Back } from './look-up.tsx'

/** What the mailed link leads to: nothing is shown before the button is pressed. */
export function AddressPage({ view, address, action }: { view: View; address: string; action: string }) {
  const { text } = view
  return (
    <ConfirmActionPage
      view={view}
      title={text('address.title')}
      lead={text('address.lead', { address })}
      action={action}
      button={text('address.show')}
    />
  )
}

export interface AboutAddressProps {
  view: View
  address: string
  held: AddressRecord
  /** The word by which it may be erased. */
  next: string
}

/** What is held about an address, and the form that erases it. */
export function AboutAddressPage({ view, address, held, next }: AboutAddressProps) {
  const { text, path } = view
  return (
    <Layout view={view} title={text('address.title')}>
      <article class="prose">
        <h1 safe>{text('address.title')}</h1>
        <p class="lead" safe>
          {text('address.about', { address })}
        </p>
        <p>
          <span safe>{text(held.hasAccount ? 'address.account' : 'address.noAccount')}</span>{' '}
          {held.hasAccount ? (
            <a href={path('/account/export')} safe>
              {text('export.title')}
            </a>
          ) : (
            ''
          )}
        </p>
        <HeldLists view={view} held={held} />
        <p class="hint" safe>
          {text('address.withheld')}
        </p>
      </article>
      <EraseForm view={view} next={next} />
      <Back view={view} />
    </Layout>
  )
}

function HeldLists({ view, held }: { view: View; held: AddressRecord }) {
  const { text } = view
  return (
    <>
      <List view={view} title="address.mails" count={held.mails.length}>
        {held.mails.map(({ subject, createdAt, doneAt, forgetAt }) => (
          <li>
            <strong safe>{subject}</strong> <Moment view={view} at={createdAt} />.{' '}
            <span safe>{text(doneAt === null ? 'address.waits' : 'address.done')}</span>{' '}
            <span safe>{text('address.forgotten')}</span> <Moment view={view} at={forgetAt} />
          </li>
        ))}
      </List>
      <List view={view} title="address.links" count={held.links.length}>
        {held.links.map(({ createdAt, expiresAt }) => (
          <li>
            <Moment view={view} at={createdAt} />. <span safe>{text('address.forgotten')}</span>{' '}
            <Moment view={view} at={expiresAt} />
          </li>
        ))}
      </List>
      <List view={view} title="address.refusals" count={held.refusals.length}>
        {held.refusals.map(({ purpose, at }) => (
          <li>
            <strong safe>{purpose}</strong> <Moment view={view} at={at} />
          </li>
        ))}
      </List>
      <List view={view} title="address.messages" count={held.messages.length}>
        {held.messages.map(({ number, receivedAt }) => (
          <li>
            <strong safe>{text('address.message', { number: String(number) })}</strong>{' '}
            <Moment view={view} at={receivedAt} />
          </li>
        ))}
      </List>
    </>
  )
}

function List(props: { view: View; title: TextKey; count: number; children: Children }) {
  const { view, title, count, children } = props
  return (
    <>
      <h2 safe>{view.text(title)}</h2>
      {count === 0 ? <p safe>{view.text('address.none')}</p> : <ul>{children as 'safe'}</ul>}
    </>
  )
}

const wishes = [
  ['keep', 'address.keep'],
  ['all', 'address.never'],
  ['forget', 'address.forget'],
] as const satisfies readonly (readonly [Refusals, TextKey])[]

function EraseForm({ view, next }: { view: View; next: string }) {
  const { text, path } = view
  return (
    <form class="form" method="post" action={path('/privacy/here/erase-address')}>
      <input type="hidden" name="code" value={next} />
      <fieldset class="ticks">
        <legend safe>{text('address.wishes')}</legend>
        {wishes.map(([value, label]) => (
          <label class="tick">
            <input type="radio" name="refusals" value={value} checked={value === 'keep'} required />
            <span safe>{text(label)}</span>
          </label>
        ))}
      </fieldset>
      <p class="hint" safe>
        {text('address.eraseHint')}
      </p>
      <button class="danger" type="submit" safe>
        {text('held.erase')}
      </button>
    </form>
  )
}
