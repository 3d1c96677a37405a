import practices from './practices.md' with { type: 'text' }
import statement from './statement.md' with { type: 'text' }

/** One revision of the shipped text; `material` says whether it affects the rights of users. */
interface Revision {
  readonly revision: number
  readonly material: boolean
}

/** The privacy statement that ships with this release; every released change of its text adds a revision. */
export interface ShippedPolicy {
  readonly text: string
  readonly revisions: readonly Revision[]
}

/** The shipped text and its revisions, oldest first. */
export const shippedPolicy: ShippedPolicy = {
  text: statement,
  revisions: [{ revision: 1, material: false }],
}

/** The text of the Privacy First practices page. */
export const practicesText: string = practices

/** Returns the number of the newest revision. */
export function newestRevision({ revisions }: ShippedPolicy): number {
  return Math.max(...revisions.map(({ revision }) => revision))
}

/** Returns whether any revision after `before` is material; a changed text without a new revision counts as material. */
export function isMaterialSince({ revisions }: ShippedPolicy, before: number): boolean {
  const later = revisions.filter(({ revision }) => revision > before)
  return later.length === 0 || later.some(({ material }) => material)
}
