import { expect, test } from 'bun:test'
import { isActive, isActiveAccount } from '../../src/accounts/active-account.ts'
import { query } from '../../src/database/query.ts'
import { all, run } from '../../src/database/unit.ts'
import { startInstance } from '../fixtures/instance.ts'
import { addPerson } from '../fixtures/mail-people.ts'

test('an account is active if confirmed, not disabled and not closed, both in a query and in a row', async () => {
  await using sotto = await startInstance()
  const { db } = sotto.app
  const states = [0, 1, 2, 3, 4, 5, 6, 7].map((bits) => ({
    confirmed_at: bits & 1 ? 1 : null,
    disabled_at: bits & 2 ? 1 : null,
    closed_at: bits & 4 ? 1 : null,
  }))
  for (const [index, state] of states.entries()) {
    const id = await addPerson(sotto.app, `person${index}`)
    await db.commit(() => run(query.updateTable('account').set(state).where('id', '=', id)))
  }
  const rows = await db.read(() => all(query.selectFrom('account').selectAll().where(isActiveAccount)))
  expect(rows.map(({ id }) => id)).toEqual(['id-of-person1'])
  expect(states.filter(isActive)).toEqual([{ confirmed_at: 1, disabled_at: null, closed_at: null }])
})
