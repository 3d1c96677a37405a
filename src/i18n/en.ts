import { accounts } from './en/accounts.ts'
import { errors } from './en/errors.ts'
import { fields } from './en/fields.ts'
import { grants } from './en/grants.ts'
import { lookUp } from './en/look-up.ts'
import { mail } from './en/mail.ts'
import { mfa } from './en/mfa.ts'
import { ownedSecrets } from './en/owned-secrets.ts'
import { policy } from './en/policy.ts'
import { proof } from './en/proof.ts'
import { registers } from './en/registers.ts'
import { tokens } from './en/tokens.ts'

/** The English texts. Their keys are the list of all texts; every other language must have the same keys. */
export const en = {
  ...accounts,
  ...mfa,
  ...errors,
  ...fields,
  ...grants,
  ...ownedSecrets,
  ...tokens,
  ...mail,
  ...proof,
  ...lookUp,
  ...policy,
  ...registers,

  'layout.skip': 'Skip to the content',
  'layout.nav': 'Main',
  'layout.share': 'Share',
  'layout.generate': 'Generate',
  'layout.region': 'Stored in: {region}',
  'layout.privacy': 'Privacy',
  'layout.terms': 'Terms',
  'layout.security': 'Security',
  'layout.contact': 'Contact: {contact}',
  'layout.errorTitle': 'Error: {title}',
  'time.now': 'just now',
  'theme.label': 'Colours',
  'theme.system': 'System',
  'theme.light': 'Light',
  'theme.dark': 'Dark',

  'create.title': 'Share a secret',
  'create.lead': 'Get a link that can be opened once. After that, the secret is deleted.',
  'create.content': 'Your secret',
  'create.contentHint': 'A password, a key or a note, up to about {limit} characters.',
  'create.used': '{used} of about {limit} characters',
  'create.tooLarge': 'Too long: {used} characters. About {limit} fit.',
  'create.tooLong': 'Your secret is too long. About {limit} characters fit.',
  'create.passphrase': 'Passphrase',
  'create.optional': 'optional',
  'create.passphraseHint': 'Send it separately from the link. It cannot be recovered.',
  'create.ttl': 'Expires after',
  'create.submit': 'Create the link',
  'create.modeBrowser': 'Encrypted in your browser before it is sent: this server never sees your secret.',
  'create.modeServer':
    'Encrypted on the server when it arrives. With JavaScript on, it is encrypted in your browser before it is sent.',
  'create.needsSignIn': 'Sign in to create secrets on this instance.',
  'create.working': 'Encrypting…',
  'create.lost': 'The connection failed. Your secret is still in the form. Try again.',

  'share.title': 'Your link is ready',
  'share.lead': 'Send this link to one person. It can be opened once.',
  'share.label': 'Link for the recipient',
  'share.copy': 'Copy the link',
  'share.copied': 'Copied',
  'share.qr': 'Show QR code',
  'share.qrAlt': 'QR code of the link for the recipient',
  'share.expires': 'Expires',
  'share.fragmentGone':
    'This secret was encrypted in your browser, and the second half of its link never reached this server. The full link was shown once, when you created it.',
  'share.value': 'Generated secret',
  'share.valueHint': 'Shown only once. {strength}.',
  'share.veryStrong': 'Very strong ({bits} bits)',
  'share.strong': 'Strong ({bits} bits)',
  'share.fair': 'Fair ({bits} bits)',
  'share.weak': 'Weak ({bits} bits)',
  'share.receiptTitle': 'Your receipt',
  'share.receiptLead':
    'Your receipt shows whether and when the link was opened, and lets you delete the secret. Keep its address, and do not share it.',
  'share.receiptLink': 'Open the receipt',

  'receipt.title': 'Receipt',
  'receipt.titleNew': 'Not opened yet',
  'receipt.titleRevealed': 'Opened',
  'receipt.titleBurned': 'Deleted',
  'receipt.titleWithdrawn': 'Withdrawn',
  'receipt.titleExpired': 'Expired',
  'receipt.leadNew': 'The secret can still be opened with its link.',
  'receipt.leadRevealed':
    'The secret was opened once and has been deleted. If the recipient says they did not open it, someone else did: change the password or key it contained.',
  'receipt.leadBurned': 'The secret was deleted before anyone opened it.',
  'receipt.leadWithdrawn':
    'The secret was withdrawn after this instance was restored from a copy, because it may already have been opened. Share it again if it is still needed.',
  'receipt.leadExpired': 'The secret expired before anyone opened it, and has been deleted.',
  'receipt.history': 'History',
  'receipt.created': 'Created',
  'receipt.expires': 'Expires',
  'receipt.expired': 'Expired',
  'receipt.revealed': 'Opened',
  'receipt.burned': 'Deleted',
  'receipt.withdrawn': 'Withdrawn after a restore',
  'receipt.mode': 'Encrypted',
  'receipt.modeBrowser': 'in your browser, end to end',
  'receipt.modeServer': 'on this server',
  'receipt.noWho': 'A receipt records when a secret was opened, never by whom.',
  'receipt.own': 'This page is your receipt. Keep its address to come back, and do not share it.',
  'receipt.burnTitle': 'Delete this secret',
  'receipt.burnLead': 'The link stops working immediately. This cannot be undone.',
  'receipt.burn': 'Delete it now',
  'receipt.again': 'Share another secret',

  'reveal.title': 'You have been sent a secret',
  'reveal.lead': 'It can be opened once. After that the link stops working and the secret is deleted.',
  'reveal.expires': 'Available until',
  'reveal.instance': 'Sent through {name}',
  'reveal.recorded': 'The sender can see when it was opened, but not by whom.',
  'reveal.passphrase': 'Passphrase',
  'reveal.passphraseHint': 'The sender should have given you this separately from the link.',
  'reveal.submit': 'Open the secret',
  'reveal.working': 'Opening…',
  'reveal.later': 'Not ready? Close this page. Nothing has been opened.',
  'reveal.modeBrowser': 'Encrypted in the sender’s browser, and decrypted here with the last part of your link.',
  'reveal.modeServer': 'Encrypted on the server, with a key that is only in your link.',
  'reveal.needsScript':
    'This secret was encrypted in the sender’s browser. Turn on JavaScript to decrypt it here. Nothing has been opened.',
  'reveal.needsHttps': 'This browser can decrypt secrets over HTTPS only. Nothing has been opened.',
  'reveal.halfLink':
    'This link is incomplete: the part after the “#” is missing. Ask the sender for the full link. Nothing has been opened.',
  'reveal.wrongLink': 'The last part of this link is wrong. Ask the sender for the full link. Nothing has been opened.',
  'reveal.lost': 'The connection failed. The secret is not lost: press the button again within a minute.',

  'revealed.title': 'Your secret',
  'revealed.lead': 'It has been deleted from this server. Copy it now: it cannot be shown again.',
  'revealed.label': 'Secret',
  'revealed.copy': 'Copy the secret',
  'revealed.copied': 'Copied',
  'revealed.save': 'Save as a file',
  'revealed.at': 'Opened and deleted',

  'gone.lead': 'This link has been opened, was deleted, has expired or never existed. We cannot tell which.',
  'gone.ask':
    'Ask the sender for a new one. If you expected to be the first to open it, tell them: someone else may have opened it.',

  'generate.title': 'Generate a secret',
  'generate.lead': 'A new password, created and encrypted on the server, with a link that can be opened once.',
  'generate.kind': 'Kind',
  'generate.password': 'Password',
  'generate.words': 'Words',
  'generate.length': 'Characters',
  'generate.count': 'Words',
  'generate.classes': 'Include',
  'generate.lowercase': 'lower case',
  'generate.uppercase': 'upper case',
  'generate.digits': 'digits',
  'generate.symbols': 'symbols',
  'generate.hint': 'Characters that look alike are left out.',
  'generate.wordsHint': 'From the EFF large word list (CC BY 3.0 US).',
  'generate.submit': 'Generate and create the link',

  'privacy.title': 'Privacy Statement',
  'privacy.what': 'What',
  'privacy.why': 'Purpose',
  'privacy.howLong': 'Kept for',
  'privacy.addressesFull': 'stored in full',
  'privacy.addressesTruncated': 'with its last part removed',
  'privacy.addressesHashed': 'only as a keyed hash whose key changes every day',
  'privacy.addressesNone': 'not stored',
  'privacy.purpose.instance': 'The region and the server key that this database belongs to',
  'privacy.retention.instance': 'As long as this instance exists',
  'privacy.purpose.restoration': 'The times at which this instance was restored from a copy or moved',
  'privacy.purpose.secret': 'An encrypted secret, to deliver it to one recipient',
  'privacy.retention.secret': 'Until opened, deleted or expired',
  'privacy.purpose.receipt': 'A receipt, to tell the sender what happened to a secret and when, never who opened it',
  'privacy.retention.receipt': 'Twice the lifetime of the secret',
  'privacy.purpose.idempotent_response':
    'The response to an API request, so that repeating the request returns the same link',
  'privacy.retention.idempotent_response': '1 hour',
  'privacy.purpose.themeCookie': 'Remembers your choice of light or dark mode',
  'privacy.retention.themeCookie': '1 year',

  'terms.title': 'Terms of use',
  'terms.lead': 'The rules for using this service.',
  'terms.1':
    'You are responsible for what you share and for whom you share it with. Share only what you are allowed to share.',
  'terms.2':
    'A link opens once, for the first person who uses the complete link. Make sure you send it to the right person, and send a passphrase separately from the link.',
  'terms.3':
    'A secret that has been opened or destroyed, or that has expired, cannot be recovered: not by you, not by the operator, and not by the authors of the software.',
  'terms.4':
    'This service is not a place to store information. Keep your own copy until the recipient confirms that they have it.',
  'terms.5':
    'The software is provided without warranty, under the MIT licence. The operator of this instance may have additional rules.',
  'terms.6':
    'You must be at least {age} years old to have an account. The account of a younger person is closed and its data erased.',
  'terms.7':
    'You can close your account at any time. The operator can also disable or close an account. The privacy statement explains when its data is erased.',

  'security.title': 'Security',
  'security.lead': 'What protects your secrets, and from whom.',
  'security.sealTitle': 'How secrets are encrypted',
  'security.seal1':
    'Each secret has its own AES-256-GCM key. It is derived with HKDF-SHA-256 from the key in the link, the server’s root key and, if you set one, the passphrase (argon2id). The database alone reveals none of the three.',
  'security.seal2':
    'If JavaScript is on, your browser encrypts the content before sending it, with a key from the part of the link after the “#”. That part never reaches the server. To open the secret, a browser must first prove that it has it.',
  'security.whoTitle': 'Who can see what',
  'security.who1':
    'Someone with a copy of the database, even together with the server’s root key, sees the approximate size, the dates and the status of a secret. They do not see its content or its link, unless the link is waiting to be emailed. They can also read account data, such as user names and email addresses.',
  'security.who2':
    'A proxy or mail scanner that sees a link can load its page, which changes nothing. Without the part after the “#”, it cannot open or destroy a secret that was encrypted in a browser.',
  'security.who3':
    'Anyone who controls the server could change the software. A secret encrypted in a browser stays protected if a disk is stolen, a backup is copied or logs are read, but a server that is compromised while you use it could send you a different page.',
  'security.who4':
    'The first person with the complete link can open the secret. That is what the link is for. A passphrase sent separately protects you if the link is intercepted.',
  'security.onceTitle': 'How a secret opens only once',
  'security.once':
    'Opening a secret is a single database operation: if several people try at the same time, exactly one of them gets the content, and it is deleted before the response is sent. If the connection drops, the page that opened the secret can request it again for one minute, using a random token that only this page has.',
  'security.reportTitle': 'Report a vulnerability',
  'security.report':
    'If you find a security vulnerability, please report it privately to the operator of this instance first: {contact}.',
  'security.reportNobody':
    'The operator of this instance has not published a contact address. Please report vulnerabilities to the person who gave you the address of this site.',
} as const satisfies Record<string, string>
