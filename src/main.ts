import { commands } from './cli/commands.ts'
import { run } from './cli/framework/run.ts'

process.exitCode = await run(commands, process.argv.slice(2), { env: process.env, cwd: process.cwd() })
