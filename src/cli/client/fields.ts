/** The fields of a JSON response, not yet validated. */
export type Fields = Readonly<Record<string, unknown>>
