import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { env } from 'node:process'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import { newUserId, openTestService } from '../support/test-service.ts'

// What docs/guides/authentication.md shows of account events, run as it stands there.

const secret = `whsec_${randomBytes(32).toString('base64')}`
const app = await openTestService({ NODE_ENV: 'production', ACCOUNT_WEBHOOK_SECRETS: secret })
const surroundings = {
  ACCOUNT_WEBHOOK_SECRET: secret,
  CONNECTIONS: app.server.url.replace('/graphql', ''),
}

const checkout = join(import.meta.dirname, '..', '..')
const guide = readFileSync(join(checkout, 'docs/guides/authentication.md'), 'utf8')
const folder = mkdtempSync(join(tmpdir(), 'connections-guide-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

/** The code of the guide below `<!-- tried: name -->`. */
function fence(name: string): string {
  const [, code] =
    new RegExp(`<!-- tried: ${name} -->\n\n\`\`\`\\w+\n(.*?)\`\`\``, 's').exec(guide) ?? []
  if (code === undefined) throw new Error(`The guide has no program ${name}.`)
  return code
}

const isHere = async (id: string) =>
  (await app.admin.query('select from users where id = $1', [id])).rowCount === 1

describe('docs/guides/authentication.md', () => {
  it('registers a person with a message that a shell signs', async () => {
    const id = newUserId()
    const { stdout } = await promisify(execFile)('bash', ['-c', fence('account-event')], {
      cwd: tmpdir(),
      env: { PATH: env['PATH'] ?? '', USER_ID: id, ...surroundings },
    })
    expect(stdout).toBe('204\n')
    expect(await isHere(id)).toBe(true)
  })

  it('passes events of a provider on', async () => {
    Object.assign(env, surroundings)
    const file = join(folder, 'forward.mjs')
    const library = pathToFileURL(join(checkout, 'node_modules/standardwebhooks/dist/index.js'))
    writeFileSync(file, fence('forward').replace('standardwebhooks', library.href))
    const { forward } = (await import(pathToFileURL(file).href)) as {
      forward: (event: object) => Promise<void>
    }
    const id = newUserId()
    const event = { id: 'evt_1', type: 'user.created', data: { object: { user_id: id } } }
    await forward(event)
    expect(await isHere(id)).toBe(true)
    const unread = { ...event, data: { object: { user_id: 'auth0|1' } } }
    await expect(forward(unread)).rejects.toThrow('The answer was 400.')
  })
})
