import { testSchedules } from '../fixtures/schedules/test-schedules.ts'

testSchedules(5_000)
