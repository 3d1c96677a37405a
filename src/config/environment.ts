import { type Options, variableOf } from './option.ts'
import { unknownName } from './problems.ts'
import { type Setting, type SourceResult, settableNames } from './setting.ts'

/** The environment variables that are read: `SOTTO_…`, and the two directories that systemd sets. */
export interface Environment {
  readonly STATE_DIRECTORY?: string | undefined
  readonly CREDENTIALS_DIRECTORY?: string | undefined
  readonly [variable: string]: string | undefined
}

const prefix = 'SOTTO_'

/** The variable that names the server for the client. It is not an option, since both may run in one environment. */
export const serverVariable = 'SOTTO_URL'

/** Reads every `SOTTO_…` variable. An empty variable counts as set, so that an empty secret is reported. */
export function readEnvironment(env: Environment, options: Options): SourceResult {
  const names = new Map(settableNames(options).map((name) => [variableOf(name), name]))
  const variables = Object.entries(env).filter(([variable, value]) => isOption(variable, value))
  return {
    settings: variables.flatMap(([variable, raw]) => settingOf(variable, raw, names.get(variable))),
    problems: variables
      .filter(([variable]) => !names.has(variable))
      .map(([variable]) => unknownName(variable, variable, [...names.keys()])),
  }
}

function settingOf(variable: string, raw: unknown, name: string | undefined): Setting[] {
  return name === undefined ? [] : [{ name, raw, where: variable, source: 'environment' }]
}

function isOption(variable: string, value: string | undefined): boolean {
  if (!variable.startsWith(prefix) || variable === serverVariable) return false
  return value !== undefined && !isFromKubernetes(variable, value)
}

/** Kubernetes sets SOTTO_SERVICE_HOST and similar in every container if there is a service called sotto. */
function isFromKubernetes(variable: string, value: string): boolean {
  const isPort = variable.endsWith('_PORT') && /^(tcp|udp|sctp):\/\//.test(value)
  return isPort || /_SERVICE_(HOST|PORT)(_\w+)?$|_PORT_\d+_(TCP|UDP|SCTP)(_\w+)?$/.test(variable)
}
