import { createQueryId, type QueryCompiler } from 'kysely'
import { Placeholder, type Query, type SqlValue, type Template } from './query.ts'

/** SQL with the values of its parameters. */
export interface CompiledQuery {
  readonly sql: string
  readonly parameters: readonly SqlValue[]
}

/** SQL with the parameters of a template: the names of its placeholders, and constants. */
interface CompiledTemplate {
  readonly sql: string
  readonly parameters: readonly { readonly name: string | undefined; readonly constant: SqlValue }[]
}

/** Compiles queries to the SQL of one engine; a template only once. */
export class Compiler {
  readonly #compiler: QueryCompiler
  readonly #templates = new WeakMap<Template, CompiledTemplate>()

  constructor(compiler: QueryCompiler) {
    this.#compiler = compiler
  }

  /** Returns the SQL of a query, with its values. */
  compile(query: Query<unknown>): CompiledQuery {
    if (!('template' in query)) return this.#compiler.compileQuery(query.toOperationNode(), createQueryId()) as never
    const { template, values } = query
    const { sql, parameters } = this.#templates.get(template) ?? this.#compileTemplate(template)
    return { sql, parameters: parameters.map(({ name, constant }) => (name ? (values[name] as SqlValue) : constant)) }
  }

  #compileTemplate(template: Template): CompiledTemplate {
    const { sql, parameters } = this.#compiler.compileQuery(template.node, createQueryId())
    const compiled = {
      sql,
      parameters: parameters.map((parameter) =>
        parameter instanceof Placeholder
          ? { name: parameter.name, constant: null }
          : { name: undefined, constant: parameter as SqlValue },
      ),
    }
    this.#templates.set(template, compiled)
    return compiled
  }
}
