import { Type } from '@sinclair/typebox'
import { categoryTexts, schemaPath } from './export.ts'

const closed = { additionalProperties: false } as const
const string = Type.String()
const Category = Type.Union(Object.keys(categoryTexts).map((category) => Type.Literal(category)))

const Part = Type.Object(
  {
    what: Type.String({ description: 'the table in which it is stored' }),
    purpose: Type.String({ description: 'why it is stored' }),
    kept_for: Type.String({ description: 'how long it is kept' }),
    found: Type.String({ description: 'how the rows were found, or why none are shown' }),
    columns: Type.Record(Type.String(), Category, { description: 'every stored column, with its category' }),
    rows: Type.Array(Type.Record(Type.String(), Type.Union([string, Type.Number(), Type.Null()])), {
      description: 'the stored values by column; null if empty; times as ISO 8601, pictures as data URLs',
    }),
  },
  closed,
)

/** Schema of an export. */
export const ExportSchema = Type.Object(
  {
    $schema: string,
    format: Type.Literal('sotto-export-1'),
    made_at: Type.String({ description: 'ISO 8601' }),
    instance: Type.Object({ name: string, address: string, region: string }, closed),
    categories: Type.Record(Type.String(), Type.String(), { description: 'what each category means' }),
    parts: Type.Array(Part),
    not_here: Type.String({ description: 'data that cannot be linked to an account' }),
  },
  closed,
)

/** Returns the JSON Schema (2020-12) of an export, as published by the instance. */
export function exportJsonSchema(baseUrl: string): object {
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', $id: baseUrl + schemaPath, ...ExportSchema }
}
