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
    'Someone signed up for an account at {instance} with this address. Confirm that the address is yours to create the account.',
  'mail.confirm-email.button': 'Confirm the address',
  'mail.confirm-email.note':
    'The link works once. If you did not sign up, ignore this mail: without confirmation no account is created.',
  'mail.already-registered.subject': 'You already have an account',
  'mail.already-registered.lead':
    'Someone tried to sign up at {instance} with this address, which already has an account. Nothing was changed.',
  'mail.already-registered.note':
    'If it was you, sign in as usual. If you have forgotten your password, you can reset it on the sign-in page. If it was not you, ignore this mail.',
  'mail.reset-password.subject': 'Set a new password',
  'mail.reset-password.lead': 'Someone asked to reset the password of your account at {instance}.',
  'mail.reset-password.button': 'Set a new password',
  'mail.reset-password.note':
    'The link works once, for 30 minutes. Only the newest link works. If it was not you, ignore this mail: your password stays the same.',
  'mail.invitation.subject': 'You have been invited',
  'mail.invitation.lead':
    'The operator of {instance} invites you to create an account, to share passwords and keys through links that can be opened once.',
  'mail.invitation.button': 'Accept the invitation',
  'mail.invitation.note': 'The link works once. If you do not want an account, ignore this mail: none is created.',
  'mail.login-link.subject': 'Your sign-in link',
  'mail.login-link.lead': 'The operator of {instance} created this link for you. It signs you in.',
  'mail.login-link.button': 'Sign in',
  'mail.login-link.note':
    'The link works once, for a short time. If you did not expect it, do not use it, and ask the operator.',
  'mail.password-changed.subject': 'Your password was changed',
  'mail.password-changed.lead':
    'The password of your account at {instance} was changed. All other browsers were signed out.',
  'mail.password-changed.note':
    'If it was not you, reset your password now on the sign-in page, and tell the operator.',
  'mail.confirm-new-email.subject': 'Confirm your new address',
  'mail.confirm-new-email.lead':
    'This address was entered as the new address of an account at {instance}. Confirm that it is yours, and it replaces the old one.',
  'mail.confirm-new-email.button': 'Confirm your new address',
  'mail.confirm-new-email.note':
    'The link works once. If you do not recognise this, ignore this mail: the address will not be used.',
  'mail.email-changed.subject': 'Your address was changed',
  'mail.email-changed.lead':
    'The address of your account at {instance} was changed. Mail about the account no longer goes to this address.',
  'mail.email-changed.note': 'If it was not you, tell the operator immediately.',
  'mail.mfa-changed.subject': 'Your ways to sign in were changed',
  'mail.mfa-changed.lead':
    'A second factor, a passkey or the recovery codes of your account at {instance} were added, removed, replaced or used.',
  'mail.mfa-changed.note':
    'If it was not you, sign in, check your ways to sign in, change your password, and tell the operator.',
  'mail.token-created.subject': 'An API token was created',
  'mail.token-created.lead':
    'An API token named “{name}” was created for your account at {instance}. Anyone who has it can act on your behalf.',
  'mail.token-created.note':
    'If it was not you, revoke it under “API tokens” in your account, and change your password.',
  'mail.secret-link.subject': 'You have been sent a secret',
  'mail.secret-link.lead': '{from} has sent you a secret through {instance}. It can be opened once.',
  'mail.secret-link.button': 'Go to the secret',
  'mail.secret-link.note':
    'It is available until {expiresAt}. Following the link does not open the secret: the page asks you first. If you did not expect it, check with {from} in another way before you open it.',
  'mail.secret-opened.subject': 'Your secret was opened',
  'mail.secret-opened.lead':
    'A secret that you shared through {instance} was opened on {at}. Who opened it is not recorded.',
  'mail.secret-opened.note':
    'If the recipient says they did not open it, someone else did: change the password or key it contained.',
  'mail.account-closed.subject': 'Your account was closed',
  'mail.account-closed.lead':
    'Your account at {instance} has been closed. You can no longer sign in to it, and it will be deleted on {eraseAt}.',
  'mail.account-closed.button': 'Restore the account',
  'mail.account-closed.note':
    'Until then you can restore it with this link. If it was not you who closed it, restore it and change your password.',
  'mail.account-restored.subject': 'Your account was restored',
  'mail.account-restored.lead': 'Your account at {instance} was restored. It will not be deleted.',
  'mail.account-restored.note': 'If it was not you, change your password, and tell the operator.',
  'mail.account-erased.subject': 'Your account was deleted',
  'mail.account-erased.lead': 'Your account at {instance} and all its data were deleted on {at}.',
  'mail.account-erased.note':
    'This is the last mail about it. Your address is deleted as well, now that this mail has been sent.',
  'mail.test.subject': 'Test mail',
  'mail.test.lead': 'The operator of {instance} sent this mail to test delivery. It arrived.',
  'mail.test.note': 'You do not need to do anything.',
  'mail.why': 'Why you received this: “{purpose}”.',
  'mail.place': '{instance} stores and processes all data in one region: {region}.',
  'mail.contact': 'Questions? Write to {contact}.',
  'mail.plain': 'This mail loads nothing from the internet and does not track whether it is read.',
  'mail.unsubscribe': 'Unsubscribe from this kind of mail',
  'mail.cannotUnsubscribe': 'Why you cannot unsubscribe from this kind of mail',

  'unsubscribe.title': 'Unsubscribe',
  'unsubscribe.confirm': 'Unsubscribe from this kind of mail?',
  'unsubscribe.purpose': 'The mail was sent for this reason: “{purpose}”.',
  'unsubscribe.confirmLead': 'Nothing has been changed yet. Press the button to confirm. You do not need an account.',
  'unsubscribe.submit': 'Unsubscribe from this kind of mail',
  'unsubscribe.allTitle': 'Unsubscribe from all mail',
  'unsubscribe.allLead':
    'This instance will then send no mail to your address: no links to secrets and no invitations. If you have an account with this address, you will still receive notices about its security.',
  'unsubscribe.all': 'Never send mail to this address again',
  'unsubscribe.stored': 'To remember this, a keyed hash of your address is stored. It does not reveal the address.',
  'unsubscribe.required': 'You cannot unsubscribe from this kind of mail',
  'unsubscribe.requiredLead':
    'It tells you about security events in your account, such as a changed password or a new token, so that you notice if someone else has access. You receive it for as long as you have the account.',
  'unsubscribe.done': 'Unsubscribed',
  'unsubscribe.doneLead': 'You will no longer receive this kind of mail at your address.',
  'unsubscribe.doneAllLead':
    'You will no longer receive mail at your address, except notices about the security of your own account.',
  'unsubscribe.doneLater': 'A mail that is already on its way may still arrive.',
  'unsubscribe.again': 'Allow mail to this address again',
} as const
