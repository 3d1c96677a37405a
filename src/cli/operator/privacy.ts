import { CommandError } from '../../errors.ts'
import { text } from '../../i18n/text.ts'
import { minCellSize } from '../../privacy/inventory/inventory.ts'
import { lastEntries, verifyChain } from '../../privacy/purge/ledger.ts'
import { createProcessingRecord, processingRecordCsv } from '../../privacy/registers/processing-record.ts'
import { counterNames } from '../../privacy/statistics/counters.ts'
import { readStatistics } from '../../privacy/statistics/statistics.ts'
import { fullReportJson } from '../../privacy/verify/report.ts'
import { sentenceOf, stateOf, verify } from '../../privacy/verify/verify.ts'
import { inProcessClient } from '../../server/server.ts'
import { toIso, toIsoDay } from '../../time.ts'
import type { Call, Flag } from '../framework/command.ts'
import { print, tell } from '../framework/output.ts'
import { openReadOnlyApp } from './with-app.ts'

/** `sotto privacy verify`: 0 where everything promised is so, else 1 and a sentence for each breach. */
export async function verifyPrivacy(call: Call<{ json: Flag }>): Promise<number> {
  using app = openReadOnlyApp(call)
  const report = await verify(app, await inProcessClient(app))
  if (call.given.json) print(`${JSON.stringify(fullReportJson(report), null, 2)}\n`)
  else
    for (const check of report.checks) {
      print(`${stateOf(check).padEnd(6)}  ${check.promise}  ${text(check.title)}\n`)
      for (const finding of check.findings) print(`             ${sentenceOf(finding)}\n`)
    }
  return report.isKept ? 0 : 1
}

/** `sotto privacy ledger`: its last entries, or with --verify whether the chain is whole. */
export async function showLedger(call: Call<{ verify: Flag; head: Flag & { value: string }; json: Flag }>) {
  const { verify: isVerified, head, json } = call.given
  if (head !== undefined && !/^[0-9a-f]{64}$/i.test(head))
    throw new CommandError('invalid', '--head: expected 64 hexadecimal characters, as /privacy/proof shows them')
  using app = openReadOnlyApp(call)
  if (!isVerified && head === undefined) {
    for (const { hash, ...entry } of lastEntries(app, 20))
      print(json ? `${JSON.stringify({ ...entry, hash })}\n` : line(entry))
    return 0
  }
  const chain = await verifyChain(app, head?.toLowerCase())
  if (json) print(`${JSON.stringify(chain)}\n`)
  else if (chain.head !== null) print(`${chain.head}  ${chain.entries} entries\n`)
  if (chain.fault) {
    const { kind, entry } = chain.fault
    tell(text(kind === 'altered' ? 'verify.altered' : 'verify.cut', { entry }))
  } else if (chain.knowsHead === false) tell(text('verify.headUnknown'))
  return chain.fault || chain.knowsHead === false ? 1 : 0
}

function line({ ran_at, rule, removed }: { ran_at: number; rule: string; removed: number }): string {
  return `${toIso(ran_at)}  ${String(removed).padStart(8)}  ${rule}\n`
}

/** `sotto privacy record`: the record of processing. */
export function printRecord(call: Call<{ csv: Flag }>): number {
  using app = openReadOnlyApp(call)
  const record = createProcessingRecord(app)
  print(call.given.csv ? processingRecordCsv(record) : `${JSON.stringify(record, null, 2)}\n`)
  return 0
}

/** `sotto privacy statistics`: the counts of the last days. */
export function printStatistics(call: Call<{ json: Flag }>): number {
  using app = openReadOnlyApp(call)
  const days = readStatistics(app, { role: 'operator' }).map(({ day, ...counts }) => ({
    day: toIsoDay(day),
    ...counts,
  }))
  if (call.given.json) print(`${JSON.stringify(days)}\n`)
  else {
    print(`day       ${counterNames.map((name) => name.padStart(10)).join('')}\n`)
    for (const day of days) print(`${day.day}${counterNames.map((name) => shown(day[name]).padStart(10)).join('')}\n`)
  }
  return 0
}

function shown(number: number | null): string {
  return number === null ? `<${minCellSize}` : String(number)
}
