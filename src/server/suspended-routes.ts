import type { App } from '../app.ts'
import { AppError } from '../errors.ts'

// New secrets can be shared, and pages without personal data can be read. Sessions, tokens and mailed links may have been
// ended since the copy was made, so nothing that needs them is served.
const served = [
  /^\/(?:assets\/.*|preferences\/theme|healthz|robots\.txt|\.well-known\/security\.txt)$/,
  /^\/(?:generate|secret|secret\/:key|receipt\/:key|receipt\/:key\/burn)?$/,
  /^\/api\/v3\/(?:secrets|receipts)(?:\/.*)?$/,
  /^\/(?:terms|info\/security|transparency|statistics|statistics\.json)$/,
  /^\/privacy(?:\/(?:practices|proof|record|versions|export\.schema)(?:[./].*)?)?$/,
]

/** Refuses the routes that need what is older than a restore, while the instance is suspended. Throws `suspended`. */
export function refuseWhileSuspended({ continuation, config }: App, route: string): void {
  if (continuation.suspension && !served.some((pattern) => pattern.test(route.slice(config.basePath.length))))
    throw new AppError('suspended')
}
