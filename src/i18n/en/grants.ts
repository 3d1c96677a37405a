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
} as const
