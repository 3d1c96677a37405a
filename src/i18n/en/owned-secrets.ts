/** The texts of a member's own secrets: list, notes, notifications, deliveries. */
export const ownedSecrets = {
  'privacy.purpose.owned_secret': 'Links a secret to your account, with your private note',
  'privacy.retention.owned_secret': 'As long as the receipt of the secret',

  'owned.title': 'My secrets',
  'owned.lead':
    'The secrets that you shared while signed in, and what became of them. The links are not stored here, so this list opens nothing. Only you can see it.',
  'owned.none': 'No secrets yet. Secrets that you share while signed in are listed here.',
  'owned.older': 'Older secrets',
  'owned.note': 'Private note',
  'owned.noteAdd': 'Add a note',
  'owned.noteChange': 'Edit the note',
  'owned.noteHint': 'Only you can see it, never the recipient. Save an empty note to delete it.',
  'owned.noteSave': 'Save the note',
  'owned.notify': 'Email me when this secret is opened. The email says when, never by whom.',
  'owned.notifyIsOn': 'You will receive an email when this secret is opened.',
  'owned.notifyOn': 'Email me',
  'owned.notifyOff': 'Do not email me',
  'owned.recipient': 'Email the link to',
  'owned.recipientHint':
    'To email the link, this server has to know all of it: the secret is then locked on the server, not in your browser. Leave this empty to lock it in your browser and send the link yourself. The passphrase is never emailed.',
  'owned.modeMail': 'Locked on the server, so that it can email the link.',
  'owned.mailed': 'The link is being emailed. You do not need to send it.',

  'error.delivery_off': 'This instance does not email links. Create the link without a recipient and send it yourself.',
  'error.delivery_quota':
    'An account can have {limit} links emailed per day, and yours has reached this limit. Nothing was created: remove the recipient and send the link yourself.',
  'error.recipient_end_to_end':
    'This server does not know the whole link of a secret that was locked end to end, so it cannot email the link.',
  'error.recipient_refuses':
    'This address has asked for no mail from here. Nothing was created or sent: remove the recipient and send the link another way.',
} as const
