import { type Command, defineCommand } from '../framework/command.ts'

const group = 'operate'
const number = { name: 'NUMBER' }
const id = { name: 'ID' }
const by = { sentence: 'name of the operator who does this', value: 'NAME' }
const bar = {
  'barred-until': { sentence: 'day until which the law forbids notice', value: 'YYYY-MM-DD' },
  'barred-by': { sentence: 'law or order that forbids notice', value: 'TEXT' },
}

/** The commands for messages, disclosures and legal holds. */
export const complaintCommands: readonly Command[] = [
  defineCommand({
    name: 'message list',
    group,
    sentence: 'list complaints and feedback, most urgent first',
    about: 'Prints one line per message: number, kind, state and due date. The text is not shown.',
    flags: {},
    takesServerOptions: true,
    examples: ['sotto message list', 'sotto message list | grep overdue'],
    run: async (invocation) => (await import('./messages.ts')).printMessages(invocation),
  }),
  defineCommand({
    name: 'message show',
    group,
    sentence: 'print a message and its answer',
    about: 'The sender can read the answer on the page of the message.',
    positional: number,
    flags: {},
    takesServerOptions: true,
    examples: ['sotto message show 12'],
    run: async (invocation) => (await import('./messages.ts')).printMessageText(invocation),
  }),
  defineCommand({
    name: 'message answer',
    group,
    sentence: 'answer a complaint or feedback with the text on stdin',
    about:
      'A message can be answered once. If the sender left an address, they are notified by mail, and the address is deleted.',
    positional: number,
    flags: {},
    takesServerOptions: true,
    examples: ['sotto message answer 12 < answer.txt'],
    run: async (invocation) => (await import('./messages.ts')).answerFromStdin(invocation),
  }),
  defineCommand({
    name: 'disclosure list',
    group,
    sentence: 'print the register of disclosure orders',
    about:
      'Prints what was requested and disclosed, how many users were affected and notified, and until when notice is barred.',
    flags: {},
    takesServerOptions: true,
    examples: ['sotto disclosure list'],
    run: async (invocation) => (await import('./disclosures.ts')).printDisclosures(invocation),
  }),
  defineCommand({
    name: 'disclosure add',
    group,
    sentence: 'add a disclosure order to the register and notify the users affected',
    about:
      'The users are notified by mail immediately, or when the bar ends. They can read what was requested and\ndisclosed, so write it for them. Prints the id of the order.',
    flags: {
      'asked-file': { sentence: 'file that says what was requested, and by whom', value: 'FILE' },
      'given-file': { sentence: 'file that says what was disclosed (default: nothing)', value: 'FILE' },
      accounts: { sentence: 'user names of the affected accounts, separated by commas', value: 'NAMES' },
      ...bar,
    },
    takesServerOptions: true,
    examples: [
      'sotto disclosure add --asked-file asked.txt --given-file given.txt --accounts ada',
      'sotto disclosure add --asked-file asked.txt --accounts ada,bob --barred-until 2027-06-30 --barred-by "§ 95a StPO"',
    ],
    run: async (invocation) => (await import('./disclosures.ts')).addDisclosure(invocation),
  }),
  defineCommand({
    name: 'disclosure bar',
    group,
    sentence: 'extend or lift the bar on notice of an order',
    about: 'Without --barred-until, the bar is lifted and the affected users are notified immediately.',
    positional: id,
    flags: bar,
    takesServerOptions: true,
    examples: [
      'sotto disclosure bar 6f1e0c5a',
      'sotto disclosure bar 6f1e0c5a --barred-until 2027-12-31 --barred-by "…"',
    ],
    run: async (invocation) => (await import('./disclosures.ts')).updateGagOrder(invocation),
  }),
  defineCommand({
    name: 'hold list',
    group,
    sentence: 'list the legal holds',
    about: 'Prints one line per hold: id, state, account, review date and order.',
    flags: {},
    takesServerOptions: true,
    examples: ['sotto hold list'],
    run: async (invocation) => (await import('./legal-holds.ts')).printLegalHolds(invocation),
  }),
  defineCommand({
    name: 'hold set',
    group,
    sentence: 'set a legal hold, so that an account is not deleted',
    about:
      'If there is more than one operator, another one must confirm the hold before it takes effect. A hold gives no\naccess to secrets, and ends automatically on its review date. Prints the id of the hold.',
    positional: { name: 'ACCOUNT' },
    flags: {
      by,
      order: { sentence: 'court or authority and its reference', value: 'TEXT' },
      review: { sentence: 'review date, at most a year from now', value: 'YYYY-MM-DD' },
    },
    takesServerOptions: true,
    examples: ['sotto hold set ada --by eve --order "district court, 4 Js 12/27" --review 2027-03-31'],
    run: async (invocation) => (await import('./legal-holds.ts')).addLegalHold(invocation),
  }),
  defineCommand({
    name: 'hold confirm',
    group,
    sentence: 'confirm a legal hold that another operator set',
    about: 'ID is the first column of sotto hold list.',
    positional: id,
    flags: { by },
    takesServerOptions: true,
    examples: ['sotto hold confirm 6f1e0c5a --by bob'],
    run: async (invocation) => (await import('./legal-holds.ts')).confirmHold(invocation),
  }),
  defineCommand({
    name: 'hold release',
    group,
    sentence: 'release a legal hold; data that is due is then deleted',
    about: 'One operator is enough to release a hold.',
    positional: id,
    flags: {},
    takesServerOptions: true,
    examples: ['sotto hold release 6f1e0c5a'],
    run: async (invocation) => (await import('./legal-holds.ts')).releaseHold(invocation),
  }),
]
