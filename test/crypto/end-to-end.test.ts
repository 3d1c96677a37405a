import { describe, expect, test } from 'bun:test'
import {
  createFragment,
  deriveFragmentKeys,
  fromBase64Url,
  openWithFragment,
  sealWithFragment,
  toBase64Url,
} from '../../src/crypto/end-to-end.ts'
import { type Instance, startInstance } from '../fixtures/instance.ts'
import { everyRow, rowsOf } from '../fixtures/stored.ts'

describe('an end-to-end secret', () => {
  test('opens with the whole link, and the server never receives its content', async () => {
    await using sotto = await startInstance()
    const { key, keys, proof } = await share(sotto)
    expect(await (await sotto.fetch(`/api/v3/secrets/${key}`)).json()).toMatchObject({ end_to_end: true })
    const { sealed, ...rest } = await sotto.posted(`/secrets/${key}/reveal`, { proof })
    expect(rest).toEqual({} as never)
    const content = await openWithFragment(keys, fromBase64Url(sealed) ?? new Uint8Array())
    expect(new TextDecoder().decode(content)).toBe('sésame')
    expect(await rowsOf(sotto.app, 'secret')).toEqual([])
  })

  test('is neither opened nor burned without the fragment', async () => {
    await using sotto = await startInstance({ 'burn-after-attempts': '1' })
    const { key, proof } = await share(sotto)
    const stranger = toBase64Url((await deriveFragmentKeys(createFragment())).proof)
    const kept = (await rowsOf(sotto.app, 'secret'))[0]?.proof ?? new Uint8Array()
    const before = await everyRow(sotto.app)
    const bodies = [undefined, {}, { passphrase: proof }, { proof: stranger }, { proof: toBase64Url(kept) }]
    for (const body of bodies) {
      const answer = await sotto.post(`/secrets/${key}/reveal`, body)
      expect(answer.status).toBe(403)
      expect(await answer.json()).toMatchObject({ code: body && 'proof' in body ? 'proof_wrong' : 'proof_required' })
    }
    for (const bad of ['', 'A', 'A'.repeat(42), 'A'.repeat(44), `${proof}=`]) {
      expect((await sotto.post(`/secrets/${key}/reveal`, { proof: bad })).status).toBe(400)
    }
    expect(await everyRow(sotto.app)).toEqual(before)
    expect((await sotto.post(`/secrets/${key}/reveal`, { proof })).status).toBe(200)
  })

  test('cannot be opened by a form without script, even with the proof', async () => {
    await using sotto = await startInstance()
    const { key, proof } = await share(sotto)
    const before = await everyRow(sotto.app)
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    for (const body of ['', 'passphrase=x']) {
      const answer = await sotto.fetch(`/secret/${key}`, { method: 'POST', headers, body })
      expect(answer.status).toBe(403)
    }
    expect(await everyRow(sotto.app)).toEqual(before)
    expect((await sotto.post(`/secrets/${key}/reveal`, { proof })).status).toBe(200)
  })

  test('can have a passphrase too, which is required after the proof', async () => {
    await using sotto = await startInstance()
    const { key, proof } = await share(sotto, { passphrase: 'open' })
    const status = async (body: object) => (await sotto.post(`/secrets/${key}/reveal`, body)).status
    const code = async (body: object) =>
      ((await (await sotto.post(`/secrets/${key}/reveal`, body)).json()) as { code: string }).code
    expect(await code({ passphrase: 'open' })).toBe('proof_required')
    expect(await code({ proof })).toBe('passphrase_required')
    expect(await code({ proof, passphrase: 'wrong' })).toBe('passphrase_wrong')
    expect((await rowsOf(sotto.app, 'secret'))[0]?.attempts).toBe(1)
    expect(await status({ proof, passphrase: 'open' })).toBe(200)
  })

  test('is refused without a proof of 32 bytes, with a plain content, or in another encoding', async () => {
    await using sotto = await startInstance({ 'secret-size': '1KB' })
    const proof = 'A'.repeat(43)
    const bodies = [
      { sealed: 'AAAA' },
      { sealed: 'AAAA', proof: 'AAAA' },
      { sealed: 'AAAA', proof, content: 'sésame' },
      { sealed: 'AAA=', proof },
      { sealed: 'A', proof },
      { sealed: '', proof },
      { proof },
      { content: 'sésame', proof },
    ]
    for (const body of bodies) expect((await sotto.post('/secrets', body)).status).toBe(400)
    expect((await sotto.post('/secrets', { sealed: 'A'.repeat(1600), proof })).status).toBe(413)
    expect(await rowsOf(sotto.app, 'secret')).toEqual([])
  })

  test('has a receipt whose page shows no link, because the server has no fragment', async () => {
    await using sotto = await startInstance()
    const { key, receipt } = await share(sotto)
    expect(await (await sotto.fetch(`/receipt/${receipt.key}`)).text()).not.toContain(key)
    expect((await rowsOf(sotto.app, 'receipt'))[0]?.end_to_end).toBe(1)
  })
})

async function share(sotto: Instance, more: object = {}) {
  const keys = await deriveFragmentKeys(createFragment())
  const proof = toBase64Url(keys.proof)
  const sealed = toBase64Url(await sealWithFragment(keys, new TextEncoder().encode('sésame')))
  const created = await sotto.posted('/secrets', { sealed, proof, ...more })
  return { ...created, keys, proof }
}
