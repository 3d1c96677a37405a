import practices from './practices.md' with { type: 'text' }
import statement from './statement.md' with { type: 'text' }

/** One revision of the text that the program brings, and whether it affected anybody's rights. */
interface Revision {
  readonly revision: number
  readonly material: boolean
}

/** The statement as the program brings it. Another text is another revision, with a line of its own. */
export interface Shipped {
  readonly text: string
  readonly revisions: readonly Revision[]
}

export const shipped: Shipped = {
  text: statement,
  revisions: [{ revision: 1, material: false }],
}

/** The page of what is not done here. */
export const practicesText: string = practices

/** The newest revision. */
export function revisionOf({ revisions }: Shipped): number {
  return Math.max(...revisions.map(({ revision }) => revision))
}

/** Whether anything that came after a revision is material. A text that differs without a revision of its own counts as that. */
export function isMaterialSince({ revisions }: Shipped, before: number): boolean {
  const later = revisions.filter(({ revision }) => revision > before)
  return later.length === 0 || later.some(({ material }) => material)
}
