import { afterAll, expect } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigError, type Fault, readConfig, type Sources } from '../../src/config.ts'

/** What an instance behind a proxy says, so that it may listen anywhere. */
export const open = { 'base-url': 'https://secrets.example.org', 'trusted-proxies': '10.0.0.0/8' }

/** The values as flags. */
export function flags(values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).map(([name, value]) => `--${name}=${value}`)
}

/** A folder to start Sotto in, gone after the tests of a file, and ways to read a configuration there. */
export function workspace() {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-config-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  /** Reads a configuration with nothing from this machine in it. */
  function read(sources: Partial<Sources>) {
    return readConfig({ args: [], env: {}, cwd: folder, standardFile: join(folder, 'absent.toml'), ...sources })
  }

  function refusal(sources: Partial<Sources>): ConfigError {
    try {
      read(sources)
    } catch (error) {
      if (error instanceof ConfigError) return error
      throw error
    }
    throw new Error('the configuration was accepted')
  }

  const faults = (sources: Partial<Sources>) => refusal(sources).faults
  const report = (sources: Partial<Sources>) => refusal(sources).report()

  /** The only fault. */
  function fault(sources: Partial<Sources>): Fault {
    const [first, ...others] = faults(sources)
    expect(others).toEqual([])
    return first as Fault
  }

  function file(text: string): string {
    const path = join(folder, `${crypto.randomUUID()}.toml`)
    writeFileSync(path, text)
    return path
  }

  /** A folder as systemd makes it for LoadCredential=. */
  function credentials(text: string): string {
    const directory = mkdtempSync(join(folder, 'credentials-'))
    writeFileSync(join(directory, 'root-key'), text)
    return directory
  }

  return { folder, read, refusal, faults, report, fault, file, credentials }
}
