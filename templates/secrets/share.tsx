import { Moment } from '../parts.tsx'
import type { View } from '../view.ts'

interface SharedProps {
  view: View
  link: string
  /** The QR code of the link, as SVG made by us; left out where the script draws it. */
  qr?: string | undefined
  /** Until when it opens. */
  expiresAt?: number | undefined
  /** The path of the receipt; left out on the receipt itself. */
  receiptLink?: string | undefined
}

/** The link to send, once and large; what is for the sender alone stands well apart below it. */
export function ShareLink({ view, link, qr, expiresAt, receiptLink }: SharedProps) {
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
