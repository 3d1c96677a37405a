import { type Command, defineCommand } from '../framework/command.ts'

const group = 'operate'
const number = { name: 'NUMBER' }
const id = { name: 'ID' }
const by = { sentence: 'the operator who does it', value: 'NAME' }
const bar = {
  'barred-until': { sentence: 'the law forbids to tell before this day', value: 'YYYY-MM-DD' },
  'barred-by': { sentence: 'which law or order forbids it', value: 'TEXT' },
}

/** The commands for messages, disclosures and legal holds. */
export const complaintCommands: readonly Command[] = [
  defineCommand({
    name: 'message list',
    group,
    sentence: 'list complaints and feedback, what is due first',
    about: 'One line each: number, kind, state, and the day by which it is to be answered. What it says is not in it.',
    flags: {},
    takesServerOptions: true,
    examples: ['sotto message list', 'sotto message list | grep overdue'],
    run: async (invocation) => (await import('./messages.ts')).printMessages(invocation),
  }),
  defineCommand({
    name: 'message show',
    group,
    sentence: 'print what somebody wrote, and its answer',
    about: 'Whoever wrote it has the answer on a page of their own.',
    positional: number,
    flags: {},
    takesServerOptions: true,
    examples: ['sotto message show 12'],
    run: async (invocation) => (await import('./messages.ts')).printMessageText(invocation),
  }),
  defineCommand({
    name: 'message answer',
    group,
    sentence: 'answer a complaint or feedback, with the text from stdin',
    about: 'Once. Where an address was left it gets a mail that the answer is there, and is erased.',
    positional: number,
    flags: {},
    takesServerOptions: true,
    examples: ['sotto message answer 12 < answer.txt'],
    run: async (invocation) => (await import('./messages.ts')).answerFromStdin(invocation),
  }),
  defineCommand({
    name: 'disclosure list',
    group,
    sentence: 'print the register of orders to hand data over',
    about: 'What was asked and given, how many were concerned and told, and until when telling is barred.',
    flags: {},
    takesServerOptions: true,
    examples: ['sotto disclosure list'],
    run: async (invocation) => (await import('./disclosures.ts')).printDisclosures(invocation),
  }),
  defineCommand({
    name: 'disclosure add',
    group,
    sentence: 'write an order into the register; whom it concerns is told',
    about: `They get a mail at once, or when the bar ends, and read there what was asked and given: write it for them.
Prints its id.`,
    flags: {
      'asked-file': { sentence: 'what was asked, and by whom', value: 'FILE' },
      'given-file': { sentence: 'what was handed over; nothing if nothing is said', value: 'FILE' },
      accounts: { sentence: 'names of the accounts it concerns, with commas', value: 'NAMES' },
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
    sentence: 'prolong the bar on telling of an order, or lift it',
    about: 'Without a day it is lifted, and whom the order concerns is told at once.',
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
    about: 'One line each: id, state, account, the day by which it is to be looked at again, the order.',
    flags: {},
    takesServerOptions: true,
    examples: ['sotto hold list'],
    run: async (invocation) => (await import('./legal-holds.ts')).printLegalHolds(invocation),
  }),
  defineCommand({
    name: 'hold set',
    group,
    sentence: 'keep an account from being erased, because an order says so',
    about: `Where there are two operators, another one confirms it before it counts. It opens no secret, and ends by
itself on the day of its review. Prints its id.`,
    positional: { name: 'ACCOUNT' },
    flags: {
      by,
      order: { sentence: 'which court or authority, which number', value: 'TEXT' },
      review: { sentence: 'the day by which it is looked at again, a year away at most', value: 'YYYY-MM-DD' },
    },
    takesServerOptions: true,
    examples: ['sotto hold set ada --by eve --order "district court, 4 Js 12/27" --review 2027-03-31'],
    run: async (invocation) => (await import('./legal-holds.ts')).addLegalHold(invocation),
  }),
  defineCommand({
    name: 'hold confirm',
    group,
    sentence: 'confirm a hold that another operator has set',
    about: 'ID is that of sotto hold list.',
    positional: id,
    flags: { by },
    takesServerOptions: true,
    examples: ['sotto hold confirm 6f1e0c5a --by bob'],
    run: async (invocation) => (await import('./legal-holds.ts')).confirmHold(invocation),
  }),
  defineCommand({
    name: 'hold release',
    group,
    sentence: 'end a hold; what it kept goes when it is due',
    about: 'One operator is enough.',
    positional: id,
    flags: {},
    takesServerOptions: true,
    examples: ['sotto hold release 6f1e0c5a'],
    run: async (invocation) => (await import('./legal-holds.ts')).releaseHold(invocation),
  }),
]
