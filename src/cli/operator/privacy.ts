import { CommandError } from '../../errors.ts'
import { text } from '../../i18n/text.ts'
import { minCellSize } from '../../privacy/inventory/limits.ts'
import { listLastEntries } from '../../privacy/purge/ledger-queries.ts'
import { verifyChain } from '../../privacy/purge/verify-chain.ts'
import { createProcessingRecord, processingRecordCsv } from '../../privacy/registers/processing-record.ts'
import { counterNames } from '../../privacy/statistics/counters.ts'
import { readStatistics } from '../../privacy/statistics/statistics.ts'
import { chainJson, fullReportJson } from '../../privacy/verify/report.ts'
import type { ChainReport } from '../../privacy/verify/verification.ts'
import { describeFinding, stateOf, verify } from '../../privacy/verify/verify.ts'
import { inProcessClient } from '../../server/server.ts'
import { toIso, toIsoDay } from '../../time.ts'
import type { Flag, Invocation } from '../framework/command.ts'
import { print, printMessage } from '../framework/output.ts'
import { withReadOnlyApp } from './with-app.ts'

/** `sotto privacy verify`: prints the result of every check. Exit code 0 if all promises are kept, otherwise 1. */
export function verifyPrivacy(invocation: Invocation<{ json: Flag }>): Promise<number> {
  return withReadOnlyApp(invocation, async (app) => {
    const report = await verify(app, await inProcessClient(app))
    if (invocation.flags.json) print(`${JSON.stringify(fullReportJson(report), null, 2)}\n`)
    else
      for (const check of report.checks) {
        print(`${stateOf(check).padEnd(6)}  ${check.promise}  ${text(check.title)}\n`)
        for (const finding of check.findings) print(`             ${describeFinding(finding)}\n`)
      }
    return report.isKept ? 0 : 1
  })
}

/** `sotto privacy ledger`: prints the last entries of the purge ledger, or with --verify checks its hash chain. */
export function printLedger(
  invocation: Invocation<{ verify: Flag; head: Flag & { value: string }; json: Flag }>,
): Promise<number> {
  const { verify: verifyRequested, head, json } = invocation.flags
  if (head !== undefined && !/^[0-9a-f]{64}$/i.test(head))
    throw new CommandError('invalid', '--head: expected 64 hexadecimal characters, as shown on /privacy/proof')
  return withReadOnlyApp(invocation, async (app) => {
    if (verifyRequested || head !== undefined) return printChain(await verifyChain(app, head?.toLowerCase()), json)
    for (const { hash, ...entry } of await listLastEntries(app, 20))
      print(json ? `${JSON.stringify({ ...entry, hash })}\n` : formatEntry(entry))
    return 0
  })
}

function printChain(chain: ChainReport, json: true | undefined): number {
  if (json) print(`${JSON.stringify(chainJson(chain))}\n`)
  else if (chain.head !== null) print(`${chain.head}  ${chain.entries} entries\n`)
  if (chain.fault) {
    const { kind, entry } = chain.fault
    printMessage(text(kind === 'altered' ? 'verify.ledgerAltered' : 'verify.ledgerCut', { entry }))
  } else if (chain.containsHead === false) printMessage(text('verify.unknownHead'))
  return chain.fault || chain.containsHead === false ? 1 : 0
}

function formatEntry({ ran_at, rule, removed }: { ran_at: number; rule: string; removed: number }): string {
  return `${toIso(ran_at)}  ${String(removed).padStart(8)}  ${rule}\n`
}

/** `sotto privacy record`: prints the record of processing (GDPR Art. 30). */
export function printRecord(invocation: Invocation<{ csv: Flag }>): Promise<number> {
  return withReadOnlyApp(invocation, async (app) => {
    const record = await createProcessingRecord(app)
    print(invocation.flags.csv ? processingRecordCsv(record) : `${JSON.stringify(record, null, 2)}\n`)
  })
}

/** `sotto privacy statistics`: prints the daily counts. */
export function printStatistics(invocation: Invocation<{ json: Flag }>): Promise<number> {
  return withReadOnlyApp(invocation, async (app) => {
    const days = (await readStatistics(app, { role: 'operator' })).map(({ day, ...counts }) => ({
      day: toIsoDay(day),
      ...counts,
    }))
    if (invocation.flags.json) return print(`${JSON.stringify(days)}\n`)
    print(`day       ${counterNames.map((name) => name.padStart(10)).join('')}\n`)
    for (const day of days)
      print(`${day.day}${counterNames.map((name) => formatCount(day[name]).padStart(10)).join('')}\n`)
  })
}

function formatCount(count: number | null): string {
  return count === null ? `<${minCellSize}` : String(count)
}
