/** The fields of an answer, not yet believed. */
export type Fields = Readonly<Record<string, unknown>>
