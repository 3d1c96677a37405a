import type { LetterKind, Letters } from '../../src/mail/letters.ts'
import { unwrap } from '../../src/secrets/sealing.ts'
import { rowsOf } from '../database/stored.ts'
import { type Instance, startInstance } from './instance.ts'

/** An instance where anybody may sign up, behind a proxy of this machine, so that people can come from many networks. */
export function openInstance(flags: Record<string, string> = {}): Promise<Instance> {
  return startInstance({ 'sign-up': 'open', 'trusted-proxies': '127.0.0.1', ...flags })
}

/** A good password, which the tests use for everybody. */
export const goodPassword = 'correct horse battery'

let people = 0

/** Somebody with a browser of their own, in a network of their own. It keeps the session's cookie as a browser would. */
export class Person {
  readonly name: string
  readonly email: string
  readonly address: string
  /** The value of the session's cookie; empty without one. */
  token = ''
  readonly #sotto: Instance

  constructor(sotto: Instance, name = `person-${++people}`) {
    this.#sotto = sotto
    this.name = name
    this.email = `${name}@example.org`
    people++
    this.address = `10.${(people >> 16) & 255}.${(people >> 8) & 255}.${people & 255}`
  }

  /** The headers of this browser. */
  headers(): Record<string, string> {
    const cookie = this.token === '' ? {} : { cookie: `sotto_session=${this.token}` }
    return { 'x-forwarded-for': this.address, 'user-agent': 'Mozilla/5.0 Firefox/140.0', ...cookie }
  }

  async get(path: string): Promise<Response> {
    return this.#keep(await this.#sotto.fetch(path, { headers: this.headers() }))
  }

  /** Sends a form. */
  async post(path: string, fields: Record<string, string> = {}): Promise<Response> {
    const body = new URLSearchParams(fields).toString()
    const type = { 'content-type': 'application/x-www-form-urlencoded' }
    return this.#keep(await this.#sotto.fetch(path, { method: 'POST', body, headers: { ...type, ...this.headers() } }))
  }

  /** Sends JSON to the API, path behind /api/v3; without a body it asks. */
  async api(path: string, body?: unknown): Promise<Response> {
    const type = { 'content-type': 'application/json' }
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
    return this.#keep(await this.#sotto.fetch(`/api/v3${path}`, { ...init, headers: { ...type, ...this.headers() } }))
  }

  /** Fills in the form of sign-up. */
  signUp(more: Record<string, string> = {}, path = '/sign-up'): Promise<Response> {
    return this.post(path, { ...this.form(), ...more })
  }

  /** What the form of sign-up has to say. */
  form(): Record<string, string> {
    const ticks = { age: 'on', agree_statement: 'on' }
    return { user_name: this.name, email: this.email, password: goodPassword, ...ticks }
  }

  signIn(password = goodPassword, name = this.name): Promise<Response> {
    return this.post('/sign-in', { name, password })
  }

  /** Whether this browser is let into its account. */
  async isIn(): Promise<boolean> {
    return (await this.get('/account')).status === 200
  }

  #keep(response: Response): Response {
    for (const line of response.headers.getSetCookie()) {
      const value = /^sotto_session=([^;]*)/.exec(line)?.[1]
      if (value !== undefined) this.token = value
    }
    return response
  }
}

/** Somebody who has signed up, confirmed the address and is signed in. */
export async function member(sotto: Instance, name?: string): Promise<Person> {
  const person = new Person(sotto, name)
  await person.signUp()
  await person.post(lastLink(sotto, 'confirm-email', person.email), {
    user_name: person.name,
    password: goodPassword,
  })
  if (!(await person.isIn())) throw new Error('not signed in')
  return person
}

/** The mails in the outbox, newest last, opened. */
export function mails({ app }: Instance) {
  return rowsOf(app, 'mail').map(({ id, kind, recipient, body, account_id, forget_at }) => ({
    kind: kind as LetterKind,
    to: recipient,
    account: account_id,
    forgetAt: forget_at,
    facts: body === null ? undefined : (JSON.parse(unwrap('mail', id, app.root, body)) as Record<string, string>),
  }))
}

/** The kinds of the mails that went to an address. */
export function kindsTo(sotto: Instance, address: string): LetterKind[] {
  return mails(sotto)
    .filter(({ to }) => to === address)
    .map(({ kind }) => kind)
}

type WithLink = { [Kind in LetterKind]: Letters[Kind] extends { link: string } ? Kind : never }[LetterKind]

/** The path in the newest mail of a kind to an address. */
export function lastLink(sotto: Instance, kind: WithLink, to: string): string {
  const link = mails(sotto)
    .filter((mail) => mail.kind === kind && mail.to === to)
    .at(-1)?.facts?.['link']
  if (link === undefined) throw new Error(`no ${kind} to ${to}`)
  return link
}

/** Every stored value as text, for who looks for something in it. */
export function dump({ app }: Instance): string {
  const { db } = app
  const tables = db.all<{ name: string }>({
    sql: "SELECT name FROM sqlite_schema WHERE type = 'table'",
    parameters: [],
  })
  const rows = tables.flatMap(({ name }) => db.all({ sql: `SELECT * FROM ${name}`, parameters: [] }))
  return JSON.stringify(rows, (_, value) =>
    value instanceof Uint8Array
      ? `${Buffer.from(value).toString('hex')} ${Buffer.from(value).toString('latin1')}`
      : value,
  )
}

/** How long two things take, in turns, so that whatever else the machine does slows both; each sorted, in milliseconds. */
export async function timesOf<Name extends string>(
  rounds: number,
  works: Readonly<Record<Name, () => Promise<unknown>>>,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(works) as Name[]
  const took = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>
  for (let round = 0; round <= rounds; round++)
    for (const name of names) {
      const start = performance.now()
      await works[name]()
      // The first round warms up.
      if (round > 0) took[name].push(performance.now() - start)
    }
  for (const name of names) took[name].sort((a, b) => a - b)
  return took
}
