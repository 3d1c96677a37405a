/** Smallest count that is shown: a smaller one could identify someone (P11). */
export const minCellSize = 5
