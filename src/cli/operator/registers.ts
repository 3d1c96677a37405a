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
import type { Invocation, ValueFlags } from '../framework/command.ts'
import { print, printMessage } from '../framework/output.ts'
import { parseDay, parseId } from './input.ts'
import { withApp, withReadOnlyApp } from './with-app.ts'

/** `sotto processor list`: prints the register of processors and warns of unregistered hosts. */
export function printProcessors(invocation: Invocation): Promise<number> {
  return withReadOnlyApp(invocation, async (app) => {
    for (const { id, name, purpose, country, host, since, endedAt } of await listProcessors(app)) {
      const days = `${toIsoDay(since)} to ${endedAt === null ? 'now' : toIsoDay(endedAt)}`
      print(`${[id, name, purpose, country, host || '-', days].join('\t')}\n`)
    }
    await warnOfUnregisteredHosts(app)
  })
}

/** Warns of each host in the configuration that no registered processor accounts for (P19). */
export async function warnOfUnregisteredHosts(app: App): Promise<void> {
  for (const host of await unregisteredHosts(app))
    printMessage(`sotto: data is sent to ${host}, which is not in the register of processors; run sotto processor add`)
}

/** `sotto processor add NAME`: registers a processor and prints its number. */
export function registerProcessor(
  invocation: Invocation<ValueFlags<'purpose' | 'data' | 'country' | 'agreement' | 'host' | 'since'>>,
): Promise<number> {
  const { purpose, data, country, agreement, host = '', since } = invocation.flags
  const required = { purpose, data, country, agreement }
  const missing = Object.entries(required).find(([, value]) => value === undefined)
  if (missing) throw new CommandError('invalid', `--${missing[0]} is required`)
  return withApp(invocation, async (app) => {
    const number = await addProcessor(app, {
      name: invocation.positional,
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

/** `sotto processor end NUMBER`: records that a processor no longer processes data. */
export function endProcessing(invocation: Invocation): Promise<number> {
  return withApp(invocation, (app) => endProcessor(app, parseId(invocation.positional)))
}

/** `sotto announcement list`: prints the announcements of a transfer. */
export function printAnnouncements(invocation: Invocation): Promise<number> {
  return withReadOnlyApp(invocation, async (app) => {
    for (const announcement of await listAnnouncements(app)) {
      const { id, kind, receiver, transferAt } = announcement
      print(`${[id, kind, statusOf(app, announcement), toIsoDay(transferAt), receiver].join('\t')}\n`)
    }
  })
}

function statusOf(app: App, { isWithdrawn, transferAt }: Announcement): string {
  if (isWithdrawn) return 'withdrawn'
  return transferAt > app.now() ? 'announced' : 'due'
}

/** `sotto announcement add KIND`: announces a transfer and prints the id. */
export function addAnnouncement(invocation: Invocation<ValueFlags<'to' | 'on'>>): Promise<number> {
  const { to, on } = invocation.flags
  if (to === undefined) throw new CommandError('invalid', '--to is required')
  const kind = invocation.positional === 'merger' ? 'merger' : 'sale'
  return withApp(invocation, async (app) => {
    const id = await announceTransfer(app, { kind, receiver: to, transferAt: parseDay('on', on) })
    print(`${id}\n`)
  })
}

/** `sotto announcement withdraw ID`: withdraws an announcement. */
export function cancelAnnouncement(invocation: Invocation): Promise<number> {
  return withApp(invocation, (app) => withdrawAnnouncement(app, invocation.positional))
}
