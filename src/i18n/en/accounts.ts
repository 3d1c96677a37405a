/** The words of accounts: sign-up, sign-in, passwords, profile, closing. */
export const accounts = {
  'privacy.purpose.account': 'An account: user name, e-mail and password, and what its owner added',
  'privacy.kept.account': 'Until its owner closes it and the grace is over, at most 30 days',
  'privacy.purpose.session': 'A signed-in browser, so that its owner can see and end it',
  'privacy.kept.session': 'Until signed out, idle for too long, or 7 days',
  'privacy.purpose.code': 'A single-use code that was mailed or printed',
  'privacy.kept.code': 'Until used, or its end',
  'privacy.purpose.consent': 'What a person agreed to or took back, with the words that were shown',
  'privacy.kept.consent': 'As long as the account',
  'privacy.purpose.cookie': 'Keeps you signed in',
  'privacy.purpose.cookieHttp': 'Keeps you signed in, where the instance is served over plain HTTP on its own machine',
  'privacy.kept.cookie': 'Until you sign out, at most 7 days',
  'condition.statement': 'I have read the privacy statement and the terms, and agree to both.',

  'error.not_allowed': 'You may not do that.',
  'error.sign_in_failed':
    'That does not sign anybody in: the name or the password is wrong, or the account is not open.',
  'error.sign_in_required': 'Sign in first.',
} as const
