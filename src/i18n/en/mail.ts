/** Texts of mails and of the pages about them. */
export const mail = {
  'privacy.purpose.mail': 'An email to be sent; its content is erased once it has been sent',
  'privacy.retention.mail': '30 days, without its content',
  'privacy.purpose.refusal': 'Addresses that have opted out of email, as a keyed hash',
  'privacy.retention.refusal': 'As long as this instance exists',
  'purpose.account': 'Notices about your account and its security',
  'purpose.delivery': 'Links to secrets that someone shares with you',
  'purpose.opened': 'A notice when a secret of yours is opened, if you ask for it',
  'purpose.news': 'News about the features of this service',
  'purpose.feedback': 'Requests for your feedback',

  'mail.confirm-email.subject': 'Confirm your address',
  'mail.confirm-email.lead':
    'An account at {instance} was asked for with this address. Confirm that the address is yours, and the account is ready.',
  'mail.confirm-email.button': 'Confirm the address',
  'mail.confirm-email.note':
    'The link works once. If you did not ask for an account, do nothing: without the confirmation nobody can use it.',
  'mail.already-registered.subject': 'You have an account already',
  'mail.already-registered.lead':
    'An account at {instance} was asked for with this address, which has one already. Nothing was changed.',
  'mail.already-registered.note':
    'If it was you, sign in as usual; where you do, a forgotten password can be set anew. If it was not, there is nothing to do.',
  'mail.reset-password.subject': 'Set a new password',
  'mail.reset-password.lead': 'A new password was asked for, for your account at {instance}.',
  'mail.reset-password.button': 'Set a new password',
  'mail.reset-password.note':
    'The link works once, for 30 minutes, and of several only the newest works. If it was not you, do nothing: your password stays as it is.',
  'mail.invitation.subject': 'You are invited',
  'mail.invitation.lead':
    'The operator of {instance} invites you to an account there, to share passwords and keys by links that open once.',
  'mail.invitation.button': 'Accept the invitation',
  'mail.invitation.note': 'The link works once. If you do not want an account, do nothing: none is made.',
  'mail.login-link.subject': 'Your link to sign in',
  'mail.login-link.lead': 'The operator of {instance} made this link for you. It signs you in.',
  'mail.login-link.button': 'Sign in',
  'mail.login-link.note':
    'It works once, and for a short time. If you did not expect it, do not use it, and ask the operator.',
  'mail.password-changed.subject': 'Your password was changed',
  'mail.password-changed.lead':
    'The password of your account at {instance} was changed, and whoever was signed in elsewhere is signed out.',
  'mail.password-changed.note':
    'If it was not you, set a new password at once, as one does who forgot it, and tell the operator.',
  'mail.confirm-new-email.subject': 'Confirm your new address',
  'mail.confirm-new-email.lead':
    'This address was given as the new one of an account at {instance}. Confirm that it is yours, and it takes the place of the old one.',
  'mail.confirm-new-email.button': 'Confirm the new address',
  'mail.confirm-new-email.note':
    'The link works once. If you know nothing of this, do nothing: the address will not be used.',
  'mail.email-changed.subject': 'Your address was changed',
  'mail.email-changed.lead': 'Your account at {instance} has another address now. Mail about it no longer comes here.',
  'mail.email-changed.note': 'If it was not you, tell the operator at once.',
  'mail.mfa-changed.subject': 'How you sign in was changed',
  'mail.mfa-changed.lead':
    'A second factor, a passkey or the recovery codes of your account at {instance} were added, removed or made anew.',
  'mail.mfa-changed.note':
    'If it was not you, sign in, look at what is listed there, change your password, and tell the operator.',
  'mail.token-created.subject': 'A new API token',
  'mail.token-created.lead':
    'An API token named “{name}” was made for your account at {instance}. Whoever has it can act for you.',
  'mail.token-created.note': 'If it was not you, revoke it where your tokens are listed, and change your password.',
  'mail.secret-link.subject': 'A secret for you',
  'mail.secret-link.lead': '{from} shares a secret with you through {instance}. It opens once.',
  'mail.secret-link.button': 'Go to the secret',
  'mail.secret-link.note':
    'It waits until {expiresAt}. Nothing is opened yet when you go there: the page asks first. If you did not expect it, ask {from} by another way before you open it.',
  'mail.secret-opened.subject': 'Your secret was opened',
  'mail.secret-opened.lead': 'A secret that you shared through {instance} was opened on {at}. By whom is not recorded.',
  'mail.secret-opened.note':
    'If the person you sent it to says that they did not open it, somebody else did: change what it protected.',
  'mail.account-closed.subject': 'Your account was closed',
  'mail.account-closed.lead':
    'Your account at {instance} is closed. Nobody can sign in to it, and on {eraseAt} it is erased.',
  'mail.account-closed.button': 'Take the account back',
  'mail.account-closed.note':
    'Until then this link takes it back. If it was not you who closed it, take it back and change your password.',
  'mail.account-restored.subject': 'Your account is back',
  'mail.account-restored.lead': 'Your account at {instance} was taken back. It will not be erased.',
  'mail.account-restored.note': 'If it was not you, change your password, and tell the operator.',
  'mail.account-erased.subject': 'Your account was erased',
  'mail.account-erased.lead': 'Your account at {instance}, with all that was kept of it, was erased on {at}.',
  'mail.account-erased.note':
    'This is the last mail about it. Your address is erased as well, now that this has been sent.',
  'mail.test.subject': 'A test of the mail',
  'mail.test.lead': 'The operator of {instance} asked for this mail, to see whether it arrives. It did.',
  'mail.test.note': 'There is nothing to do.',
  'mail.why': 'Why you get this: “{purpose}”.',
  'mail.place': '{instance} keeps and processes everything in one region: {region}.',
  'mail.contact': 'Questions go to {contact}.',
  'mail.plain': 'This mail loads nothing from anywhere, and nobody counts whether it is read.',
  'mail.unsubscribe': 'Stop this kind of mail',
  'mail.cannotUnsubscribe': 'Why this kind of mail cannot be stopped',

  'unsubscribe.title': 'Mail from here',
  'unsubscribe.confirm': 'Stop this kind of mail?',
  'unsubscribe.purpose': 'What the mail was sent for: “{purpose}”.',
  'unsubscribe.confirmLead': 'Nothing is changed yet. It takes one press of a button, and no account.',
  'unsubscribe.submit': 'Stop this kind of mail',
  'unsubscribe.allTitle': 'Or stop all of it',
  'unsubscribe.allLead':
    'Then no mail of any kind goes from here to your address: no link that somebody wants to send you, no invitation. Only if you have an account with this address yourself does it still tell you what concerns its security.',
  'unsubscribe.all': 'Never mail this address again',
  'unsubscribe.stored': 'What is kept of it is a keyed hash of the address, which says to nobody whose it is.',
  'unsubscribe.required': 'This kind of mail stays',
  'unsubscribe.requiredLead':
    'It tells you what happened to your account: that a password was changed, that a token was made. It is how you would notice that somebody else is in it. As long as you have the account it cannot be stopped; it ends with the account.',
  'unsubscribe.done': 'Stopped',
  'unsubscribe.doneLead': 'No more mail of this kind goes from here to your address.',
  'unsubscribe.doneAllLead':
    'No more mail of any kind goes from here to your address, but for what concerns the security of an account of your own.',
  'unsubscribe.doneLater': 'One that is on its way just now may still arrive.',
  'unsubscribe.again': 'Allow mail to this address again',
} as const
