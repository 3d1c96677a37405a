import { Type } from '@sinclair/typebox'
import { categoryTexts, schemaPath } from './export.ts'

const closed = { additionalProperties: false } as const
const words = Type.String()
const Category = Type.Union(Object.keys(categoryTexts).map((category) => Type.Literal(category)))

const Part = Type.Object(
  {
    what: Type.String({ description: 'the table in which it is stored' }),
    purpose: Type.String({ description: 'why it is stored' }),
    kept_for: Type.String({ description: 'how long it is kept' }),
    found: Type.String({ description: 'by what it was found, or why nothing is shown' }),
    columns: Type.Record(Type.String(), Category, { description: 'every column that is stored, with its category' }),
    rows: Type.Array(Type.Record(Type.String(), Type.Union([words, Type.Number(), Type.Null()])), {
      description: 'what is stored, by column; null where nothing is; moments as ISO 8601, pictures as data URLs',
    }),
  },
  closed,
)

/** The format of an export, as JSON Schema. */
export const ExportSchema = Type.Object(
  {
    $schema: words,
    format: Type.Literal('sotto-export-1'),
    made_at: Type.String({ description: 'ISO 8601' }),
    instance: Type.Object({ name: words, address: words, region: words }, closed),
    categories: Type.Record(Type.String(), Type.String(), { description: 'what each category means' }),
    parts: Type.Array(Part),
    not_here: Type.String({ description: 'what no account can be found by' }),
  },
  closed,
)

/** The format as it is published. */
export function exportJsonSchema(baseUrl: string): object {
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', $id: baseUrl + schemaPath, ...ExportSchema }
}
