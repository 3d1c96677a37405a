import { describe, expect, test } from 'bun:test'
import ts from 'typescript'
import { findUnusedWork } from '../../src/build/lint/unused-work.ts'

// Each line of these sources that ends with `//!` has a finding, whose message contains the words after it.
const sources = {
  units: `
    function* generator(): Unit<number> { return yield* first() }
    const step = (): Step<number> => first()
    const choose = (isFirst: boolean) => (isFirst ? first() : generator())
    function handOn(): Unit<number> { return (generator()) }
    function* run(): Unit<number> {
      yield* first()
      const [one, two] = [yield* generator(), yield* (one > 1 ? first() : (generator()))]
      if ((yield* first()) > two) return yield* generator()
      for (const each of [1, 2]) yield* takes(each, yield* first())
      first() //! not run
      generator() //! not run
      void generator() //! not run
      const forgotten = generator() //! not run
      if (generator()) return 1 //! not run
      if (first() && one > 1) return 1 //! not run
      yield first() //! not run
      yield* takes(1, first()) //! not run
      return first() //! not run
    }
    function* takes(_number: number, _unit: unknown): Unit<void> {}
    async function operation() {
      await first() //! not run
      return generator() //! not run
    }
    const asynchronous = async () => first() //! not run
    const effect = () => { generator() } //! not run
    const optional = (unit?: () => Unit<number>) => unit?.()
  `,
  callbacks: `
    declare function commit<R>(work: () => Unit<R>): Promise<R>
    declare function perhaps(work?: () => Unit<void>): void
    declare function notify(effect: () => void): void
    declare function wrap<T>(work: () => T): void
    declare function* write(): Unit<void>
    void commit(function* () { yield* first() })
    void commit(() => first())
    void commit(write)
    perhaps(write)
    notify(() => {})
    notify(() => write()) //! caller that does not run it
    notify(write) //! caller that does not run it
    wrap(() => first()) //! caller that does not run it
    ;[1, 2].map(() => write()) //! caller that does not run it
    ;[1, 2].forEach(function* () { yield* write() }) //! caller that does not run it
  `,
  promises: `
    declare function load(): Promise<string>
    declare function find(): Promise<string> | undefined
    declare function isOpen(): Promise<boolean>
    let cached: Promise<string> | undefined
    async function operation(other: Promise<string> | undefined) {
      if (other) return other
      if (!cached) return
      await load()
      void load()
      cached = load()
      cached ??= load()
      const same = cached === load()
      load() //! not awaited
      load().then(() => 1) //! not awaited
      find() //! not awaited
      same && load() //! not awaited
      new Promise(() => {}) //! not awaited
      if (isOpen()) return //! always true
      if (!isOpen()) return //! always true
      while (find()) return //! always true
      const chosen = isOpen() ? 1 : 2 //! always true
      const both = isOpen() && same //! always true
      const equal = load() === 'a' //! operand
      const sum = 'a' + load() //! operand
      const shown = \`\${load()}\` //! [object Promise]
      const copy = { ...load() } //! spread
      return [chosen, both, equal, sum, shown, copy]
    }
    const json = async () => JSON.stringify(await load())
    JSON.stringify(load()) //! does not await
    JSON.stringify({ text: load() }) //! does not await
    JSON.stringify([load()]) //! does not await
    String(load()) //! does not await
    Object.keys(load()) //! does not await
    expect(load()) //! does not await
    expect(() => 1)
    expect(() => load()) //! does not run
    expect(async () => 1) //! does not run
    expect(() => first()) //! does not run
    ;[1].filter((one) => one > 1)
    ;[1].filter(async (one) => one > 1) //! counts as true
    ;[1].some(() => isOpen()) //! counts as true
    ;[1].every(isOpen) //! counts as true
    ;[1].find(() => find()) //! counts as true
    ;[1].map(async (one) => one > 1)
  `,
  markup: `
    declare function Page(props: object): JSX.Element
    declare function load(): Promise<string>
    const document = \`<!doctype html>\${Page({})}\`
    const page = <p>{Page({})}</p>
    const broken = <p>{load()}</p> //! part of markup
  `,
}

const unitModule = `
  export interface Unit<R> { [Symbol.iterator](): Iterator<Step<unknown>, R, unknown>; next(result?: unknown): IteratorResult<Step<unknown>, R> }
  export declare class Step<R> implements Unit<R> { [Symbol.iterator](): this; next(result?: unknown): IteratorResult<Step<unknown>, R> }
  export declare function first(): Step<number>
`
const prelude = `import { type Unit, Step, first } from './src/database/unit'; declare function expect(value: unknown): void; namespace JSX { export type Element = string | Promise<string>; export interface IntrinsicElements { p: object } }`

describe('the lint finds work that is not done, and nothing else, in', () => {
  test.each(Object.entries(sources))('%s', (name, source) => {
    const path = `/${name}.tsx`
    const program = programOf({ [path]: prelude + source, '/src/database/unit.ts': unitModule })
    const wordsOf = (line: string) => /\/\/! (.*)$/.exec(line)?.[1]
    const lines = source.split('\n')
    const expected = lines.flatMap((line, index) => (wordsOf(line) ? [`${index + 1} ${wordsOf(line)}`] : []))
    const found = findUnusedWork(program, (file) => file === path).map(({ line, message }) => {
      const words = wordsOf(lines[line - 1] ?? '')
      return `${line} ${words !== undefined && message.includes(words) ? words : message}`
    })
    expect(expected.length).toBeGreaterThan(0)
    expect(found).toEqual(expected)
  })
})

function programOf(files: Record<string, string>): ts.Program {
  const options = {
    target: ts.ScriptTarget.ES2020,
    jsx: ts.JsxEmit.Preserve,
    strict: true,
    types: [],
    lib: ['lib.es2020.d.ts'],
  }
  const host = ts.createCompilerHost(options)
  const readLibrary = host.getSourceFile
  return ts.createProgram(Object.keys(files), options, {
    ...host,
    directoryExists: () => true,
    fileExists: (file) => file in files || host.fileExists(file),
    readFile: (file) => files[file] ?? host.readFile(file),
    getSourceFile: (file, target) => {
      const text = files[file]
      return text === undefined ? readLibrary(file, target) : ts.createSourceFile(file, text, target, true)
    },
  })
}
