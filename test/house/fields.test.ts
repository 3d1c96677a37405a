import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Glob } from 'bun'
import ts from 'typescript'
import { root } from '../fixtures/process.ts'

interface Field {
  readonly location: string
  readonly tag: string
  /** Every value that an attribute can have, by the source. */
  readonly attributes: ReadonlyMap<string, readonly string[]>
}

const files = [...new Glob('{src,templates}/**/*.tsx').scanSync(root)]
const fields = files.flatMap(fieldsOf)
// Types of fields that cannot contain a secret.
const harmlessTypes = new Set(['radio', 'checkbox', 'hidden', 'number', 'file'])
const personalValues = new Set(['username', 'email', 'name'])
const passwordValues = new Set(['current-password', 'new-password'])

test('the fields of the pages are found with their ids', () => {
  const found = fields.map(({ attributes }) => attributes.get('id')?.[0] ?? '')
  const ids = ['content', 'link', 'revealed', 'token', 'passphrase', 'code', 'body', 'answer', 'user_name', 'email']
  for (const id of ids) expect(found).toContain(id)
  const values = fields.flatMap(({ attributes }) => attributes.get('autocomplete') ?? [])
  for (const value of passwordValues) expect(values).toContain(value)
})

// Browsers save the text of fields in their session files to reopen closed tabs, except for passwords and fields with
// autocomplete="off". On the form, the attribute does not work in every browser.
test('browsers do not save the text of fields, except for names, addresses and one-time codes', () => {
  expect(fields.filter((field) => !isNotSaved(field)).map(({ location }) => location)).toEqual([])
})

test('a field whose text would be saved is detected', () => {
  const isDetected = (markup: string) => fieldsIn('a.tsx', `const a = ${markup}`).some((field) => !isNotSaved(field))
  expect(isDetected('<textarea readonly safe>{link}</textarea>')).toBe(true)
  expect(isDetected('<textarea autocomplete="on" />')).toBe(true)
  expect(isDetected('<textarea autocomplete={some} />')).toBe(true)
  expect(isDetected('<input name="link" readonly value={link} />')).toBe(true)
  expect(isDetected('<input type="text" autocomplete={isA ? "off" : "on"} />')).toBe(true)
  expect(isDetected('<input type="text" autocomplete="current-password" />')).toBe(true)
  expect(isDetected('<input type="email" readonly autocomplete="email" />')).toBe(true)
  expect(isDetected('<div contenteditable="true" />')).toBe(true)
  expect(isDetected('<Line id="a" autocomplete="on" />')).toBe(true)
  expect(isDetected('<input {...rest} autocomplete="off" />')).toBe(true)
  expect(isDetected('<input type="text" autocomplete="off" />')).toBe(false)
  expect(isDetected('<input type="password" autocomplete="new-password" />')).toBe(false)
})

test('no script creates a field', () => {
  const scripts = [...new Glob('assets/**/*.ts').scanSync(root)]
  expect(scripts.length).toBeGreaterThan(4)
  for (const file of scripts) {
    const matches = readFileSync(join(root, file), 'utf8').match(
      /createElement\('(?:input|textarea)'|innerHTML|insertAdjacentHTML|contentEditable|cloneNode/g,
    )
    expect([file, matches]).toEqual([file, null])
  }
})

function isNotSaved({ tag, attributes }: Field): boolean {
  const types = attributes.get('type') ?? ['text']
  if (attributes.has('...') || attributes.has('contenteditable')) return false
  if (tag === 'input' && types.every((type) => harmlessTypes.has(type))) return true
  const values = attributes.get('autocomplete') ?? ['']
  const isPassword = types.every((type) => type === 'password')
  const isShown = attributes.has('readonly')
  return values.every((value) => {
    if (value === 'off') return true
    if (tag === 'textarea' || isShown) return false
    if (passwordValues.has(value)) return isPassword
    return personalValues.has(value) || (value === 'one-time-code' && attributes.get('id')?.[0] === 'code')
  })
}

function fieldsOf(file: string): Field[] {
  return fieldsIn(file, readFileSync(join(root, file), 'utf8'))
}

function fieldsIn(file: string, text: string): Field[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX)
  const found: Field[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isJsxOpeningElement(node) || ts.isJsxSelfClosingElement(node)) {
      const tag = node.tagName.getText()
      const attributes = attributesOf(node.attributes)
      const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1
      // A component with `autocomplete` passes it on to its field, so the component is checked instead of the field.
      const isField = ['input', 'textarea'].includes(tag) || attributes.has('contenteditable')
      const passesOn = !isField && attributes.has('autocomplete')
      if ((isField && !isPassedOn(tag, attributes)) || passesOn)
        found.push({ location: `${file}:${line}`, tag, attributes })
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

// The field inside a component whose callers pass its attributes.
function isPassedOn(tag: string, attributes: Field['attributes']): boolean {
  return tag === 'input' && ['id', 'type', 'autocomplete'].every((name) => attributes.get(name)?.[0] === `{${name}}`)
}

function attributesOf(attributes: ts.JsxAttributes): Field['attributes'] {
  const pairs = attributes.properties.map((property): [string, readonly string[]] => {
    if (!ts.isJsxAttribute(property)) return ['...', []]
    const value = property.initializer
    if (value === undefined) return [property.name.getText(), ['']]
    if (ts.isStringLiteral(value)) return [property.name.getText(), [value.text]]
    return [property.name.getText(), ts.isJsxExpression(value) ? valuesOf(value.expression) : ['?']]
  })
  return new Map(pairs)
}

// Both branches of a condition count. Other expressions match none of the known values.
function valuesOf(expression: ts.Expression | undefined): string[] {
  if (expression && ts.isStringLiteral(expression)) return [expression.text]
  if (expression && ts.isConditionalExpression(expression))
    return [...valuesOf(expression.whenTrue), ...valuesOf(expression.whenFalse)]
  return [`{${expression?.getText() ?? ''}}`]
}
