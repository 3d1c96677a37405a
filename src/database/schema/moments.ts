/** A moment, in milliseconds since 1970, UTC. */
export type Moment = number

/** A day, as the moment at which it begins, UTC. The last use of something is stored as a day only. */
export type Day = number
