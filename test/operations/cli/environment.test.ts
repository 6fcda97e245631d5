import { describe, expect, it } from 'vitest'
import { runHere } from '../../support/command-line.ts'
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
    [['insights'], 'DATABASE_URL'],
    [['suggestions', 'compute'], 'DATABASE_DIRECT_URL'],
    [['migrate'], 'DATABASE_OWNER_URL'],
  ])('%j says so when %s has none', async (words, name) => {
    const url = new URL(app.database.loginUrl)
    url.password = ''
    expect(await runHere(words, { [name]: url.href })).toEqual({
      code: 1,
      output: '',
      errors: 'Postgres requires a password, and the URL of the database has none.',
    })
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
