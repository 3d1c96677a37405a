import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Facts } from '../../src/errors.ts'
import { schemaFacts } from '../../src/http/to-app-error.ts'
import { en } from '../../src/i18n/en.ts'
import { errorText } from '../../src/i18n/text.ts'
import { createRoutes } from '../../src/server/server.ts'
import { type Instance, startInstance } from '../fixtures/instance.ts'
import { root } from '../fixtures/process.ts'

interface Field {
  readonly name: string
  readonly facts: Facts
}

const general = errorText('field_invalid', { field: '' })
const rules = Object.keys(en).filter((key) => key.startsWith('field.'))
const keyOf = ({ name, facts }: Field) => `field.${facts['rule'] ?? name}`

describe('every field', () => {
  let sotto: Instance
  let declared: Field[]
  beforeAll(async () => {
    sotto = await startInstance()
    declared = await fieldsOfRoutes(sotto)
  })
  afterAll(() => sotto[Symbol.asyncDispose]())

  test('that a request can have is found', () => {
    const names = new Set(declared.map(({ name }) => name))
    for (const name of ['content', 'ttl', 'user_name', 'scopes', 'before', 'note', 'hours'])
      expect(names).toContain(name)
    expect(declared.length).toBeGreaterThan(80)
  })

  test('that a schema can reject has a rule, with all its numbers', () => {
    for (const field of declared) {
      expect(rules).toContain(keyOf(field))
      const sentence = en[keyOf(field) as 'field.note']
      for (const [, fact = ''] of sentence.matchAll(/\{(\w+)\}/g))
        expect([field.name, field.facts]).toHaveProperty(['1', fact])
    }
  })

  test('that the code rejects has a rule, with all its numbers', () => {
    const thrown = thrownFields()
    expect(thrown.length).toBeGreaterThan(15)
    for (const { name, rule, rest } of thrown) {
      expect(rules).toContain(`field.${rule ?? name}`)
      const sentence = en[`field.${rule ?? name}` as 'field.note']
      for (const [, fact = ''] of sentence.matchAll(/\{(\w+)\}/g))
        expect([name, rest]).toEqual([name, expect.stringContaining(fact)])
    }
  })

  test('that has a rule exists', () => {
    const used = [...declared.map(keyOf), ...thrownFields().map(({ name, rule }) => `field.${rule ?? name}`)]
    expect(rules.filter((rule) => !used.includes(rule) && rule !== 'field.body')).toEqual([])
  })
})

test('a rule is plain text and not the general message', () => {
  for (const rule of rules) {
    expect(en[rule as 'field.note']).toMatch(/^[A-Z].*\.$/)
    expect(errorText('field_invalid', { field: rule.slice('field.'.length) })).not.toBe(general)
  }
  expect(errorText('field_invalid', { field: 'of a newer server' })).toContain('of a newer server')
})

async function fieldsOfRoutes({ app }: Instance): Promise<Field[]> {
  const { routes } = await createRoutes(app)
  return routes.flatMap(({ hooks }) => [hooks.body, hooks.query].flatMap(fieldsOf))
}

function fieldsOf(schema: { readonly properties?: object } | undefined): Field[] {
  return Object.entries(schema?.properties ?? {}).map(([name, property]) => ({ name, facts: schemaFacts(property) }))
}

// In the code: `{ field: 'note', max: maxNoteLength }`.
function thrownFields(): { name: string; rule: string | undefined; rest: string }[] {
  const files = [...new Bun.Glob('src/**/*.{ts,tsx}').scanSync(root)]
  return files.flatMap((file) => {
    const code = readFileSync(join(root, file), 'utf8')
    return [...code.matchAll(/\{ field: '([^']+)'(?:, rule: '([^']+)')?([^}]*)\}/g)].map(
      ([, name = '', rule, rest = '']) => ({ name, rule, rest }),
    )
  })
}
