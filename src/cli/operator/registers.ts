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
import type { Call, Flag } from '../framework/command.ts'
import { print, tell } from '../framework/output.ts'
import { dayIn, numberIn } from './policy.ts'
import { withApp } from './with-app.ts'

type Valued<Names extends string> = Readonly<Record<Names, Flag & { readonly value: string }>>

/** `sotto processor list`: the register, and what is missing in it. */
export function printProcessors(call: Call): Promise<number> {
  return withApp(call, (app) => {
    for (const { id, name, purpose, country, host, since, endedAt } of listProcessors(app)) {
      const days = `${toIsoDay(since)} to ${endedAt === null ? 'now' : toIsoDay(endedAt)}`
      print(`${[id, name, purpose, country, host || '-', days].join('\t')}\n`)
    }
    warnOfHosts(app)
  })
}

/** Says which hosts of the configuration nobody in the register stands for (P19). */
export function warnOfHosts(app: App): void {
  for (const host of unregisteredHosts(app))
    tell(`sotto: data goes to ${host}, and nobody in the register of processors stands for it; sotto processor add`)
}

/** `sotto processor add NAME`. */
export function writeProcessor(
  call: Call<Valued<'purpose' | 'data' | 'country' | 'agreement' | 'host' | 'since'>>,
): Promise<number> {
  const { purpose, data, country, agreement, host = '', since } = call.given
  const needed = { purpose, data, country, agreement }
  const missing = Object.entries(needed).find(([, value]) => value === undefined)
  if (missing) throw new CommandError('invalid', `--${missing[0]} is missing`)
  return withApp(call, async (app) => {
    const number = await addProcessor(app, {
      name: call.word,
      purpose: purpose ?? '',
      categories: data ?? '',
      country: country ?? '',
      agreement: agreement ?? '',
      host,
      since: dayIn('since', since) ?? app.now(),
    })
    print(`${number}\n`)
  })
}

/** `sotto processor end NUMBER`. */
export function closeProcessor(call: Call): Promise<number> {
  return withApp(call, (app) => endProcessor(app, numberIn(call.word)))
}

/** `sotto announcement list`. */
export function printAnnouncements(call: Call): Promise<number> {
  return withApp(call, (app) => {
    for (const one of listAnnouncements(app)) {
      const { id, kind, receiver, transferAt } = one
      print(`${[id, kind, stateOf(app, one), toIsoDay(transferAt), receiver].join('\t')}\n`)
    }
  })
}

function stateOf(app: App, { isWithdrawn, transferAt }: Announcement): string {
  if (isWithdrawn) return 'withdrawn'
  return transferAt > app.now() ? 'announced' : 'due'
}

/** `sotto announcement add KIND`. */
export function writeAnnouncement(call: Call<Valued<'to' | 'on'>>): Promise<number> {
  const { to, on } = call.given
  if (to === undefined) throw new CommandError('invalid', '--to is missing')
  const kind = call.word === 'merger' ? 'merger' : 'sale'
  return withApp(call, async (app) => {
    const id = await announceTransfer(app, { kind, receiver: to, transferAt: dayIn('on', on) })
    print(`${id}\n`)
  })
}

/** `sotto announcement withdraw ID`. */
export function retractAnnouncement(call: Call): Promise<number> {
  return withApp(call, (app) => withdrawAnnouncement(app, call.word))
}
