/** The words of mail and of the pages about it. */
export const mail = {
  'privacy.purpose.mail': 'A mail on its way; its body is erased when it is sent',
  'privacy.kept.mail': '30 days, without its body',
  'privacy.purpose.refusal': 'That an address wants no mail, as a keyed hash of the address',
  'privacy.kept.refusal': 'As long as the instance',
  'purpose.account': 'Notices about your account and its security',
  'purpose.delivery': 'Links to secrets that somebody sends you',
  'purpose.opened': 'A notice when a secret of yours is opened, where you asked for it',
  'purpose.news': 'News about what this instance can do',
  'purpose.feedback': 'Requests for your opinion',
} as const
