/** The words of one's own secrets and API tokens. */
export const mine = {
  'privacy.purpose.owned_secret': 'Links a secret to your account, with your private note',
  'privacy.retention.owned_secret': 'As long as the receipt of the secret',
  'privacy.purpose.token': 'An API token: its name and permissions, never the token itself',
  'privacy.retention.token': 'Until revoked or expired',

  'mine.title': 'My secrets',
  'mine.lead':
    'What became of the secrets you shared, and when. No link is kept here: this list opens nothing, and nobody else sees it.',
  'mine.none': 'You have shared no secrets lately. What you share while you are signed in stands here.',
  'mine.older': 'Older ones',
  'mine.note': 'Private note',
  'mine.noteAdd': 'Add a note',
  'mine.noteChange': 'Change the note',
  'mine.noteHint': 'Only you see it, never the recipient. Save it empty to erase it.',
  'mine.noteSave': 'Save the note',
  'mine.notify': 'Mail me when this secret is opened. It says when, never by whom.',
  'mine.notifyIsOn': 'You get a mail when this secret is opened.',
  'mine.notifyOn': 'Tell me',
  'mine.notifyOff': 'Do not tell me',
  'mine.recipient': 'Mail the link to',
  'mine.recipientHint':
    'To mail it, this server must know the whole link: the secret is then locked on the server, not in your browser. Leave it empty to lock it in your browser and send the link yourself. The passphrase is never mailed.',
  'mine.modeMail': 'Locked on the server, so that it can mail the link.',
  'mine.mailed': 'The link is on its way by mail. You need not send it.',

  'tokens.title': 'API tokens',
  'tokens.lead': 'For scripts that act for you. Each one does what you tick, and no more.',
  'tokens.name': 'Name',
  'tokens.nameHint': 'What it is for, so that you know it again.',
  'tokens.days': 'Days it counts',
  'tokens.daysHint': 'At most {max}.',
  'tokens.scopes': 'It may',
  'tokens.create': 'create secrets',
  'tokens.status': 'see what became of secrets',
  'tokens.reveal': 'open secrets',
  'tokens.burn': 'destroy secrets',
  'tokens.account': 'see and change this account',
  'tokens.admin': 'run this instance',
  'tokens.passwordHint': 'Needed if you signed in more than ten minutes ago.',
  'tokens.submit': 'Make the token',
  'tokens.yours': 'Your tokens',
  'tokens.unused': 'Not used yet',
  'tokens.used': 'Last used on {day}',
  'tokens.revoke': 'Revoke',
  'tokens.madeTitle': 'Your token',
  'tokens.madeLead': 'Copy it now: it is shown once, here, and kept nowhere.',
  'tokens.madeHow':
    'Send it as “Authorization: Bearer …”, or, from older programs, as the password beside your user name.',
  'tokens.copy': 'Copy the token',
  'tokens.back': 'Back to your tokens',

  'error.delivery_off': 'Links are not mailed from here. Create the link without a recipient, and send it yourself.',
  'error.delivery_quota':
    'An account may have {limit} links mailed in a day, and this one has. Nothing was created: leave the recipient out, and send the link yourself.',
  'error.recipient_end_to_end':
    'This server does not know the whole link of a secret that was locked end to end, and cannot mail it.',
  'error.recipient_refuses':
    'This address asked for no mail from here. Nothing was created or sent: leave the recipient out, and send the link another way.',
  'error.scope_missing': 'This token was not made for that: it lacks “{scope}”.',
  'error.token_invalid': 'These are no valid credentials here: send an API token of this instance that still counts.',
  'error.tokens_full': 'An account may have {limit} tokens. Revoke one that is not needed.',
} as const
