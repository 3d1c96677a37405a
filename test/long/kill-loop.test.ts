import { setDefaultTimeout } from 'bun:test'
import { testKills } from '../fixtures/crash.ts'

setDefaultTimeout(240_000)

testKills(100)
