import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ConfigError, readConfig, requiredInProduction, settings } from '../src/config.ts'
import { configurationTable, environmentExample } from '../src/configuration-text.ts'

/** A production that starts. */
const production = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgres://connections_login:a-long-password@db.internal/connections',
  AUTH_JWKS_URL: 'https://auth.example.com/.well-known/jwks.json',
  AUTH_ISSUER: 'https://auth.example.com',
  AUTH_AUDIENCE: 'connections-production',
  GATEWAY_SECRETS: 'the-secret-of-this-month',
}

/** What stops the service from starting in this environment; nothing when it starts. */
function problemsOf(env: Record<string, string | undefined>): readonly string[] {
  try {
    readConfig(env)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}

describe('an empty environment', () => {
  it('describes the development world', () => {
    expect(readConfig({})).toMatchObject({
      environment: 'development',
      host: '127.0.0.1',
      port: 4001,
    })
  })

  it('is what variables that are set to nothing make', () => {
    const blank = Object.fromEntries(Object.keys(settings).map((name) => [name, '']))
    expect(readConfig(blank)).toEqual(readConfig({}))
  })
})

describe('a wrong environment', () => {
  const wrong = {
    NODE_ENV: 'staging-7f3a',
    PORT: 'port-7f3a',
    DATABASE_URL: 'mysql://root:password-7f3a@db',
    DATABASE_OWNER_URL: 'owner:password-7f3a',
    DATABASE_POOL_SIZE: '-73',
    AUTH_JWKS_URL: 'ftp://user:password-7f3a@auth',
    GATEWAY_SECRETS: 'short-7f3a',
    MAX_BLOCKS: '10073',
    LOG_LEVEL: 'loud-7f3a',
  }

  it('is told all at once, each variable by its name', () => {
    const named = problemsOf(wrong).map((problem) => problem.replace(/:.*/s, ''))
    expect(named.sort()).toEqual(Object.keys(wrong).sort())
  })

  it('is told without repeating a value, for some are secrets', () => {
    expect(() => readConfig(wrong)).toThrow(ConfigError)
    expect(() => readConfig(wrong)).not.toThrow('7f3a')
    const inProduction = { ...production, GATEWAY_SECRETS: 'secret-7f3a,secret-7f3b,secret-7f3c' }
    expect(problemsOf(inProduction).join()).toMatch(/GATEWAY_SECRETS/)
    expect(problemsOf(inProduction).join()).not.toMatch(/7f3/)
  })

  it('is told together with what production misses', () => {
    const env = { ...production, AUTH_ISSUER: undefined, PORT: 'x' }
    const named = problemsOf(env).map((problem) => problem.replace(/:.*/s, ''))
    expect(named).toEqual(['PORT', 'AUTH_ISSUER'])
  })
})

describe('production', () => {
  it('starts when everything is said', () => {
    expect(problemsOf(production)).toEqual([])
  })

  it.each(requiredInProduction)('does not start without %s', (name) => {
    expect(problemsOf({ ...production, [name]: undefined })).toEqual([
      `${name}: required in production`,
    ])
  })

  it.each(requiredInProduction)('does not start with the development default of %s', (name) => {
    const standard = [settings[name].parse(undefined)].flat().join(',')
    expect(problemsOf({ ...production, [name]: standard })).toEqual([
      `${name}: is the development default, which production refuses`,
    ])
  })

  it('does not start with the development secret beside a good one', () => {
    const beside = `${production.GATEWAY_SECRETS}, development-gateway-secret`
    expect(problemsOf({ ...production, GATEWAY_SECRETS: beside })).toHaveLength(1)
  })
})

describe('the gateway secret', () => {
  const secrets = (list: string) =>
    readConfig({ ...production, GATEWAY_SECRETS: list }).gatewaySecrets

  it('may have a second value while one replaces the other', () => {
    expect(secrets('the-new-secret-value, the-old-secret-value')).toEqual([
      'the-new-secret-value',
      'the-old-secret-value',
    ])
  })

  it('may not have a third, and none may be short', () => {
    expect(() => secrets('the-new-secret-value,the-old-secret-value,the-oldest-secret')).toThrow(
      'GATEWAY_SECRETS: at most two',
    )
    expect(() => secrets('the-new-secret-value,short')).toThrow('at least 16 characters')
    expect(() => secrets(',')).toThrow('GATEWAY_SECRETS')
  })
})

describe('the configuration on paper', () => {
  it('says of every variable what it is for', () => {
    const silent = Object.entries(settings).filter(([, { description }]) => !description)
    expect(silent.map(([name]) => name)).toEqual([])
  })

  it('is .env.example', async () => {
    await expect(environmentExample()).toMatchFileSnapshot('../.env.example')
  })

  it('is the table in the README', async () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
    const markers = /(<!-- configuration -->\n).*(<!-- \/configuration -->)/s
    expect(readme).toMatch(markers)
    const current = readme.replace(markers, (_, begin: string, end: string) =>
      [begin, configurationTable(), '', end].join('\n'),
    )
    await expect(current).toMatchFileSnapshot('../README.md')
  })
})
