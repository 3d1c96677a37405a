import { testSchedules } from '../../fixtures/schedules/test-schedules.ts'

testSchedules(200)
