import { day, hour, minute, year } from '../../time.ts'

/** How long a client can repeat its own reveal, in milliseconds (P24). */
export const replayWindow = minute

/** How long the stored response to a create request can be repeated, in milliseconds. */
export const idempotencyWindow = hour

/** How long a receipt is kept, as a multiple of the lifetime of its secret. */
export const receiptLifetimeFactor = 2

/** Maximum purge interval, in milliseconds (P24). */
export const maxPurgeInterval = hour

/** Maximum retention of a line in a log file, in milliseconds (P05). */
export const maxLogRetention = 90 * day

/**
 * How long the record of a sent email is kept, in milliseconds; its content is erased on sending. The confirmation of an
 * erasure is the last record that names the owner: it is kept for `erasureConfirmation`. When an account is erased, it is
 * kept for `accountErasureConfirmation`, but not past `erasureDeadline` after closing (P22).
 */
export const mailRetention = {
  standard: 30 * day,
  erasureConfirmation: day - 4 * hour,
  accountErasureConfirmation: 3 * day,
} as const

/** How long a legal hold waits for confirmation by another operator, in milliseconds (P23). */
export const unconfirmedHoldRetention = 30 * day

/** How long the record of an erasure is kept, in milliseconds, so that an older backup does not bring the account back (P22). */
export const erasureRetention = 400 * day

/**
 * How long a backup is kept, in milliseconds: by the purge, those from before migrations; by the operator, all others. With
 * the longest grace period and purge interval, an account is in no backup after `erasureDeadline` (P22).
 */
export const backupRetention = 7 * day

/** Maximum time from closing an account to its erasure, in milliseconds, including the grace period (P22). */
export const erasureDeadline = 30 * day

/** Notice period of a material change of the privacy policy and of a transfer, in milliseconds (P26, P29). */
export const noticePeriod = 30 * day

/** Maximum time to answer a complaint, in milliseconds (P27). */
export const answerDeadline = 45 * day

/** How long a complaint is kept after its answer, feedback after its arrival, and a register entry after its end, in milliseconds. */
export const registerRetention = { complaint: year, feedback: 90 * day, register: 2 * year } as const

/** Maximum time until the review of a legal hold, in milliseconds (P23). */
export const maxLegalHold = year

/** Maximum duration of a support grant, in milliseconds (P03). */
export const maxGrantDuration = 72 * hour

/** How long an ended grant and an access log entry are kept, in milliseconds (P03). */
export const accessLogRetention = year
