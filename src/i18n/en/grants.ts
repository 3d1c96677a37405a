/** The words of what is asked again, of support, and of who looked at an account. */
export const grants = {
  'asked.title': 'Something new to agree to',
  'asked.lead':
    'It is new here, or its words have changed, so it is off until you agree. Your account works the same whatever you answer, and you are not asked again.',
  'asked.legend': 'Tick what you agree to',
  'asked.agree': 'Agree to what is ticked',
  'asked.none': 'No to all',
  'asked.later': 'Under Agreements in your account you can change it at any time.',

  'consents.refused': 'Not agreed: {wording}',
  'consents.details': 'Version {version}, in {language}, {way}',
  'consents.takenBack': 'Taken back:',
  'consents.waySignUp': 'when the account was made',
  'consents.waySignIn': 'after signing in',
  'consents.wayProfile': 'on this page',
  'consents.wayMail': 'by the link in a mail',
  'consents.waySecret': 'beside a secret',
  'consents.fingerprint': 'SHA-256 of the words:',

  'privacy.purpose.support_grant': 'That an owner lets support see the metadata of the account, and for how long',
  'privacy.kept.support_grant': 'A year after it is over, at most as long as the account',
  'privacy.purpose.access_log': 'Who of support looked at an account and when, for its owner to see',
  'privacy.kept.access_log': 'A year, at most as long as the account',

  'support.title': 'Support',
  'support.lead':
    'Whoever runs this instance sees of your account its name, address, role and state, when it was made, whether it has a second factor, and a mail to it that could not be sent. More only if you allow it here, for some hours.',
  'support.sees':
    'What support sees then: when you made secrets and what became of them, which browsers are signed in, when API tokens and passkeys were made and used, which kinds of mail you got. Never what you shared, your notes, a name that you gave to something, or a link.',
  'support.runs': 'Support may look until',
  'support.end': 'End it now',
  'support.howLong': 'Let support look for',
  'support.again': 'Or, from now on, for',
  'support.hour': '1 hour',
  'support.hours': '{hours} hours',
  'support.give': 'Allow it',
  'support.log': 'Who looked',
  'support.logLead': 'Each line was written before anything was shown, and is kept for a year.',
  'support.nobody': 'Nobody has looked at your account.',
  'support.operator': 'Operator {operator}',
  'support.former': 'An operator whose account is erased',
  'support.terminal': 'Somebody at the terminal of the server',
  'support.askLead':
    'With the owner’s leave you see the metadata of one account. That you looked is noted for its owner before you see anything.',
  'support.account': 'User name or e-mail address',
  'support.look': 'Look',
  'support.logged': 'The owner sees in the access log that you looked.',
  'support.none': 'Nothing',

  'verify.unguarded': 'The database does not refuse any more that a consent is changed: {trigger} is missing.',

  'error.grant_missing': 'The owner of that account has not let support see it, or the time is over.',
} as const
