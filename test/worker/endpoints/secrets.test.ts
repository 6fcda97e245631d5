import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { newSecret, parseSecret, secretText } from '../../../src/worker/endpoints/secrets.ts'

const written = (bytes: number) => `whsec_${Buffer.alloc(bytes, 7).toString('base64')}`

describe('the secret of an endpoint', () => {
  it('has 32 random bytes, and the reference library takes it', () => {
    const secrets = [newSecret(), newSecret()]
    expect(secrets.map(({ length }) => length)).toEqual([32, 32])
    expect(secrets[0]).not.toEqual(secrets[1])
    const text = secretText(newSecret())
    expect(text).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    expect(() => new Webhook(text)).not.toThrow()
  })

  it.each([24, 32, 63, 64])('may be brought along with %i bytes', (bytes) => {
    expect(parseSecret(`${written(bytes)}\n`)).toEqual(Buffer.alloc(bytes, 7))
    expect(parseSecret(written(bytes).replace(/=+$/, ''))).toHaveLength(bytes)
  })

  it.each([
    ['5 bytes', written(5)],
    ['23 bytes', written(23)],
    ['65 bytes', written(65)],
    ['no prefix', written(32).slice(6)],
    ['what is no base64', `${written(32).slice(0, -4)}!!!=`],
    ['two lines', `${written(32)}\n${written(32)}`],
    ['nothing', ''],
  ])('is refused with %s', (_what, text) => {
    expect(parseSecret(text)).toBeNull()
  })
})
