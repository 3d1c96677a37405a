import { describe, expect, test } from 'bun:test'
import { cookies } from '../../src/privacy/inventory/cookies.ts'
import { inventory } from '../../src/privacy/inventory/inventory.ts'
import {
  createProcessingRecord,
  csvCell,
  type ProcessingRecord,
  processingRecordCsv,
} from '../../src/privacy/registers/processing-record.ts'
import { addProcessor } from '../../src/privacy/registers/processors.ts'
import { startInstance } from '../fixtures/instance.ts'

describe('the record of processing (P04)', () => {
  test('lists every table, both logs, backups and every cookie with purpose, legal basis, data subjects, categories and retention', async () => {
    await using sotto = await startInstance()
    const { activities } = await createProcessingRecord(sotto.app)
    const what = activities.map((activity) => activity.what)
    expect(what).toEqual(expect.arrayContaining(Object.keys(inventory)))
    expect(what).toHaveLength(Object.keys(inventory).length + 3 + Object.keys(cookies).length)
    for (const activity of activities) for (const words of Object.values(activity)) expect(words.trim()).not.toBe('')
    expect(activities.find(({ what }) => what === 'account')).toMatchObject({
      subjects: 'People with an account',
      categories: 'credential, moment, personal, technical',
    })
    expect(activities.find(({ what }) => what === 'backups')).toMatchObject({ kept: 'At most 7 days' })
  })

  test('names the controller, the region and the processors (P17, P19)', async () => {
    await using sotto = await startInstance({ name: 'Ours', contact: 'help@example.org', region: 'eu' })
    expect(await createProcessingRecord(sotto.app)).toMatchObject({
      controller: { name: 'Ours', contact: 'help@example.org' },
      region: 'EU',
      recipients: [],
    })
    await addProcessor(sotto.app, {
      name: 'Post Ltd',
      purpose: 'sends mail',
      categories: 'addresses',
      country: 'Austria',
      agreement: 'yes',
      host: 'mail.example.org',
      since: sotto.clock.now,
    })
    expect((await createProcessingRecord(sotto.app)).recipients).toEqual([
      { name: 'Post Ltd', purpose: 'sends mail', country: 'Austria' },
    ])
  })

  test('has the same activities as a page, as JSON and as CSV', async () => {
    await using sotto = await startInstance()
    const page = await (await sotto.fetch('/privacy/record')).text()
    const json = (await (await sotto.fetch('/privacy/record.json')).json()) as ProcessingRecord
    const csv = await sotto.fetch('/privacy/record.csv')
    expect(csv.headers.get('content-disposition')).toContain('attachment')
    const rows = (await csv.text()).trim().split('\r\n')
    expect(rows[0]).toBe('what,purpose,basis,subjects,categories,kept')
    expect(rows).toHaveLength(json.activities.length + 1)
    for (const { what, kept } of json.activities) for (const words of [what, kept]) expect(page).toContain(words)
  })
})

describe('a CSV cell', () => {
  test.each([
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    ['=HYPERLINK("a","b")', `"'=HYPERLINK(""a"",""b"")"`],
    ['a,b', '"a,b"'],
    ['say "x"', '"say ""x"""'],
    ['two\nlines', '"two\nlines"'],
    ['plain', 'plain'],
  ])('is not a formula and stays one cell: %j', (value, expected) => {
    expect(csvCell(value)).toBe(expected)
  })

  test('contains the original value', () => {
    const activity = { what: '=cmd', purpose: '', basis: '', subjects: '', categories: '', kept: '' }
    expect(processingRecordCsv({ activities: [activity] } as unknown as ProcessingRecord)).toContain("\r\n'=cmd,")
  })
})
