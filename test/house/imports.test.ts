import { describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join, normalize } from 'node:path'
import { root } from '../fixtures/process.ts'

const files = [...new Bun.Glob('{src,templates,assets}/**/*.{ts,tsx}').scanSync(root)].sort()
const textOf = new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]))

// Who may import whom. `values` and `types` name all that these files may import; where one is missing, anything goes
// but what `never` names.
const rooms: readonly Room[] = [
  {
    name: 'the database knows nobody but itself',
    files: /^src\/database\//,
    values: /^src\/database\/|^src\/(errors|time)\.ts$|^kysely$|^bun:sqlite$|^node:fs$/,
    types: /^src\/database\/|^kysely$|^bun:sqlite$/,
  },
  {
    name: 'the promises are data, with the types of tables and texts',
    files: /^src\/privacy\/promises\.ts$/,
    values: /^src\/time\.ts$/,
    types: /^src\/database\/schema\.ts$|^src\/i18n\//,
  },
  {
    name: 'an operation knows no HTTP and no template',
    files: /^src\/(secrets|privacy|accounts|mail)\/(?!.*(api|pages)\.tsx?$|render\.ts$)/,
    never: /^src\/http\/|^templates\/|elysia|\/(api|pages)\.tsx?$/,
  },
  {
    name: 'a letter is put into words without store and server',
    files: /^src\/mail\/render\.ts$/,
    values: /^templates\/mail\/|^src\/i18n\/|^src\/mail\/addresses\.ts$|^src\/privacy\/promises\.ts$/,
  },
  {
    name: 'one file speaks to mail servers',
    files: /^src\/(?!mail\/smtp\.ts$)/,
    values: /^(?!nodemailer)/,
  },
  {
    name: 'what runs in the browser too stands alone',
    files: /^src\/secrets\/end-to-end\.ts$/,
    values: /padding\.ts$/,
  },
  { name: 'padding stands on nothing', files: /^src\/secrets\/padding\.ts$/, values: /^$/, types: /^$/ },
  {
    name: 'sealing knows neither store nor clock',
    files: /^src\/secrets\/sealing\.ts$/,
    values: /padding\.ts$|^node:crypto$/,
  },
  {
    name: 'configuration stands on itself',
    files: /^src\/config/,
    values: /^src\/(config|errors\.ts|time\.ts)|^node:|^smol-toml$/,
  },
  {
    name: 'a template is given what it shows: texts, units and types',
    files: /^templates\//,
    values:
      /^templates\/|^src\/i18n\/|^src\/config(\.ts|\/units\.ts)$|^src\/(secrets\/generate|time)\.ts$|^@kitajs\/html$/,
    types: /^templates\/|^src\/(i18n|secrets|accounts|privacy|config|mail|actor)|^@kitajs\/html$/,
  },
  {
    name: 'the browser gets nothing of the server',
    files: /^assets\//,
    never: /^src\/(database|http|app|config)|^node:|^bun/,
  },
  {
    name: 'commands and the seeds for development alone build an instance',
    files: /^src\/(?!operator\/|build\/dev-seed\.ts$)/,
    values: /^(?!src\/open-app\.ts)/,
  },
  { name: 'nothing of the build is in the program', files: /^src\/(?!build\/)/, never: /^src\/build\// },
]

// Who may say what.
const words: readonly Words[] = [
  {
    name: 'the environment',
    say: /process\.env|Bun\.env|import\.meta\.env/,
    files: /^src\/(config|build)\/|^src\/main\.ts$/,
  },
  { name: 'the arguments', say: /process\.argv/, files: /^src\/(main|build\/dev)\.ts$/ },
  { name: 'the time of day', say: /Date\.now|new Date\(\)/, files: /^src\/(open-app|commands|main)\.ts$|^assets\// },
  { name: 'chance that can be guessed', say: /Math\.random/, files: /^$/ },
  { name: 'a line of the log', say: /outside\.write\(/, files: /^src\/log\.ts$/ },
  {
    name: 'anything on the terminal',
    say: /process\.std(out|err)/,
    files: /^src\/(main|log)\.ts$|^src\/(build|command|client|operator)\//,
  },
  { name: 'anything to a console', say: /\bconsole\./, files: /^src\/build\// },
  { name: 'how a cookie is kept', say: /SameSite|Max-Age/, files: /^src\/privacy\/(cookies|verify-answers)\.ts$/ },
  {
    name: 'that a cookie is set',
    say: /set-cookie/i,
    files: /^src\/(privacy\/(cookies|promises)|http\/(preferences|session-cookie|outside-cookie))\.ts$/,
  },
  { name: 'which database it is', say: /bun:sqlite|\bPRAGMA\b/, files: /^src\/database\// },
  { name: 'markup that is not escaped', say: /innerHTML|insertAdjacentHTML|document\.write/, files: /^$/ },
  { name: 'what is still to do', say: /\b(TODO|FIXME|XXX|HACK)\b/, files: /^$/ },
]

describe('who imports whom:', () => {
  test.each([...rooms])('$name', (room) => {
    const inside = files.filter((file) => room.files.test(file))
    expect(inside.length).toBeGreaterThan(0)
    expect(inside.flatMap((file) => importsOf(file).filter((one) => !isAllowed(room, one)))).toEqual([])
  })

  test('in no circle, by types either', () => {
    let left = new Set(files)
    for (let before = 0; before !== left.size; ) {
      before = left.size
      left = new Set([...left].filter((file) => importsOf(file).some(({ target }) => left.has(target))))
    }
    expect([...left]).toEqual([])
  })

  test('every import of the house was read', () => {
    const read = files.flatMap(importsOf)
    const lines = files.flatMap((file) => textOf.get(file)?.match(/\bfrom '[^']+'/g) ?? [])
    expect(read.length).toBeGreaterThanOrEqual(lines.length)
    expect(read.length).toBeGreaterThan(150)
    const ours = read.map(({ target }) => target).filter((target) => /^(src|templates|assets)\/.*\.tsx?$/.test(target))
    for (const target of ours) expect(files).toContain(target)
  })
})

describe('who says what:', () => {
  test.each([...words])('$name', ({ say, files: speakers }) => {
    const outside = files.filter((file) => !speakers.test(file))
    expect(outside.filter((file) => say.test(textOf.get(file) ?? ''))).toEqual([])
  })
})

interface Room {
  readonly name: string
  readonly files: RegExp
  readonly values?: RegExp
  readonly types?: RegExp
  readonly never?: RegExp
}

interface Words {
  readonly name: string
  readonly say: RegExp
  readonly files: RegExp
}

interface Import {
  readonly file: string
  readonly target: string
  readonly isType: boolean
}

function isAllowed({ values, types, never }: Room, { target, isType }: Import): boolean {
  return !never?.test(target) && ((isType ? types : values)?.test(target) ?? true)
}

// `import type …` and `import { type … }` bring only types; anything else, a bare or a late import too, brings values.
function importsOf(file: string): Import[] {
  const statements = (textOf.get(file) ?? '').matchAll(
    /^(?:import|export)\b([^'"]*?)\bfrom '([^']+)'|^()import '([^']+)'|()\bimport\('([^']+)'\)/gm,
  )
  return [...statements].map(([, what = '', from, , bare, , late]) => {
    const name = from ?? bare ?? late ?? ''
    const target = name.startsWith('.') ? normalize(join(file, '..', name)) : name
    const names = (/\{([^}]*)\}/.exec(what)?.[1] ?? '').split(',').filter((one) => one.trim() !== '')
    const onlyTypes = names.length > 0 && !/\w\s*,\s*\{/.test(what) && names.every((one) => /^\s*type\s/.test(one))
    return { file, target, isType: /^\s*type\s/.test(what) || onlyTypes }
  })
}
