import { insertAccount } from '../accounts/account.ts'
import { closeAccount } from '../accounts/closing/close-account.ts'
import { hashPassword } from '../accounts/password/password-hash.ts'
import { createToken } from '../accounts/tokens/tokens.ts'
import { type Actor, anonymousActor } from '../actor.ts'
import type { App } from '../app.ts'
import type { Config } from '../config/options.ts'
import { createFragment, deriveFragmentKeys, sealWithFragment, toBase64Url } from '../crypto/end-to-end.ts'
import type { Role } from '../database/schema/accounts.ts'
import { openApp, systemRuntime } from '../open-app.ts'
import { createGrant } from '../privacy/audit/grants.ts'
import { currentPolicy, proposePolicyVersion } from '../privacy/policy/versions.ts'
import { submitMessage } from '../privacy/registers/complaints.ts'
import { recordDisclosure } from '../privacy/registers/disclosures.ts'
import { setLegalHold } from '../privacy/registers/legal-holds.ts'
import { addProcessor } from '../privacy/registers/processors.ts'
import { burnSecret } from '../secrets/burn.ts'
import { createSecret } from '../secrets/create.ts'
import type { CreatedSecret, CreateInput, SecretContent } from '../secrets/new-secret.ts'
import { changeNote, listOwnedSecrets } from '../secrets/owned/owned-secrets.ts'
import { revealSecret } from '../secrets/reveal.ts'
import { day } from '../time.ts'

/** The password of every seeded account. */
export const developmentPassword = 'development password'

/** The passphrase of the seeded secret that has one. */
export const developmentPassphrase = 'told by phone'

/** The sample data to show at each start: descriptions of accounts by user name, and paths of pages by description. */
export interface SeededData {
  readonly accounts: Readonly<Record<string, string>>
  readonly pages: Readonly<Record<string, string>>
}

type Person = Actor & { readonly account: string }

/**
 * Fills a new instance with accounts, a secret in each state and an entry in each register, by the operations that the
 * pages use. Past events are created with the clock set back.
 */
export async function seedInstance(config: Config): Promise<SeededData> {
  let now = systemRuntime.now() - 20 * day
  await using app = await openApp(config, { ...systemRuntime, now: () => now, bootTime: () => now, write: () => {} })
  const people = await addPeople(app)
  const expired = await share(app, people.alice, 'Old door code', { ttl: 14 * day, note: 'Old door code' })
  await addRegisters(app, people)
  now = systemRuntime.now()
  const secrets = await addSecrets(app, people.alice)
  const token = await createToken(app, people.alice, { name: 'Nightly backup', scopes: ['create', 'status'], days: 90 })
  const complaint = await addOpenCases(app, people)
  return {
    accounts: {
      olivia: 'operator',
      oscar: 'operator',
      alice: `member; API token ${token.token}`,
      bob: 'member under a proposed legal hold, grants support access',
      carol: 'member who has closed the account',
    },
    pages: { ...secrets, 'an expired secret': receiptOf(expired), 'a complaint': complaint },
  }
}

async function addPeople(app: App) {
  const olivia = await addPerson(app, 'olivia', 'operator')
  const oscar = await addPerson(app, 'oscar', 'operator')
  const alice = await addPerson(app, 'alice')
  const bob = await addPerson(app, 'bob')
  return { olivia, oscar, alice, bob, carol: await addPerson(app, 'carol') }
}
type People = Awaited<ReturnType<typeof addPeople>>

async function addPerson(app: App, userName: string, role: Role = 'member'): Promise<Person> {
  const password = await hashPassword(app, developmentPassword)
  const email = `${userName}@example.org`
  const account = { userName, email, password, role, ageStatedAt: app.now(), agreed: ['statement'] as const }
  const id = await app.db.commit(() => insertAccount(app, account))
  return { ...anonymousActor('development'), account: id, role }
}

