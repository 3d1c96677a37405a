import type { App } from '../../app.ts'
import { CommandError } from '../../errors.ts'
import {
  type Announcement,
  announceTransfer,
  listAnnouncements,
  withdrawAnnouncement,
} from '../../privacy/registers/announcements.ts'
import { addProcessor, endProcessor, listProcessors, unregisteredHosts } from '../../privacy/registers/processors.ts'
import { toIsoDay } from '../../time.ts'
import type { Flag, Invocation } from '../framework/command.ts'
import { print, printMessage } from '../framework/output.ts'
import { parseDay, parseId } from './policy.ts'
import { withApp } from './with-app.ts'

type Valued<Names extends string> = Readonly<Record<Names, Flag & { readonly value: string }>>

/** `sotto processor list`: the register, and what is missing in it. */
export function printProcessors(call: Invocation): Promise<number> {
  return withApp(call, (app) => {
    for (const { number, name, purpose, country, host, since, endedAt } of listProcessors(app)) {
      const days = `${toIsoDay(since)} to ${endedAt === null ? 'now' : toIsoDay(endedAt)}`
      print(`${[number, name, purpose, country, host || '-', days].join('\t')}\n`)
    }
    warnOfUnregisteredHosts(app)
  })
}

/** Says which hosts of the configuration nobody in the register stands for (P19). */
export function warnOfUnregisteredHosts(app: App): void {
  for (const host of unregisteredHosts(app))
    printMessage(
      `sotto: data goes to ${host}, and nobody in the register of processors stands for it; sotto processor add`,
    )
}

/** `sotto processor add NAME`. */
export function registerProcessor(
  call: Invocation<Valued<'purpose' | 'data' | 'country' | 'agreement' | 'host' | 'since'>>,
): Promise<number> {
  const { purpose, data, country, agreement, host = '', since } = call.flags
  const needed = { purpose, data, country, agreement }
  const missing = Object.entries(needed).find(([, value]) => value === undefined)
  if (missing) throw new CommandError('invalid', `--${missing[0]} is missing`)
  return withApp(call, async (app) => {
    const number = await addProcessor(app, {
      name: call.positional,
      purpose: purpose ?? '',
      categories: data ?? '',
      country: country ?? '',
      agreement: agreement ?? '',
      host,
      since: parseDay('since', since) ?? app.now(),
    })
    print(`${number}\n`)
  })
}

/** `sotto processor end NUMBER`. */
export function endProcessing(call: Invocation): Promise<number> {
  return withApp(call, (app) => endProcessor(app, parseId(call.positional)))
}

/** `sotto announcement list`. */
export function printAnnouncements(call: Invocation): Promise<number> {
  return withApp(call, (app) => {
    for (const one of listAnnouncements(app)) {
      const { id, kind, receiver, transferAt } = one
      print(`${[id, kind, stateOf(app, one), toIsoDay(transferAt), receiver].join('\t')}\n`)
    }
  })
}

function stateOf(app: App, { withdrawn, transferAt }: Announcement): string {
  if (withdrawn) return 'withdrawn'
  return transferAt > app.now() ? 'announced' : 'due'
}

/** `sotto announcement add KIND`. */
export function addAnnouncement(call: Invocation<Valued<'to' | 'on'>>): Promise<number> {
  const { to, on } = call.flags
  if (to === undefined) throw new CommandError('invalid', '--to is missing')
  const kind = call.positional === 'merger' ? 'merger' : 'sale'
  return withApp(call, async (app) => {
    const id = await announceTransfer(app, { kind, receiver: to, transferAt: parseDay('on', on) })
    print(`${id}\n`)
  })
}

/** `sotto announcement withdraw ID`. */
export function cancelAnnouncement(call: Invocation): Promise<number> {
  return withApp(call, (app) => withdrawAnnouncement(app, call.positional))
}
