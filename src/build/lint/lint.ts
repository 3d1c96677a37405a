import { join, relative } from 'node:path'
import ts from 'typescript'
import { findUnusedWork } from './unused-work.ts'

// These test or implement what the lint refuses.
const exempt = [
  'src/database/unit.ts',
  'test/database/unit.test.ts',
  'test/database/unit-types.ts',
  'test/fixtures/schedules/programs.ts',
]

const root = join(import.meta.dir, '..', '..', '..')

/** Checks the types of the program, and then that units of work are run and promises awaited. Prints what it finds. */
function lint(): number {
  const program = loadProgram()
  const errors = ts.getPreEmitDiagnostics(program)
  process.stderr.write(ts.formatDiagnosticsWithColorAndContext(errors, formatHost))
  const isChecked = (path: string) => {
    const file = relative(root, path)
    return /^(?:src|templates|test|bench)\//.test(file) && !exempt.includes(file)
  }
  const findings = findUnusedWork(program, isChecked)
  for (const { file, line, message } of findings) process.stderr.write(`${relative(root, file)}:${line} ${message}\n`)
  return errors.length + findings.length === 0 ? 0 : 1
}

const formatHost: ts.FormatDiagnosticsHost = {
  getCanonicalFileName: (file) => file,
  getCurrentDirectory: () => root,
  getNewLine: () => '\n',
}

function loadProgram(): ts.Program {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile)
  const { fileNames, options } = ts.parseJsonConfigFileContent(config, ts.sys, root)
  return ts.createProgram(fileNames, options)
}

process.exitCode = lint()
