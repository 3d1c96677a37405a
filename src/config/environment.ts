import { unknownName } from './faults.ts'
import { type Options, variableOf } from './option.ts'
import { type Reading, type Setting, settableNames } from './setting.ts'

/** The variables of the process: ours, and the two folders that systemd names. */
export interface Environment {
  readonly STATE_DIRECTORY?: string | undefined
  readonly CREDENTIALS_DIRECTORY?: string | undefined
  readonly [variable: string]: string | undefined
}

const prefix = 'SOTTO_'

/** The client's own variable, which is no option of the server: both may run in one environment. */
export const serverVariable = 'SOTTO_URL'

/** Reads every `SOTTO_…` variable. An empty one is a value, not an absence: a forgotten secret must not go unseen. */
export function readEnvironment(env: Environment, options: Options): Reading {
  const names = new Map(settableNames(options).map((name) => [variableOf(name), name]))
  const ours = Object.entries(env).filter(([variable, value]) => isOurs(variable, value))
  return {
    settings: ours.flatMap(([variable, raw]) => settingOf(variable, raw, names.get(variable))),
    faults: ours
      .filter(([variable]) => !names.has(variable))
      .map(([variable]) => unknownName(variable, variable, [...names.keys()])),
  }
}

function settingOf(variable: string, raw: unknown, name: string | undefined): Setting[] {
  return name === undefined ? [] : [{ name, raw, where: variable, origin: 'environment' }]
}

function isOurs(variable: string, value: string | undefined): boolean {
  if (!variable.startsWith(prefix) || variable === serverVariable) return false
  return value !== undefined && !isFromKubernetes(variable, value)
}

/** Kubernetes tells every container the address of a service called sotto, in variables that nobody asked for. */
function isFromKubernetes(variable: string, value: string): boolean {
  const isPort = variable.endsWith('_PORT') && /^(tcp|udp|sctp):\/\//.test(value)
  return isPort || /_SERVICE_(HOST|PORT)(_\w+)?$|_PORT_\d+_(TCP|UDP|SCTP)(_\w+)?$/.test(variable)
}
