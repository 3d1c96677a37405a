import { AppError } from '../errors.ts'

const known = new Set(['GET', 'HEAD', 'POST', 'OPTIONS'])

/** Refuses methods that nothing here takes (TRACE and CONNECT among them). Throws `method_not_allowed`. */
export function refuseMethod({ method }: Request): void {
  if (!known.has(method)) throw new AppError('method_not_allowed')
}

/** The methods that an existing address takes; none where there is no such address. */
export function allowedMethods(routes: readonly { method: string; path: string }[], pathname: string): string[] {
  const methods = new Set(routes.filter(({ path }) => patternOf(path).test(pathname)).map(({ method }) => method))
  if (methods.has('GET')) methods.add('HEAD')
  return [...methods].sort()
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll('.', '\\.').replace(/:\w+/g, '[^/]+')}/?$`)
}
