import { kinds } from '../../errors.ts'

/** The exit codes and their meaning. The numbers come from the error kinds in errors.ts. */
export const exitCodes = [
  { code: 0, sentence: 'done' },
  { code: kinds.failed.exit, sentence: 'failed for any other reason' },
  { code: kinds.invalid.exit, sentence: 'invalid option, link or content' },
  { code: kinds.gone.exit, sentence: 'gone: opened, burned, expired or never existed' },
  { code: kinds.forbidden.exit, sentence: 'refused: wrong passphrase, incomplete link or not signed in' },
  { code: kinds.unreachable.exit, sentence: 'the server cannot be reached' },
  { code: kinds.slow_down.exit, sentence: 'rate limited or busy: try again later' },
  { code: kinds.misconfigured.exit, sentence: 'invalid configuration' },
] as const
