import manifest from '../package.json' with { type: 'json' }

declare const BUILD_COMMIT: string | undefined

/** The version of this program. */
export const version: string = manifest.version

/** The commit that the executable was built from; `source` when it runs from a checkout. */
export const commit: string = typeof BUILD_COMMIT === 'string' ? BUILD_COMMIT : 'source'
