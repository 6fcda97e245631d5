import { describe, expect, it, onTestFinished } from 'vitest'
import { runHere } from '../../support/command-line.ts'
import { openProxy } from '../../support/tcp-proxy.ts'
import { openTestService } from '../../support/test-service.ts'

const app = await openTestService()

const notPostgres = 'must be a URL that begins with postgres:// or postgresql://'

describe('a command whose database is no URL of Postgres', () => {
  it.each([
    [['migrate'], 'DATABASE_OWNER_URL'],
    [['migrate', '--status'], 'DATABASE_OWNER_URL'],
    [['contacts', 'verify', '--from', 'postgres://127.0.0.1/old'], 'DATABASE_URL'],
  ])('%j says so and names %s', async (words, name) => {
    const { code, errors } = await runHere(words, { [name]: 'foo-7f3a' })
    expect(errors).toContain(`${name}: ${notPostgres}`)
    expect(errors).not.toContain('7f3a')
    expect(code).toBe(2)
  })
})

describe('a command whose database requires a password', () => {
  it.each([
    [['insights'], 'DATABASE_URL', 'connections_login'],
    [['insights'], 'DATABASE_URL', 'connections_login:'],
    [['suggestions', 'compute'], 'DATABASE_DIRECT_URL', 'connections_login'],
    [['migrate'], 'DATABASE_OWNER_URL', 'connections_login'],
  ])('%j says so when %s has none (%s), and leaves', async (words, name, login) => {
    const { hostname, port, pathname } = new URL(app.database.loginUrl)
    const proxy = await openProxy({ host: hostname, port: Number(port) })
    onTestFinished(() => proxy.close())
    const url = `postgres://${login}@127.0.0.1:${proxy.port}${pathname}`
    expect(await runHere(words, { [name]: url })).toEqual({
      code: 1,
      output: '',
      errors: 'Postgres requires a password, and the URL of the database has none.',
    })
    await expect.poll(() => proxy.open).toBe(0)
  })

  it('says so of the database that contacts come from, too', async () => {
    const url = new URL(app.database.loginUrl)
    url.password = ''
    const words = ['contacts', 'verify', '--from', url.href]
    const { code, errors } = await runHere(words, { DATABASE_URL: app.database.loginUrl })
    expect(errors).toMatch(/ cannot be read: it requires a password, and the URL has none$/)
    expect(code).toBe(1)
  })
})

describe('a command', () => {
  it('reads variables without white space around them, and takes blank ones for none', async () => {
    const env = { NODE_ENV: 'production\n', DATABASE_OWNER_URL: ' \n' }
    const { code, errors } = await runHere(['migrate'], env)
    expect(errors).toContain('DATABASE_OWNER_URL: required')
    expect(code).toBe(2)
  })
})
