import { describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join, normalize } from 'node:path'
import { root } from '../fixtures/process.ts'

const files = [...new Bun.Glob('{src,templates,assets}/**/*.{ts,tsx}').scanSync(root)].sort()
const textOf = new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]))

// The import rule of docs/architecture.md: a file imports from its own group and from the groups above it, values and
// types alike, except from those in `never`. With `values`, it imports only types from the other groups.
const groups: readonly Group[] = [
  { name: 'errors and time', files: /^src\/(?:durable-file|errors|time|timeout|version)\.ts$|^package\.json$/ },
  { name: 'limits', files: /^src\/limits\// },
  { name: 'config', files: /^src\/config\// },
  { name: 'texts', files: /^src\/i18n\// },
  { name: 'crypto', files: /^src\/crypto\// },
  { name: 'database', files: /^src\/database\// },
  { name: 'inventory', files: /^src\/privacy\/inventory\// },
  { name: 'log', files: /^src\/log(?:-file)?\.ts$/ },
  {
    name: 'state in memory',
    files:
      /^src\/(?:clock\/agreed-clock|accounts\/oidc\/provider-cache|accounts\/sessions\/session-attributes|mail\/mail-server-state|privacy\/(?:purge\/purge-state|statistics\/counters|verify\/(?:report-cache|verification))|continuation\/suspension)\.ts$/,
  },
  { name: 'app', files: /^src\/(?:app|actor)\.ts$/ },
  { name: 'outbox', files: /^src\/mail\/(?:outbox|mail-templates)\.ts$/ },
  // All the other files of the features are operations, see `groupOf`.
  { name: 'operations', files: /^src\/(?:accounts|backup|clock|continuation|mail|privacy|secrets)\// },
  { name: 'templates', files: /^templates\//, values: ['templates', 'errors and time', 'config', 'texts'] },
  { name: 'http', files: /^src\/http\//, never: ['outbox', 'operations'] },
  {
    name: 'pages and API',
    files:
      /^src\/(?:accounts|mail|privacy|secrets)\/(?:.*\.tsx|(?:.*[-/])?api\.ts|(?:.*\/)?(?:member-page|continue-sign-in|json-answer|[\w-]+-cookie)\.ts)$/,
  },
  { name: 'control', files: /^src\/control\//, never: ['templates', 'http', 'pages and API'] },
  { name: 'cli', files: /^src\/cli\//, never: ['templates', 'http', 'pages and API'] },
  { name: 'jobs', files: /^src\/jobs\//, never: ['templates', 'http', 'pages and API', 'cli'] },
  { name: 'server', files: /^src\/server\//, never: ['cli'] },
  { name: 'open-app', files: /^src\/open-app\.ts$/, never: ['templates', 'pages and API', 'cli', 'jobs', 'server'] },
  { name: 'main', files: /^src\/main\.ts$/ },
  { name: 'build', files: /^src\/build\// },
]

const exceptions: readonly Exception[] = [
  { files: /^src\/mail\/render\.ts$/, targets: /^templates\/mail\//, why: 'mail is rendered when it is delivered' },
  {
    files: /^templates\/secrets\/generate\.tsx$/,
    targets: /^src\/secrets\/generate\.ts$/,
    why: 'the form has the bounds of the generator',
  },
  {
    files: /^src\/cli\/operator\/(?:backup|serve|migrate|with-app|privacy)\.ts$/,
    targets: /^src\/(?:open-app\.ts$|server\/|jobs\/)/,
    why: 'these commands open or serve an instance',
  },
]

// What the groups do not say: `values` and `types` are all that these files import, `never` is what they do not import.
const rules: readonly Rule[] = [
  {
    name: 'the database imports Kysely and nothing else from outside',
    files: /^src\/database\/(?!sqlite\/)/,
    values: /^src\/|^kysely$|^node:path$/,
    types: /^src\/|^kysely$/,
  },
  {
    name: 'an engine imports its own client and Kysely, and nothing of the schema but its migrations',
    files: /^src\/database\/sqlite\//,
    values: /^src\/(?!database\/schema\/)|^kysely$|^bun:sqlite$|^node:fs$/,
    types: /^src\/|^kysely$|^bun:sqlite$/,
  },
  {
    name: 'only open.ts chooses an engine',
    files: /^src\/(?!database\/(?:open\.ts|sqlite\/))/,
    never: /^src\/database\/sqlite\//,
  },
  {
    name: 'operations know no HTTP',
    files: /^src\/(?:accounts|mail|privacy|secrets)\/(?!.*\.tsx$|(?:.*[-/])?api\.ts$)/,
    never: /elysia/,
  },
  {
    name: 'the platform takes only the type of the props from the templates',
    files: /^src\/http\//,
    values: /^(?!templates\/)/,
    types: /^(?!templates\/(?!view\.ts$))/,
  },
  {
    name: 'mail is rendered without the database and the server',
    files: /^src\/mail\/render\.ts$/,
    values: /^templates\/mail\/|^src\/i18n\/|^src\/mail\/addresses\.ts$|^src\/privacy\/inventory\//,
  },
  {
    name: 'only smtp.ts connects to mail servers',
    files: /^src\/(?!mail\/smtp\.ts$)/,
    values: /^(?!nodemailer)/,
  },
  {
    name: 'the end-to-end format runs in browsers',
    files: /^src\/crypto\/end-to-end\.ts$/,
    values: /^src\/crypto\/padding\.ts$/,
    types: /^$/,
  },
  { name: 'padding imports nothing', files: /^src\/crypto\/padding\.ts$/, values: /^$/, types: /^$/ },
  {
    name: 'sealing knows neither the database nor the clock',
    files: /^src\/crypto\/sealing\.ts$/,
    values: /^src\/crypto\/padding\.ts$|^node:crypto$/,
    types: /^$/,
  },
  {
    name: 'configuration is read without any other part of the program',
    files: /^src\/config\//,
    values: /^src\/config\/|^src\/(?:errors|time)\.ts$|^node:|^smol-toml$/,
  },
  {
    name: 'the client of the command line needs no instance',
    files: /^src\/cli\/client\//,
    never: /^src\/(?:app|open-app|log)\.ts$|^src\/(?:accounts|database|jobs|mail|privacy|server|cli\/operator)\//,
  },
  {
    name: 'scripts for browsers take only the end-to-end format from the server',
    files: /^assets\//,
    never: /^src\/(?!crypto\/end-to-end\.ts$)|^templates\/|^node:|^bun/,
  },
]

// Expressions that only these files contain.
const expressions: readonly Expression[] = [
  {
    name: 'the environment',
    pattern: /process\.env|Bun\.env|import\.meta\.env/,
    files: /^src\/(?:config|build)\/|^src\/main\.ts$/,
  },
  { name: 'the arguments', pattern: /process\.argv/, files: /^src\/(?:main|build\/dev)\.ts$/ },
  { name: 'the current time', pattern: /Date\.now|new Date\(\)/, files: /^src\/open-app\.ts$|^assets\// },
  { name: 'predictable randomness', pattern: /Math\.random/, files: /^$/ },
  { name: 'writing log lines', pattern: /\b(?:outside|runtime)\.write\(/, files: /^src\/log\.ts$/ },
  {
    name: 'the standard streams',
    pattern: /process\.std(?:out|err)/,
    files: /^src\/(?:main|log)\.ts$|^src\/(?:build|cli)\//,
  },
  { name: 'the console', pattern: /\bconsole\./, files: /^src\/build\// },
  {
    name: 'the attributes of cookies',
    pattern: /SameSite|Max-Age/,
    files: /^src\/http\/cookies\.ts$|^src\/privacy\/(?:inventory|verify)\//,
  },
  {
    name: 'the header that sets a cookie',
    pattern: /set-cookie/i,
    files: /^src\/(?:http\/cookies|server\/preferences|accounts\/.*-cookie)\.ts$|^src\/privacy\/inventory\//,
  },
  { name: 'the database engine', pattern: /sqlite|pragma|rowid/i, files: /^src\/database\/(?:sqlite\/|open\.ts$)/ },
  {
    name: 'units of work: pages, the API and commands call operations',
    pattern: /\bdb\.(?:read|commit)\(|\byield\*/,
    files:
      /^src\/(?!cli\/|http\/|jobs\/|server\/|.*\.tsx$|(?:.*[-/])?api\.ts$|.*\/(?:member-page|continue-sign-in|json-answer)\.ts$)/,
  },
  { name: 'unescaped markup', pattern: /innerHTML|insertAdjacentHTML|document\.write/, files: /^$/ },
  { name: 'unfinished work', pattern: /\b(?:TODO|FIXME|XXX|HACK)\b/, files: /^$/ },
]

describe('imports follow the order of the groups:', () => {
  test('every file belongs to a group', () => {
    expect(files.filter((file) => !file.startsWith('assets/') && groupOf(file) === undefined)).toEqual([])
  })

  test.each([...groups])('$name', (group) => {
    const members = files.filter((file) => groupOf(file) === group)
    expect(members.length).toBeGreaterThan(0)
    const refused = members.flatMap(importsOf).filter((found) => !followsOrder(group, found) && !isException(found))
    expect(refused.map(({ file, target }) => `${file} imports ${target}`)).toEqual([])
  })

  test('every exception is needed', () => {
    const unneeded = exceptions.filter(
      (exception) =>
        !files
          .filter((file) => exception.files.test(file))
          .flatMap(importsOf)
          .some((found) => exception.targets.test(found.target) && !followsOrder(groupOf(found.file), found)),
    )
    expect(unneeded).toEqual([])
  })

  test('there are no cycles, of types either', () => {
    let left = new Set(files)
    for (let before = 0; before !== left.size; ) {
      before = left.size
      left = new Set([...left].filter((file) => importsOf(file).some(({ target }) => left.has(target))))
    }
    expect([...left]).toEqual([])
  })

  test('every import was read', () => {
    const read = files.flatMap(importsOf)
    const lines = files.flatMap((file) => textOf.get(file)?.match(/\bfrom '[^']+'/g) ?? [])
    expect(read.length).toBeGreaterThanOrEqual(lines.length)
    expect(read.length).toBeGreaterThan(150)
    const ours = read.map(({ target }) => target).filter((target) => /^(src|templates|assets)\/.*\.tsx?$/.test(target))
    for (const target of ours) expect(files).toContain(target)
  })
})

describe('imports follow the rules:', () => {
  test.each([...rules])('$name', (rule) => {
    const members = files.filter((file) => rule.files.test(file))
    expect(members.length).toBeGreaterThan(0)
    expect(members.flatMap((file) => importsOf(file).filter((found) => !isAllowed(rule, found)))).toEqual([])
  })
})

describe('only the named files contain', () => {
  test.each([...expressions])('$name', ({ pattern, files: allowed }) => {
    const others = files.filter((file) => !allowed.test(file))
    expect(others.filter((file) => pattern.test(textOf.get(file) ?? ''))).toEqual([])
  })
})

interface Group {
  readonly name: string
  readonly files: RegExp
  readonly never?: readonly string[]
  readonly values?: readonly string[]
}

interface Exception {
  readonly files: RegExp
  readonly targets: RegExp
  readonly why: string
}

interface Rule {
  readonly name: string
  readonly files: RegExp
  readonly values?: RegExp
  readonly types?: RegExp
  readonly never?: RegExp
}

interface Expression {
  readonly name: string
  readonly pattern: RegExp
  readonly files: RegExp
}

interface Import {
  readonly file: string
  readonly target: string
  readonly isType: boolean
}

// The operations are the files of the features that belong to no other group.
function groupOf(file: string): Group | undefined {
  const found = groups.filter((group) => group.files.test(file))
  return found.find(({ name }) => name !== 'operations') ?? found[0]
}

function followsOrder(group: Group | undefined, { target, isType }: Import): boolean {
  const other = groupOf(target)
  if (!group || !other) return true
  if (groups.indexOf(other) > groups.indexOf(group) || group.never?.includes(other.name)) return false
  return isType || !group.values || group.values.includes(other.name)
}

function isException({ file, target }: Import): boolean {
  return exceptions.some((exception) => exception.files.test(file) && exception.targets.test(target))
}

function isAllowed({ values, types, never }: Rule, { target, isType }: Import): boolean {
  return !never?.test(target) && ((isType ? types : values)?.test(target) ?? true)
}

// `import type …` and `import { type … }` import only types; all other forms, also without names or dynamic, import values.
function importsOf(file: string): Import[] {
  const statements = (textOf.get(file) ?? '').matchAll(
    /^(?:import|export)\b([^'"]*?)\bfrom '([^']+)'|^()import '([^']+)'|()\bimport\('([^']+)'\)/gm,
  )
  return [...statements].map(([, clause = '', from, , bare, , dynamic]) => {
    const name = from ?? bare ?? dynamic ?? ''
    const target = name.startsWith('.') ? normalize(join(file, '..', name)) : name
    const names = (/\{([^}]*)\}/.exec(clause)?.[1] ?? '').split(',').filter((part) => part.trim() !== '')
    const onlyTypes = names.length > 0 && !/\w\s*,\s*\{/.test(clause) && names.every((part) => /^\s*type\s/.test(part))
    return { file, target, isType: /^\s*type\s/.test(clause) || onlyTypes }
  })
}
