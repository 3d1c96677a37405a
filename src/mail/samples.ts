import type { MailPurpose } from '../privacy/inventory/mail-purposes.ts'
import type { MailFacts, MailKind } from './mail-templates.ts'

const someDay = Date.UTC(2027, 0, 31, 12)
const link = '/sample'

/** A letter of every kind, as it might be: for looking at it before it is needed. */
export const samples: { readonly [Kind in MailKind]: MailFacts[Kind] } = {
  'confirm-email': { link },
  'already-registered': {},
  'reset-password': { link },
  invitation: { link },
  'login-link': { link },
  'password-changed': {},
  'confirm-new-email': { link },
  'email-changed': {},
  'factor-changed': {},
  'token-made': { name: 'backup script' },
  'secret-link': { link, from: 'ann', expiresAt: someDay },
  'secret-opened': { at: someDay },
  'account-closed': { link, eraseAt: someDay },
  'account-restored': {},
  'account-erased': { at: someDay },
  test: {},
  'about-address': { link },
  'statement-notice': { link, effectiveAt: someDay },
  'transfer-notice': { link, receiver: 'Example Ltd', transferAt: someDay },
  'disclosure-notice': { link },
  'message-answered': { link },
  'operator-message': { link, number: '12' },
  'complaint-due': { link, number: '12', dueAt: someDay },
  'hold-review': { link, reviewAt: someDay },
}

/** The name of every kind of letter. */
export const mailKinds = Object.keys(samples) as readonly MailKind[]

const ofRecourse: readonly MailKind[] = [
  'about-address',
  'message-answered',
  'operator-message',
  'complaint-due',
  'hold-review',
]

/** What a letter of a kind is usually sent for. */
export function samplePurpose(kind: MailKind): MailPurpose {
  if (ofRecourse.includes(kind)) return 'recourse'
  if (kind === 'secret-link') return 'delivery'
  return kind === 'secret-opened' ? 'opened' : 'account'
}
