import { createQueryId, type QueryCompiler } from 'kysely'
import { Placeholder, type Query, type SqlValue, type Template } from './query.ts'

/** SQL with the values of its parameters. */
export interface CompiledQuery {
  readonly sql: string
  readonly parameters: readonly SqlValue[]
}

/** Compiles queries to the SQL of one engine; a template only once. */
export class Compiler {
  readonly #compiler: QueryCompiler
  readonly #templates = new WeakMap<Template, { readonly sql: string; readonly parameters: readonly unknown[] }>()

  constructor(compiler: QueryCompiler) {
    this.#compiler = compiler
  }

  /** Returns the SQL of a query, with its values. */
  compile(query: Query<unknown>): CompiledQuery {
    if (!('template' in query)) return this.#compiler.compileQuery(query.toOperationNode(), createQueryId()) as never
    const { template, values } = query
    const { sql, parameters } = this.#compileTemplate(template)
    return {
      sql,
      parameters: parameters.map(
        (parameter) => (parameter instanceof Placeholder ? values[parameter.name] : parameter) as SqlValue,
      ),
    }
  }

  #compileTemplate(template: Template) {
    const known = this.#templates.get(template)
    if (known) return known
    const compiled = this.#compiler.compileQuery(template.node, createQueryId())
    this.#templates.set(template, compiled)
    return compiled
  }
}
