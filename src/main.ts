import { run } from './command/run.ts'
import { commands } from './commands.ts'

process.exitCode = await run(commands, process.argv.slice(2), { env: process.env, cwd: process.cwd() })
