/** Texts of complaints and feedback, legal requests, legal holds, and the transparency report. */
export const registers = {
  'privacy.purpose.message': 'A complaint or feedback sent to the operator, and the answer; encrypted',
  'privacy.retention.message':
    'Complaints: 1 year after the answer; feedback: 90 days; your email address: until the answer',
  'privacy.purpose.disclosure': 'A legal request for data: what was requested and what was disclosed; encrypted',
  'privacy.purpose.legal_hold': 'A legal hold that prevents the erasure of an account; the order is encrypted',
  'privacy.retention.register': '2 years after the matter is closed',
  'privacy.purpose.disclosure_subject': 'The people a legal request concerns, so that they can be notified',
  'privacy.retention.disclosure_subject': 'Until they have been notified; after that, only the date of the notice',
  'purpose.correspondence': 'Answers to your messages and requests, and reminders to the operator',

  'complaint.title': 'Privacy Concerns',
  'complaint.lead':
    'If you have concerns about how your personal data is handled, please tell us. Your complaint gets a number, and we answer within 45 days.',
  'complaint.body': 'Your concern',
  'feedback.title': 'Feedback',
  'feedback.lead': 'Send the operator of this instance feedback or a question.',
  'feedback.body': 'Your message',
  'message.bodyHint': 'Up to 8,000 characters. Do not include any secrets.',
  'message.email': 'Email address',
  'message.emailHint':
    'We tell you by email when there is an answer, and then erase the address. Without an address, you can read the answer on a private page.',
  'message.submit': 'Send',
  'message.retention':
    'Your message is stored encrypted, for the operator to read. The privacy statement says when it is deleted.',
  'message.contact': 'You can also write to {contact}. Use the subject “Privacy Concerns” for a complaint.',
  'message.complaint': 'Complaint no. {number}',
  'message.feedback': 'Feedback no. {number}',
  'message.waiting': 'The operator has received your message.',
  'message.waitingComplaint': 'The operator has received your complaint and has not answered it yet.',
  'message.answered': 'The operator has answered.',
  'message.received': 'Received',
  'message.due': 'Answer due by',
  'message.answeredAt': 'Answered',
  'message.keepAddress':
    'Save the address of this page. It is the only way back to it, and it cannot be recovered. Do not share it.',

  'disclosure.title': 'A legal request concerned your data',
  'disclosure.lead':
    'The operator of this instance received a legal request for data. This is the entry in its register.',
  'disclosure.requested': 'What was requested',
  'disclosure.disclosed': 'What was disclosed',
  'disclosure.nothing': 'Nothing.',

  'transparency.title': 'Transparency report',
  'transparency.lead': 'Complaints, legal requests and legal holds in the last twelve months, without personal data.',
  'transparency.complaints': 'Privacy complaints received',
  'transparency.answered': 'Privacy complaints answered',
  'transparency.open': 'Privacy complaints currently open',
  'transparency.overdue': 'Privacy complaints currently open for more than 45 days',
  'transparency.requests': 'Legal requests for data',
  'transparency.requestsWithDisclosure': 'Legal requests that led to disclosure',
  'transparency.accountsAffected': 'Accounts that these requests concerned',
  'transparency.holds': 'Legal holds placed',
  'transparency.activeHolds': 'Legal holds currently in force',
  'transparency.barred':
    'If the law forbids us to mention a legal request, we count it here as soon as the prohibition ends.',
  'transparency.transfers': 'Changes of operator',
  'transparency.noTransfers': 'None announced.',
  'transparency.sale':
    'Announced on {published}: this instance is being sold to {receiver}. No data is transferred before {day}.',
  'transparency.merger':
    'Announced on {published}: the operator is merging with {receiver}. No data is transferred before {day}.',
  'transparency.withdrawn': 'Announced on {published} and withdrawn: no data is transferred to {receiver}.',

  'operator.menu': 'Operator',
  'operator.messages': 'Messages',
  'operator.messagesLead': 'Messages sent to you. Complaints must be answered within 45 days.',
  'operator.noMessages': 'No messages.',
  'operator.holds': 'Legal holds',
  'operator.disclosures': 'Legal requests',
  'operator.disclosuresLead': 'The register of legal requests. To add one, run “sotto disclosure add” on the server.',
  'operator.notified': 'Notified: {notified} of {subjects}.',
  'operator.barred': 'Notification prohibited until {day}: {law}',
  'operator.answered': 'Answered on {day}',
  'operator.received': 'Received on {day}',
  'operator.due': 'Answer due by {day}',
  'operator.overdue': 'Overdue: the answer was due by {day}',
  'operator.willMail':
    'The sender left an email address. They get an email when you answer, and the address is then erased.',
  'operator.willNotMail': 'The sender can read the answer on the page of the message.',
  'operator.answer': 'Your answer',
  'operator.answerHint': 'You can answer once. The answer cannot be changed afterwards.',
  'operator.send': 'Send answer',

  'hold.lead':
    'A legal hold prevents the erasure of an account. It does not open any secret. It ends on its review date unless you place a new one.',
  'hold.waiting': '{account}: waiting for confirmation by another operator',
  'hold.inForce': '{account}: in force',
  'hold.over': 'Ended',
  'hold.accountErased': '(account erased)',
  'hold.days': 'Placed on {set}, review by {review}.',
  'hold.confirm': 'Confirm this hold',
  'hold.release': 'Release this hold',
  'hold.new': 'Place a legal hold',
  'hold.account': 'User name or email address of the account',
  'hold.reference': 'Order or legal obligation',
  'hold.referenceHint': 'Court or authority, reference number and law.',
  'hold.review': 'Review date',
  'hold.reviewHint': 'For example 2027-03-31. At most one year from today.',
  'hold.set': 'Place hold',

  'mail.policy-notice.subject': 'Changes to the privacy statement',
  'mail.policy-notice.lead':
    'We are changing the privacy statement of {instance} in a way that affects your rights. The new version takes effect on {effectiveAt}.',
  'mail.policy-notice.button': 'See what changes',
  'mail.policy-notice.note':
    'Until then, the current version applies. If you do not agree with the change, you can download your data and close your account before it takes effect.',
  'mail.transfer-notice.subject': 'Change of operator',
  'mail.transfer-notice.lead':
    '{instance} will be transferred to {receiver}. Your data will be transferred on {transferAt}, not before.',
  'mail.transfer-notice.button': 'Read the announcement',
  'mail.transfer-notice.note':
    'The new operator must honour the promises in the privacy statement. If you do not want your data to be transferred, you can close your account before then.',
  'mail.disclosure-notice.subject': 'A legal request concerned your data',
  'mail.disclosure-notice.lead':
    'The operator of {instance} received a legal request that concerned you. You can see what was requested and what was disclosed.',
  'mail.disclosure-notice.button': 'See the details',
  'mail.disclosure-notice.note':
    'If the law prohibited us from telling you earlier, it no longer does. The link is private: do not share it.',
  'mail.message-answered.subject': 'Your message has been answered',
  'mail.message-answered.lead': 'The operator of {instance} has answered your message.',
  'mail.message-answered.button': 'Read the answer',
  'mail.message-answered.note':
    'We kept your email address only to send you this email, and have now erased it. You can still use the link.',
  'mail.operator-message.subject': 'New message to the operator',
  'mail.operator-message.lead':
    'Message no. {number} has arrived at {instance}. You receive this email as its operator.',
  'mail.operator-message.button': 'Read the message',
  'mail.operator-message.note':
    'This email does not contain the message itself. Complaints must be answered within 45 days.',
  'mail.complaint-due.subject': 'A complaint needs an answer',
  'mail.complaint-due.lead':
    'Complaint no. {number} at {instance} has not been answered. The answer is due by {dueAt}.',
  'mail.complaint-due.button': 'Answer the complaint',
  'mail.complaint-due.note':
    'You promise to answer within 45 days. After that, the transparency report shows the complaint as overdue.',
  'mail.hold-review.subject': 'A legal hold is due for review',
  'mail.hold-review.lead': 'A legal hold at {instance} ends on {reviewAt}.',
  'mail.hold-review.button': 'Review legal holds',
  'mail.hold-review.note':
    'If the legal obligation continues, place a new hold before that date. Otherwise you do not need to do anything.',

  'error.already_answered': 'This message has already been answered.',
  'error.second_operator_needed': 'Another operator must confirm the hold you placed.',
} as const
