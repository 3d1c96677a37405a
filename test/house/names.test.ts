import { describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../fixtures/process.ts'

const self = 'test/house/names.test.ts'
const files = [...new Bun.Glob('{src,templates,assets,test,docs,bench}/**/*.{ts,tsx,mjs,css,md}').scanSync(root)]
  .filter((file) => file !== self)
  .sort()
const lines = files.flatMap((file) =>
  readFileSync(join(root, file), 'utf8')
    .split('\n')
    .map((text, index) => ({ place: `${file}:${index + 1}`, text })),
)

// An example of each replaced name, the standard term, and the pattern that finds it.
const replacedNames = [
  ['proveAgain', 'reauthenticate', /\bproveAgain\b/],
  ['Visit', 'RequestContext', /\b(?:Visit|visitOf)\b/],
  ['selfOf', 'inProcessClient', /\bselfOf\b/],
  ['mineOf', 'owned secrets', /\b(?:rowOfMine|mineOf)\b/],
  ['heldUnder', 'lookUpByLink', /\b(?:heldUnder|eraseHeld)\b/],
  ['repeatOf', 'idempotencyKeyOf', /\brepeatOf\b/],
  ["insertInto('repeat')", 'idempotent_response', /\b(?:insertInto|selectFrom|deleteFrom|updateTable)\('repeat'/],
  ['half session', 'pending MFA', /\bhalf[ -]session/i],
  ['forgive', 'throttle.reset', /\bforgive\b/],
  ['DailyKey', 'PseudonymKey', /\bDailyKey\b/],
  ['realWorld', 'systemRuntime', /\b(?:Outside|realWorld)\b/],
  ['withInstance', 'withApp', /\bwithInstance\b/],
  ['db.alone()', 'exclusive, vacuum, onCommit', /\bdb\.(?:written|rewrite|alone|after)\(/],
  ['longestNote', 'maxNote', /\b(?:most|longest|smallest)[A-Z]\w*/],
  ['patience', 'timeoutMs', /\bpatience\b/],
  ['burnNow', 'burn', /\b(?:burnNow|closingNow)\b/],
  ['wish', 'input', /\bwish\b/],
  ['recourse', 'complaints', /\brecourse\b/],
] as const

const replacedFiles =
  /\/(?:again|by-password|asked-pages|passkeys-show|passkeys-ceremony|oidc-person|oidc-newcomer|recourse|letters|tally|visit|mine|here|repeat|telling)[.-]/

// Not in the names and addresses of test data, such as nobody@example.org.
const manneredWords = /\b(?:[Aa]new|[Oo]ftener|[Nn]obody|[Ss]omebody|[Ww]hoever)\b(?!\)?[@-]|'\)?[,\]:)])/
const maxManneredWords = 5

describe('the standard terms replace', () => {
  test.each(replacedNames)('%s by %s', (example, _term, pattern) => {
    expect(pattern.test(example)).toBe(true)
    expect(placesOf(pattern)).toEqual([])
  })

  test('the old file names', () => {
    expect(files.filter((file) => replacedFiles.test(file))).toEqual([])
  })
})

test('mannered words are rare', () => {
  expect(manneredWords.test('Nobody was told.')).toBe(true)
  const places = placesOf(manneredWords)
  expect(places.length > maxManneredWords ? places : []).toEqual([])
})

function placesOf(pattern: RegExp): string[] {
  return lines.filter(({ text }) => pattern.test(text)).map(({ place }) => place)
}
