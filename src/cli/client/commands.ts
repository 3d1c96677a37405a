import { type Command, defineCommand } from '../framework/command.ts'
import { generate, generateFlags } from './generate.ts'
import { get, getFlags } from './get.ts'
import { send, sendFlags } from './send.ts'
import { burn, status, statusFlags } from './status.ts'

const group = 'share'

/** The commands for sharing secrets. */
export const clientCommands: readonly Command[] = [
  defineCommand({
    name: 'send',
    group,
    sentence: 'share a secret and print its link',
    about:
      'The content is read from stdin, from a file or from a hidden prompt on a terminal. It must be UTF-8\nand is shared byte for byte. It is encrypted here with a part of the link that the server never\nreceives, so only the link can open it. A passphrase is read from a file or a prompt, never from an\nargument.',
    flags: sendFlags,
    examples: [
      'printf %s "$PASSWORD" | sotto send --ttl 1d',
      'sotto send                                      type it at a hidden prompt',
      'sotto send --file key.pem --passphrase-file words.txt',
      'sotto send --json < note.txt | jq -r .receipt',
    ],
    run: send,
  }),
  defineCommand({
    name: 'get',
    group,
    sentence: 'open a link and print the secret',
    about:
      'The content is written byte for byte as it was shared. On a terminal you are asked to confirm first,\nbecause the secret can be opened only once. If the connection drops, the request is retried; the\ncontent is deleted only after the output has been written. Use - as LINK to read it from stdin.',
    positional: { name: 'LINK' },
    flags: getFlags,
    examples: [
      "sotto get 'https://secrets.example.org/secret/…#…'",
      'sotto get --out key.pem LINK',
      'sotto get --passphrase-file words.txt LINK | psql',
    ],
    run: get,
  }),
  defineCommand({
    name: 'status',
    group,
    sentence: 'show the status of a link or a receipt without opening it',
    about:
      'For a link: when it expires and whether it needs a passphrase. For a receipt: whether and when the\nsecret was opened, burned or expired, never by whom. Use - as LINK to read it from stdin.',
    positional: { name: 'LINK' },
    flags: statusFlags,
    examples: ['sotto status RECEIPT', 'sotto status --json LINK | jq -r .expires_at'],
    run: status,
  }),
  defineCommand({
    name: 'burn',
    group,
    sentence: 'delete an unopened secret by its receipt',
    about:
      'Exit code 3 means that there was nothing to burn, because the secret was opened or has expired.\nUse - as RECEIPT to read it from stdin.',
    positional: { name: 'RECEIPT' },
    flags: statusFlags,
    examples: ['sotto burn https://secrets.example.org/receipt/…'],
    run: burn,
  }),
  defineCommand({
    name: 'generate',
    group,
    sentence: 'generate a password and share it; print both',
    about:
      'The value is generated here, without characters that look alike, and encrypted before it is sent.\nPrints two lines: the value and the link.',
    flags: generateFlags,
    examples: [
      'sotto generate --ttl 1d',
      'sotto generate --length 32 --classes lowercase,digits',
      'sotto generate --words 6 --only-value           print six words, share nothing',
    ],
    run: generate,
  }),
]