async function addRegisters(app: App, { bob }: People): Promise<void> {
  await addProcessor(app, {
    name: 'Example Hosting GmbH',
    purpose: 'hosting',
    categories: 'all data, encrypted',
    country: 'Germany',
    agreement: 'signed on 1 October 2026',
    host: '',
    since: app.now(),
  })
  const requested = 'District court 4 asked for the sign-in times of an account.'
  await recordDisclosure(app, { requested, disclosed: undefined, accounts: [bob.account], gagOrder: undefined })
}

// One secret in each state except "expired", all owned by Alice, so that her list shows them.
async function addSecrets(app: App, alice: Person): Promise<Record<string, string>> {
  const plain = await share(app, alice, 'postgres://shop:7hB-q4mZ@db.internal/shop', { note: 'Shop database' })
  const locked = await share(app, alice, 'The alarm code is 4711.', {
    note: 'Alarm code',
    passphrase: developmentPassphrase,
  })
  const fragment = createFragment()
  const keys = await deriveFragmentKeys(fragment)
  const sealed = await sealWithFragment(keys, new TextEncoder().encode('Sealed before it was sent.'))
  const endToEnd = await share(app, alice, { sealed, proof: keys.proof }, { note: 'End-to-end encrypted' })
  const revealed = await share(app, alice, 'Welcome to the team.', { note: 'Wi-Fi password for Bob' })
  await revealSecret(app, anonymousActor('development'), revealed.key, {})
  const burned = await share(app, alice, 'Sent to the wrong person.', { note: 'Sent to the wrong person' })
  await burnSecret(app, burned.receiptKey)
  return {
    'a new secret': linkOf(plain),
    'its receipt': receiptOf(plain),
    'with a passphrase': `${linkOf(locked)} ("${developmentPassphrase}")`,
    'end-to-end encrypted': `${linkOf(endToEnd)}#${toBase64Url(fragment)}`,
    'a revealed secret': receiptOf(revealed),
    'a burned secret': receiptOf(burned),
  }
}

// Creates cases that are still open. Returns the path of the complaint's page.
async function addOpenCases(app: App, { olivia, bob, carol }: People): Promise<string> {
  const reviewAt = app.now() + 90 * day
  await setLegalHold(app, olivia, { account: bob.account, reference: 'District court 4, order 12/2026', reviewAt })
  await createGrant(app, bob, 24)
  await closeAccount(app, carol.account, { burnSecrets: false, eraseNow: false })
  await proposePolicyVersion(app, {
    text: `${(await currentPolicy(app)).text}\n## Development\n\nThis version is a proposal for development.\n`,
    author: 'olivia',
    material: true,
    effectiveAt: undefined,
  })
  const body = 'The receipt does not say when the secret was opened.'
  return submitMessage(app, anonymousActor('development'), { kind: 'complaint', body, address: 'dora@example.com' })
}

type ShareInput = Partial<Pick<CreateInput, 'passphrase' | 'ttl'>> & { readonly note: string }

async function share(
  app: App,
  person: Person,
  content: string | SecretContent,
  input: ShareInput,
): Promise<CreatedSecret> {
  const { note, passphrase, ttl = 7 * day } = input
  const created = await createSecret(app, person, {
    content: typeof content === 'string' ? { text: content } : content,
    passphrase,
    ttl,
    notify: true,
  })
  await writeNewestNote(app, person.account, note)
  return created
}

// The list is ordered by the time of creation, which can be equal, so the new entry is the one without a note.
async function writeNewestNote(app: App, account: string, note: string): Promise<void> {
  const entry = (await listOwnedSecrets(app, account)).secrets.find((one) => one.note === undefined)
  if (entry) await changeNote(app, account, entry.id, note)
}

function linkOf({ key }: CreatedSecret): string {
  return `/secret/${key}`
}

function receiptOf({ receiptKey }: CreatedSecret): string {
  return `/receipt/${receiptKey}`
}
