import { Moment } from '../parts.tsx'
import type { View } from '../view.ts'

interface ShareLinkProps {
  view: View
  link: string
  /** The QR code of the link as SVG; undefined if the script draws it. */
  qr?: string | undefined
  /** When the link expires. */
  expiresAt?: number | undefined
  /** The path of the receipt; undefined on the receipt itself. */
  receiptLink?: string | undefined
}

/** The link to send, with its QR code; and, set apart below it, the link to the receipt for the sender. */
export function ShareLink({ view, link, qr, expiresAt, receiptLink }: ShareLinkProps) {
  const { text } = view
  return (
    <>
      <div class="share" data-share>
        <p class="lead" safe>
          {text('share.lead')}
        </p>
        <label for="link" safe>
          {text('share.label')}
        </label>
        <textarea
          id="link"
          class="link"
          rows="3"
          readonly
          autocomplete="off"
          spellcheck="false"
          translate="no"
          data-link
          safe
        >
          {link}
        </textarea>
        <button class="primary" type="button" data-copy="link" data-copied={text('share.copied')} hidden safe>
          {text('share.copy')}
        </button>
        <span class="visually-hidden" role="status" data-copy-status></span>
        {expiresAt === undefined ? (
          ''
        ) : (
          <p class="hint">
            <span safe>{text('share.expires')}</span> <Moment view={view} at={expiresAt} />
          </p>
        )}
        <details class="qr" data-qr hidden={qr === undefined}>
          <summary safe>{text('share.qr')}</summary>
          <div role="img" aria-label={text('share.qrAlt')} data-qr-image>
            {(qr ?? '') as 'safe'}
          </div>
        </details>
      </div>
      {receiptLink === undefined ? '' : <ForTheSender view={view} link={receiptLink} />}
    </>
  )
}

function ForTheSender({ view, link }: { view: View; link: string }) {
  const { text } = view
  return (
    <aside class="aside">
      <h2 safe>{text('share.receiptTitle')}</h2>
      <p safe>{text('share.receiptLead')}</p>
      <p class="onward">
        <a href={link} data-receipt safe>
          {text('share.receiptLink')}
        </a>
      </p>
    </aside>
  )
}
