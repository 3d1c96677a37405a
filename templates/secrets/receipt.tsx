import type { TextKey } from '../../src/i18n/text.ts'
import type { Receipt, SecretState } from '../../src/secrets/receipt.ts'
import { Layout } from '../layout.tsx'
import { BurnForm, Event } from '../parts.tsx'
import type { View } from '../view.ts'
import { ShareLink } from './share.tsx'

const headings: Record<SecretState, { title: TextKey; lead: TextKey }> = {
  new: { title: 'receipt.titleNew', lead: 'receipt.leadNew' },
  revealed: { title: 'receipt.titleRevealed', lead: 'receipt.leadRevealed' },
  burned: { title: 'receipt.titleBurned', lead: 'receipt.leadBurned' },
  withdrawn: { title: 'receipt.titleWithdrawn', lead: 'receipt.leadWithdrawn' },
  expired: { title: 'receipt.titleExpired', lead: 'receipt.leadExpired' },
}

/** The properties of the receipt page. */
export interface ReceiptProps {
  view: View
  receipt: Receipt
  /** The action of the burn form. */
  burnPath: string
  /** The link with its QR code, while the secret is new; undefined for end-to-end links, which the server does not know. */
  share?: { link: string; qr: string } | undefined
  /** Whether the link was just emailed. */
  isMailed?: boolean
}

/** The page of a receipt. */
export function ReceiptPage({ view, receipt, burnPath, share, isMailed = false }: ReceiptProps) {
  const { text, path } = view
  const { title, lead } = headings[receipt.state]
  const isNew = receipt.state === 'new'
  return (
    <Layout view={view} title={text('receipt.title')} script="receipt.js">
      <p class="eyebrow" safe>
        {text('receipt.title')}
      </p>
      <h1 class={`state ${receipt.state}`}>
        <span safe>{text(title)}</span>
      </h1>
      <p class="lead" safe>
        {text(lead)}
      </p>
      {isMailed && isNew ? (
        <p class="notice" role="status" safe>
          {text('owned.mailed')}
        </p>
      ) : (
        ''
      )}
      {share ? <ShareLink view={view} link={share.link} qr={share.qr} expiresAt={receipt.expiresAt} /> : ''}
      {isNew && !share ? (
        <p class="notice" safe>
          {text('share.fragmentGone')}
        </p>
      ) : (
        ''
      )}
      <History view={view} receipt={receipt} share={share} />
      {isNew ? <BurnForm view={view} action={burnPath} /> : ''}
      <p class="onward">
        <a href={path('/')} safe>
          {text('receipt.again')}
        </a>
      </p>
    </Layout>
  )
}

function History({ view, receipt, share }: Pick<ReceiptProps, 'view' | 'receipt' | 'share'>) {
  const { text } = view
  const { state, endToEnd, createdAt, expiresAt, revealedAt, burnedAt, withdrawnAt } = receipt
  return (
    <section class="aside">
      <h2 safe>{text('receipt.history')}</h2>
      <dl class="history">
        <Event view={view} name="receipt.created" at={createdAt} />
        {revealedAt === null ? '' : <Event view={view} name="receipt.revealed" at={revealedAt} />}
        {burnedAt === null ? '' : <Event view={view} name="receipt.burned" at={burnedAt} />}
        {withdrawnAt === null ? '' : <Event view={view} name="receipt.withdrawn" at={withdrawnAt} />}
        {state === 'new' && !share ? <Event view={view} name="receipt.expires" at={expiresAt} /> : ''}
        {state === 'expired' ? <Event view={view} name="receipt.expired" at={expiresAt} /> : ''}
        <dt safe>{text('receipt.mode')}</dt>
        <dd safe>{text(endToEnd ? 'receipt.modeBrowser' : 'receipt.modeServer')}</dd>
      </dl>
      <p class="hint" safe>
        {`${text('receipt.noWho')} ${text('receipt.own')}`}
      </p>
    </section>
  )
}
