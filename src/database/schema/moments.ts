/** A moment: milliseconds since 1970, UTC. */
export type Moment = number

/** A day: the moment at which it began, UTC. Days, not moments, are kept of when something was last used. */
export type Day = number
