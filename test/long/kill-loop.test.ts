import { testKills } from '../fixtures/crash.ts'

testKills(100)
