import type { App } from '../../app.ts'
import { CommandError } from '../../errors.ts'
import {
  answerMessage,
  listMessages,
  type ReceivedMessage,
  readReceivedMessage,
} from '../../privacy/registers/complaints.ts'
import { toIsoDay } from '../../time.ts'
import type { Invocation } from '../framework/command.ts'
import { print } from '../framework/output.ts'
import { parseId } from './input.ts'
import { withApp, withReadOnlyApp } from './with-app.ts'

/** `sotto message list`: prints complaints and feedback, the earliest due first. */
export function printMessages(invocation: Invocation): Promise<number> {
  return withReadOnlyApp(invocation, async (app) => {
    for (const message of await listMessages(app)) {
      const { id, kind, dueAt } = message
      print(`${[id, kind, statusOf(app, message), dueAt === null ? '-' : toIsoDay(dueAt)].join('\t')}\n`)
    }
  })
}

function statusOf(app: App, { answeredAt, dueAt }: ReceivedMessage): string {
  if (answeredAt !== null) return 'answered'
  return dueAt !== null && dueAt <= app.now() ? 'overdue' : 'waiting'
}

/** `sotto message show NUMBER`: prints a message and its answer. */
export function printMessageText(invocation: Invocation): Promise<number> {
  return withReadOnlyApp(invocation, async (app) => {
    const { body, answer } = await readReceivedMessage(app, parseId(invocation.positional))
    print(answer === undefined ? `${body}\n` : `${body}\n\n---\n\n${answer}\n`)
  })
}

/** `sotto message answer NUMBER`: answers a message with the text from stdin. */
export function answerFromStdin(invocation: Invocation): Promise<number> {
  return withApp(invocation, async (app) => {
    const answer = (await Bun.stdin.text()).trim()
    if (answer === '') throw new CommandError('invalid', 'no answer on stdin')
    await answerMessage(app, parseId(invocation.positional), answer)
  })
}
