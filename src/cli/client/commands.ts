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
    sentence: 'share a secret; prints its link',
    about: `The content comes from stdin, from a file, or from a hidden prompt on a terminal, and is shared byte
for byte: it must be UTF-8. It is sealed here, with a part of the link that the server never gets,
so that only the link opens it. A passphrase comes from a file or a prompt, never from an argument.`,
    flags: sendFlags,
    examples: [
      'printf %s "$PASSWORD" | sotto send --ttl 1d',
      'sotto send                                      type it, unseen',
      'sotto send --file key.pem --passphrase-file words.txt',
      'sotto send --json < note.txt | jq -r .receipt',
    ],
    run: send,
  }),
  defineCommand({
    name: 'get',
    group,
    sentence: 'open a link, once; prints the content',
    about: `The content is written as it was shared, byte for byte. On a terminal you are asked first, for the
secret is gone after that. If the line drops, the same call asks again; only when the output is
written is the content destroyed. LINK may be - to read the link from stdin.`,
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
    sentence: 'say what is known of a link or a receipt; opens nothing',
    about: `Of a link: until when it opens, and what it needs. Of a receipt: whether and when the secret was
opened, burned or expired. Never who. LINK may be - to read it from stdin.`,
    positional: { name: 'LINK' },
    flags: statusFlags,
    examples: ['sotto status RECEIPT', 'sotto status --json LINK | jq -r .expires_at'],
    run: status,
  }),
  defineCommand({
    name: 'burn',
    group,
    sentence: 'destroy a secret that nobody has opened, by its receipt',
    about: `Exit code 3 says that there was nothing left to burn, because somebody opened it or it expired.
RECEIPT may be - to read it from stdin.`,
    positional: { name: 'RECEIPT' },
    flags: statusFlags,
    examples: ['sotto burn https://secrets.example.org/receipt/…'],
    run: burn,
  }),
  defineCommand({
    name: 'generate',
    group,
    sentence: 'make a password and share it; prints both',
    about: `The value is made here, without characters that look alike, and sealed before it is sent. Two lines:
the value, to put where it belongs, and the link, to send.`,
    flags: generateFlags,
    examples: [
      'sotto generate --ttl 1d',
      'sotto generate --length 32 --classes lowercase,digits',
      'sotto generate --words 6 --only-value           no secret, only words',
    ],
    run: generate,
  }),
]
