/** Smallest count that is shown: a smaller one could identify someone (P11). */
export const minCellSize = 5

/** Minimum age for an account, in years (P10). The operator can raise it. */
export const minAge = 13
