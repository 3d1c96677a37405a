import type { Children } from '@kitajs/html'
import type { TextKey } from '../../src/i18n/text.ts'
import type { AddressRecord, RefusalChoice } from '../../src/privacy/rights/look-up-by-address.ts'
import { ButtonPage } from '../accounts/parts.tsx'
import { Layout } from '../layout.tsx'
import { Moment } from '../parts.tsx'
import type { View } from '../view.ts'
import { Back } from './look-up.tsx'

/** The page that a mailed link opens. Data is only shown after its button is pressed. */
export function AddressLookUpPage({ view, address, action }: { view: View; address: string; action: string }) {
  const { text } = view
  return (
    <ButtonPage
      view={view}
      title={text('address.title')}
      lead={text('address.lead', { address })}
      action={action}
      button={text('address.show')}
    />
  )
}

/** Props of the page of stored data about an address. */
export interface AddressRecordProps {
  view: View
  address: string
  record: AddressRecord
  /** The code that allows the erasure. */
  code: string
}

/** The stored data about an address, with a form to erase it. */
export function AddressRecordPage({ view, address, record, code }: AddressRecordProps) {
  const { text, path } = view
  return (
    <Layout view={view} title={text('address.title')}>
      <article class="prose">
        <h1 safe>{text('address.title')}</h1>
        <p class="lead" safe>
          {text('address.about', { address })}
        </p>
        <p>
          <span safe>{text(record.hasAccount ? 'address.account' : 'address.noAccount')}</span>{' '}
          {record.hasAccount ? (
            <a href={path('/account/export')} safe>
              {text('export.title')}
            </a>
          ) : (
            ''
          )}
        </p>
        <RecordLists view={view} record={record} />
        <p class="hint" safe>
          {text('address.withheld')}
        </p>
      </article>
      <EraseForm view={view} code={code} />
      <Back view={view} />
    </Layout>
  )
}

function RecordLists({ view, record }: { view: View; record: AddressRecord }) {
  const { text } = view
  return (
    <>
      <List view={view} title="address.mails" count={record.mails.length}>
        {record.mails.map(({ subject, createdAt, doneAt, forgetAt }) => (
          <li>
            <strong safe>{subject}</strong> <Moment view={view} at={createdAt} />.{' '}
            <span safe>{text(doneAt === null ? 'address.waiting' : 'address.done')}</span>{' '}
            <span safe>{text('address.deleted')}</span> <Moment view={view} at={forgetAt} />
          </li>
        ))}
      </List>
      <List view={view} title="address.links" count={record.links.length}>
        {record.links.map(({ createdAt, expiresAt }) => (
          <li>
            <Moment view={view} at={createdAt} />. <span safe>{text('address.deleted')}</span>{' '}
            <Moment view={view} at={expiresAt} />
          </li>
        ))}
      </List>
      <List view={view} title="address.refusals" count={record.refusals.length}>
        {record.refusals.map(({ purpose, at }) => (
          <li>
            <strong safe>{purpose}</strong> <Moment view={view} at={at} />
          </li>
        ))}
      </List>
      <List view={view} title="address.messages" count={record.messages.length}>
        {record.messages.map(({ id, receivedAt }) => (
          <li>
            <strong safe>{text('address.message', { number: String(id) })}</strong>{' '}
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

const choices = [
  ['keep', 'address.keep'],
  ['all', 'address.refuseAll'],
  ['forget', 'address.deleteRefusals'],
] as const satisfies readonly (readonly [RefusalChoice, TextKey])[]

function EraseForm({ view, code }: { view: View; code: string }) {
  const { text, path } = view
  return (
    <form class="form" method="post" action={path('/privacy/here/erase-address')}>
      <input type="hidden" name="code" value={code} />
      <fieldset class="ticks">
        <legend safe>{text('address.choices')}</legend>
        {choices.map(([value, label]) => (
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
        {text('lookUp.erase')}
      </button>
    </form>
  )
}
