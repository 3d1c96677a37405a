import type { Member } from '../../accounts/access.ts'
import { anonymousActor } from '../../accounts/actor.ts'
import type { App } from '../../app.ts'
import { CommandError } from '../../errors.ts'
import { activeOperators } from '../../mail/notify.ts'
import {
  answerMessage,
  listMessages,
  type ReceivedMessage,
  receivedMessage,
} from '../../privacy/registers/complaints.ts'
import {
  changeGagOrder,
  type GagOrder,
  listDisclosures,
  recordDisclosure,
} from '../../privacy/registers/disclosures.ts'
import {
  confirmLegalHold,
  listLegalHolds,
  releaseLegalHold,
  setLegalHold,
} from '../../privacy/registers/legal-holds.ts'
import { toIsoDay } from '../../time.ts'
import type { Call, Flag } from '../framework/command.ts'
import { print } from '../framework/output.ts'
import { dayIn, numberIn, textOf } from './policy.ts'
import { accountOf } from './user.ts'
import { withApp } from './with-app.ts'

type Valued<Names extends string> = Readonly<Record<Names, Flag & { readonly value: string }>>

/** `sotto message list`. */
export function printMessages(call: Call): Promise<number> {
  return withApp(call, (app) => {
    for (const message of listMessages(app)) {
      const { number, kind, dueAt } = message
      print(`${[number, kind, stateOf(app, message), dueAt === null ? '-' : toIsoDay(dueAt)].join('\t')}\n`)
    }
  })
}

function stateOf(app: App, { answeredAt, dueAt }: ReceivedMessage): string {
  if (answeredAt !== null) return 'answered'
  return dueAt !== null && dueAt <= app.now() ? 'overdue' : 'waiting'
}

/** `sotto message show NUMBER`. */
export function showMessage(call: Call): Promise<number> {
  return withApp(call, (app) => {
    const { body, answer } = receivedMessage(app, numberIn(call.word))
    print(answer === undefined ? `${body}\n` : `${body}\n\n---\n\n${answer}\n`)
  })
}

/** `sotto message answer NUMBER`: the text comes from stdin. */
export function writeAnswer(call: Call): Promise<number> {
  return withApp(call, async (app) => {
    const answer = (await Bun.stdin.text()).trim()
    if (answer === '') throw new CommandError('invalid', 'there is no answer on stdin')
    await answerMessage(app, numberIn(call.word), answer)
  })
}

/** `sotto disclosure list`. */
export function printDisclosures(call: Call): Promise<number> {
  return withApp(call, (app) => {
    for (const { id, asked, given, recordedAt, barredUntil, barredBy, concerned, notified } of listDisclosures(app)) {
      const barred = barredUntil === null ? '' : `barred  until ${toIsoDay(barredUntil)}: ${barredBy}\n`
      print(`${id}  ${toIsoDay(recordedAt)}\nasked   ${asked}\ngiven   ${given ?? 'nothing'}\n`)
      print(`told    ${notified} of ${concerned}\n${barred}\n`)
    }
  })
}

/** `sotto disclosure add`. */
export function writeDisclosure(
  call: Call<Valued<'asked-file' | 'given-file' | 'accounts' | 'barred-until' | 'barred-by'>>,
): Promise<number> {
  const { 'asked-file': asking, 'given-file': giving, accounts = '' } = call.given
  if (asking === undefined) throw new CommandError('invalid', '--asked-file is missing')
  const asked = textOf(call.cwd, asking)
  const given = giving === undefined ? undefined : textOf(call.cwd, giving)
  return withApp(call, async (app) => {
    const names = accounts.split(',').filter((name) => name.trim() !== '')
    const ids = new Set(names.map((name) => accountOf(app, name).id))
    print(`${await recordDisclosure(app, { asked, given, accounts: [...ids], bar: gagOrderIn(call) })}\n`)
  })
}

/** `sotto disclosure bar ID`. */
export function moveGagOrder(call: Call<Valued<'barred-until' | 'barred-by'>>): Promise<number> {
  return withApp(call, (app) => changeGagOrder(app, call.word, gagOrderIn(call)))
}

function gagOrderIn({ given }: Call<Valued<'barred-until' | 'barred-by'>>): GagOrder | undefined {
  const until = dayIn('barred-until', given['barred-until'])
  const by = given['barred-by']
  if (until === undefined && by === undefined) return undefined
  if (until === undefined || by === undefined)
    throw new CommandError('invalid', '--barred-until and --barred-by belong together')
  return { until, by }
}

/** `sotto hold list`. */
export function printLegalHolds(call: Call): Promise<number> {
  return withApp(call, (app) => {
    for (const { id, state, subject, reviewAt, reference } of listLegalHolds(app, atTheTerminal('')))
      print(`${[id, state, subject ?? '-', toIsoDay(reviewAt), reference].join('\t')}\n`)
  })
}

/** `sotto hold set ACCOUNT`. */
export function writeLegalHold(call: Call<Valued<'by' | 'order' | 'review'>>): Promise<number> {
  const { order } = call.given
  const reviewAt = dayIn('review', call.given.review)
  if (order === undefined || reviewAt === undefined)
    throw new CommandError('invalid', '--order and --review have to be there')
  return withApp(call, async (app) => {
    const account = accountOf(app, call.word).id
    print(`${await setLegalHold(app, operatorIn(app, call), { account, reference: order, reviewAt })}\n`)
  })
}

/** `sotto hold confirm ID`. */
export function confirmHoldCommand(call: Call<Valued<'by'>>): Promise<number> {
  return withApp(call, (app) => confirmLegalHold(app, operatorIn(app, call), call.word))
}

/** `sotto hold release ID`. */
export function releaseHoldCommand(call: Call): Promise<number> {
  return withApp(call, (app) => releaseLegalHold(app, call.word))
}

// Whoever has the terminal can be anybody; that there are two names in the register still takes two to write it truly.
function operatorIn(app: App, { given }: Call<Valued<'by'>>): Member {
  if (given.by === undefined) throw new CommandError('invalid', '--by is missing')
  const { id } = accountOf(app, given.by)
  if (!activeOperators(app).some((operator) => operator.id === id))
    throw new CommandError('forbidden', '--by: that account is no operator who can sign in')
  return atTheTerminal(id)
}

function atTheTerminal(account: string): Member {
  return { ...anonymousActor('terminal'), role: 'operator', account }
}
