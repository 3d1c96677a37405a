/** The words of second factors, passkeys and single sign-on. */
export const factors = {
  'privacy.purpose.recovery_code': 'Codes that let a person in who lost the second factor',
  'privacy.kept.recovery_code': 'Until used or replaced',
  'privacy.purpose.passkey': 'A passkey: its public half and the name its owner gave it',
  'privacy.kept.passkey': 'Until its owner removes it',
  'privacy.purpose.identity': 'Who an account is at the organization’s sign-in',
  'privacy.kept.identity': 'As long as the account',
} as const
