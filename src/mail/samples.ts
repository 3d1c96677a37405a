import type { MailPurpose } from '../privacy/inventory/mail-purposes.ts'
import type { MailFacts, MailKind } from './mail-templates.ts'

const sampleTime = Date.UTC(2027, 0, 31, 12)
const link = '/sample'

/** Sample facts for every kind of mail, for previews. */
export const mailSamples: { readonly [Kind in MailKind]: MailFacts[Kind] } = {
  'confirm-email': { link },
  'already-registered': {},
  'reset-password': { link },
  invitation: { link },
  'login-link': { link },
  'password-changed': {},
  'confirm-new-email': { link },
  'email-changed': {},
  'mfa-changed': {},
  'token-created': { name: 'backup script' },
  'secret-link': { link, from: 'ann', expiresAt: sampleTime },
  'secret-opened': { at: sampleTime },
  'account-closed': { link, eraseAt: sampleTime },
  'account-restored': {},
  'account-erased': { at: sampleTime },
  test: {},
  'address-look-up': { link },
  'policy-notice': { link, effectiveAt: sampleTime },
  'transfer-notice': { link, receiver: 'Example Ltd', transferAt: sampleTime },
  'disclosure-notice': { link },
  'message-answered': { link },
  'operator-message': { link, number: '12' },
  'complaint-due': { link, number: '12', dueAt: sampleTime },
  'hold-review': { link, reviewAt: sampleTime },
}

/** The name of every kind of mail. */
export const mailKinds = Object.keys(mailSamples) as readonly MailKind[]

const toOperatorOrSender: readonly MailKind[] = [
  'address-look-up',
  'message-answered',
  'operator-message',
  'complaint-due',
  'hold-review',
]

/** Returns the purpose that a kind of mail is usually sent for. */
export function samplePurpose(kind: MailKind): MailPurpose {
  if (toOperatorOrSender.includes(kind)) return 'correspondence'
  if (kind === 'secret-link') return 'delivery'
  return kind === 'secret-opened' ? 'opened' : 'account'
}
