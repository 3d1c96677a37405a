import { join } from 'node:path'
import { buildAssets } from '../../src/build/assets.ts'

// The pages name their assets by hash, so the tests run against freshly built ones.
await buildAssets(join(import.meta.dir, '..', '..', 'dist', 'assets'))
