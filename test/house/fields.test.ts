import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Glob } from 'bun'
import ts from 'typescript'
import { root } from '../fixtures/process.ts'

interface Field {
  readonly place: string
  readonly tag: string
  /** Every value that an attribute may have as the source says it; empty where it is not there. */
  readonly attributes: ReadonlyMap<string, readonly string[]>
}

const files = [...new Glob('{src,templates}/**/*.tsx').scanSync(root)]
const fields = files.flatMap(fieldsOf)
// A choice, a number or the name of a file: nothing of it is a secret.
const harmless = new Set(['radio', 'checkbox', 'hidden', 'number', 'file'])
const ofPersons = new Set(['username', 'email', 'name'])
const ofPasswords = new Set(['current-password', 'new-password'])

test('the fields of the pages are found, with what they say of themselves', () => {
  const ids = fields.flatMap(({ attributes }) => attributes.get('id') ?? [])
  for (const id of [
    'content',
    'link',
    'revealed',
    'token',
    'passphrase',
    'code',
    'body',
    'answer',
    'password',
    'email',
  ])
    expect(ids).toContain(id)
})

// A browser saves what a field shows in the files of its session, so that a closed tab can be opened again; it leaves
// out passwords, and fields that say autocomplete="off" themselves. Their form cannot say it for them in every browser.
test('no browser saves what a field shows, unless it is about a person or soon worthless', () => {
  expect(fields.filter((field) => !isKept(field)).map(({ place }) => place)).toEqual([])
})

test('a field whose text may be saved is noticed', () => {
  const noticed = (markup: string) => fieldsIn('a.tsx', `const a = ${markup}`).some((field) => !isKept(field))
  expect(noticed('<textarea readonly safe>{link}</textarea>')).toBe(true)
  expect(noticed('<textarea autocomplete="on" />')).toBe(true)
  expect(noticed('<textarea autocomplete={some} />')).toBe(true)
  expect(noticed('<input name="link" readonly value={link} />')).toBe(true)
  expect(noticed('<input type="text" autocomplete={isA ? "off" : "on"} />')).toBe(true)
  expect(noticed('<input type="text" autocomplete="current-password" />')).toBe(true)
  expect(noticed('<input type="email" readonly autocomplete="email" />')).toBe(true)
  expect(noticed('<div contenteditable="true" />')).toBe(true)
  expect(noticed('<Line id="a" autocomplete="on" />')).toBe(true)
  expect(noticed('<input {...rest} autocomplete="off" />')).toBe(true)
  expect(noticed('<input type="text" autocomplete="off" />')).toBe(false)
  expect(noticed('<input type="password" autocomplete="new-password" />')).toBe(false)
})

test('no script makes a field of its own', () => {
  const scripts = [...new Glob('assets/**/*.ts').scanSync(root)]
  expect(scripts.length).toBeGreaterThan(4)
  for (const file of scripts) {
    const made = readFileSync(join(root, file), 'utf8').match(
      /createElement\('(?:input|textarea)'|innerHTML|insertAdjacentHTML|contentEditable|cloneNode/g,
    )
    expect([file, made]).toEqual([file, null])
  }
})

function isKept({ tag, attributes }: Field): boolean {
  const types = attributes.get('type') ?? ['text']
  if (attributes.has('...') || attributes.has('contenteditable')) return false
  if (tag === 'input' && types.every((type) => harmless.has(type))) return true
  const values = attributes.get('autocomplete') ?? ['']
  const isPassword = types.every((type) => type === 'password')
  const isShown = attributes.has('readonly')
  return values.every((value) => {
    if (value === 'off') return true
    if (tag === 'textarea' || isShown) return false
    if (ofPasswords.has(value)) return isPassword
    return ofPersons.has(value) || (value === 'one-time-code' && attributes.get('id')?.[0] === 'code')
  })
}

function fieldsOf(file: string): Field[] {
  return fieldsIn(file, readFileSync(join(root, file), 'utf8'))
}

function fieldsIn(file: string, text: string): Field[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX)
  const found: Field[] = []
  const look = (node: ts.Node): void => {
    if (ts.isJsxOpeningElement(node) || ts.isJsxSelfClosingElement(node)) {
      const tag = node.tagName.getText()
      const attributes = attributesOf(node.attributes)
      const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1
      // A component that takes `autocomplete` hands it on to its field; the field itself says only that.
      const isField = ['input', 'textarea'].includes(tag) || attributes.has('contenteditable')
      const handsOn = !isField && attributes.has('autocomplete')
      if ((isField && !isHandedOn(tag, attributes)) || handsOn)
        found.push({ place: `${file}:${line}`, tag, attributes })
    }
    ts.forEachChild(node, look)
  }
  look(source)
  return found
}

// The field of a component whose callers say what it is: their words are looked at instead.
function isHandedOn(tag: string, attributes: Field['attributes']): boolean {
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

// Both arms of a condition count; what is not written here is none of the known words.
function valuesOf(expression: ts.Expression | undefined): string[] {
  if (expression && ts.isStringLiteral(expression)) return [expression.text]
  if (expression && ts.isConditionalExpression(expression))
    return [...valuesOf(expression.whenTrue), ...valuesOf(expression.whenFalse)]
  const unknown = `{${expression?.getText() ?? ''}}`
  return expression && ts.isIdentifier(expression) ? [unknown, ...defaultsOf(expression)] : [unknown]
}

// The default value of a component's property, which its callers may leave out.
function defaultsOf(name: ts.Identifier): string[] {
  const component = ts.findAncestor(name, ts.isFunctionDeclaration)
  const [props] = component?.parameters ?? []
  if (!props || !ts.isObjectBindingPattern(props.name)) return []
  const property = props.name.elements.find((element) => element.name.getText() === name.text)
  return property?.initializer ? valuesOf(property.initializer) : []
}
