/** Texts of the consent prompt, the consent history, support access and the access log. */
export const grants = {
  'consentPrompt.title': 'New or changed consent requests',
  'consentPrompt.lead':
    'The following is new, or its wording has changed. It stays off until you agree. You can use your account as before whatever you answer, and you will not be asked again.',
  'consentPrompt.legend': 'Select what you agree to',
  'consentPrompt.agree': 'Agree to selected',
  'consentPrompt.decline': 'Decline all',
  'consentPrompt.later': 'You can change your choices in your account at any time.',

  'consents.refused': 'Declined: {wording}',
  'consents.details': 'Version {version}, in {language}, {way}',
  'consents.withdrawnAt': 'Withdrawn:',
  'consents.waySignUp': 'at sign-up',
  'consents.waySignIn': 'after sign-in',
  'consents.wayProfile': 'on this page',
  'consents.wayMail': 'through a link in an email',
  'consents.waySecret': 'next to a secret',
  'consents.wordingHash': 'SHA-256 of the wording:',

  'privacy.purpose.support_grant': 'Permission you gave support to see details of your account, and until when',
  'privacy.retention.support_grant': '1 year after it ends, but no longer than the account',
  'privacy.purpose.access_log': 'A record of who looked at your account for support, and when, that you can see',
  'privacy.retention.access_log': '1 year, but no longer than the account',

  'support.title': 'Support access',
  'support.lead':
    'Operators of this instance can see your user name, email address, role and account status, when the account was created, whether it uses a second factor, any email to you that has not been sent, and your API tokens (name, permissions, expiry and date of last use). Support can see more only if you allow it here, for a limited time.',
  'support.scope':
    'With your permission, support can see when you created secrets and what happened to them, the browsers that are signed in, when API tokens and passkeys were created and used, and the kinds of email you received. This does not include what you shared, your notes, names you have given to anything, or links.',
  'support.activeUntil': 'Support access is allowed until',
  'support.end': 'End access now',
  'support.duration': 'Allow support access for',
  'support.replace': 'Replace it with access, starting now, for',
  'support.hour': '1 hour',
  'support.hours': '{hours} hours',
  'support.grant': 'Allow access',
  'support.log': 'Access log',
  'support.logLead': 'Each entry is written before any data is shown, and is kept for a year.',
  'support.noAccess': 'No one has viewed your account.',
  'support.operator': 'Operator {operator}',
  'support.erasedOperator': 'An operator whose account has been erased',
  'support.terminal': 'A person with access to the server’s command line',
  'support.requestLead':
    'View the details of an account with its owner’s permission. The access is recorded for the owner before you see anything.',
  'support.account': 'User name or email address',
  'support.view': 'View account',
  'support.recorded': 'Your access has been recorded. The owner can see it.',
  'support.none': 'Not set',

  'verify.missingTrigger':
    'The database no longer prevents changes to recorded consents: the trigger {trigger} is missing.',

  'error.grant_missing': 'The owner of this account has not allowed support access, or the permission has expired.',
} as const
