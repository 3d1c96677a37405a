import { closeSync, existsSync, openSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import { resolve } from 'node:path'
import type { App } from '../../app.ts'
import type { Manifest } from '../../backup/manifest.ts'
import { restoreBackup } from '../../backup/restore-backup.ts'
import { writeBackup, writeBackupFile } from '../../backup/write-backup.ts'
import { readConfig } from '../../config/config.ts'
import { acceptRestore } from '../../continuation/accept-restore.ts'
import { hasRootKey } from '../../crypto/root-key.ts'
import { CommandError, systemErrorCode } from '../../errors.ts'
import { systemRuntime } from '../../open-app.ts'
import { isTerminal } from '../client/terminal.ts'
import type { Flag, Invocation } from '../framework/command.ts'
import { print, printMessage } from '../framework/output.ts'
import { takeFolderOwner } from './folder-owner.ts'
import { readTextFile } from './input.ts'
import { describeAcceptance } from './restore.ts'
import { withAnyApp, withCliErrors, withReadOnlyApp } from './with-app.ts'

/** `sotto backup`: writes a backup to a new file or to stdout, while a server may be running. */
export async function backUp(invocation: Invocation): Promise<number> {
  const { positional, cwd } = invocation
  if (positional === '-' && isTerminal.stdout)
    throw new CommandError('invalid', 'a backup is not printed on a terminal; redirect it, or name a file')
  yieldToServer()
  return withReadOnlyApp(invocation, async (app) => {
    const isStream = positional === '-'
    const manifest = await (isStream ? writeBackup(app, print) : writeNewFile(app, resolve(cwd, positional)))
    printMessage(describeBackup(manifest))
  })
}

/** `sotto restore`: puts a backup in the place of the database and accepts the restore. */
export async function restore(
  invocation: Invocation<{ replace: Flag; erasures: Flag & { value: string } }>,
): Promise<number> {
  const { flags, positional, serverArgs, env, cwd } = invocation
  const lists = flags.erasures === undefined ? [] : [readTextFile(cwd, flags.erasures)]
  const { config } = readConfig({ args: serverArgs, env, cwd })
  using backup = openBackup(resolve(cwd, positional))
  takeFolderOwner(config)
  const isKeyMissing = !hasRootKey(config)
  const target = { config, random: systemRuntime.random }
  const manifest = await withCliErrors(() => restoreBackup(target, backup.file, flags.replace === true))
  if (isKeyMissing) printMessage('a new root.key was created: earlier receipts can no longer be looked at')
  return withAnyApp(invocation, async (app) => {
    const accepted = await acceptRestore(app, { isMoved: false, erasures: lists })
    print(`${describeBackup(manifest)}\n${describeAcceptance(accepted)}`)
  })
}

// The server shares the processor with this command.
function yieldToServer(): void {
  try {
    setPriority(constants.priority.PRIORITY_LOW)
  } catch {}
}

async function writeNewFile(app: App, path: string): Promise<Manifest> {
  if (existsSync(path)) throw new CommandError('invalid', 'FILE already exists; choose another name')
  try {
    return await writeBackupFile(app, path)
  } catch (error) {
    throw error instanceof Error && 'syscall' in error
      ? new CommandError('failed', `cannot write FILE: ${systemErrorCode(error)}`)
      : error
  }
}

function openBackup(path: string): Disposable & { readonly file: number } {
  try {
    const file = openSync(path, 'r')
    return { file, [Symbol.dispose]: () => closeSync(file) }
  } catch (error) {
    throw new CommandError('invalid', `cannot read FILE: ${systemErrorCode(error)}`)
  }
}

function describeBackup({ made_at, program, schema, rows }: Manifest): string {
  return `backup of ${made_at}, version ${program}, schema ${schema}
  accounts   ${rows['account'] ?? 0}
  receipts   ${rows['receipt'] ?? 0}
  without    root.key (keep a copy of it elsewhere), unopened secrets, sessions, API tokens, mailed links, unsent mail`
}
