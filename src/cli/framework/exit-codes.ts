import { kinds } from '../../errors.ts'

/** The exit codes and their meaning. The numbers come from the error kinds in errors.ts. */
export const exitCodes = [
  { code: 0, sentence: 'done' },
  { code: kinds.failed.exit, sentence: 'failed, for a reason that is none of these' },
  { code: kinds.invalid.exit, sentence: 'not understood: a flag, a link or a content that will not do' },
  { code: kinds.gone.exit, sentence: 'gone: opened, burned, expired, or never there' },
  { code: kinds.forbidden.exit, sentence: 'refused: passphrase, last part of the link, or sign-in' },
  { code: kinds.unreachable.exit, sentence: 'the server cannot be reached' },
  { code: kinds.slow_down.exit, sentence: 'too much at once: the same may work later' },
  { code: kinds.misconfigured.exit, sentence: 'the configuration is wrong' },
] as const
