import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ConfigError, readConfig, readDatabaseUrl } from '../../src/config.ts'
import { configurationReference, environmentExample } from '../../src/config/configuration-text.ts'
import { requiredInProduction, settings } from '../../src/config/settings.ts'
import { sampleSecrets } from '../../src/dev/sample-subgraphs/secrets.ts'

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
  it('describes the dev stack', () => {
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
    AUTH_SUBJECT: 'email-7f3a',
    GATEWAY_SECRETS: 'short-7f3a',
    SERVICE_SECRETS: 'secret-without-a-name-7f3a',
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

describe('a variable', () => {
  const examples = {
    ...production,
    HOST: '0.0.0.0',
    PORT: '4001',
    DATABASE_OWNER_URL: 'postgresql://owner@db.internal/connections',
    DATABASE_DIRECT_URL: 'postgres://connections_worker:pw@db.internal/connections',
    DATABASE_POOL_SIZE: '10',
    DATABASE_PREPARE_STATEMENTS: 'false',
    AUTH_SUBJECT: 'external',
    AUTH_SUBJECT_NAMESPACE: '6f7a1d2e-5c40-4c1b-9a43-0a6b2d1c9e55',
    SERVICE_SECRETS: 'chat:the-secret-of-chat',
    ACCOUNT_WEBHOOK_SECRETS: `whsec_${'A'.repeat(43)}=`,
    CLIENT_ADDRESS_HEADER: 'x-real-ip',
    MAX_BLOCKS: '300',
    CONTENT: 'Game:creator:visibility:GameVisibility',
    TYPE_PREFIX: 'Connections',
    WITHOUT: 'Query.viewer',
    PUBLIC_GAMES_IGNORE_BLOCKS: 'on',
    SUGGESTION_WEIGHTS: 'games:0.1,sports:0.2,mutual:0.6,place:0.1',
    COMPILED_OPERATIONS: 'off',
    WEBHOOK_ALLOWED_ADDRESSES: '10.1.0.0/16, fd00:1::/32',
    FIELD_TRACES: 'on',
    LOG_LEVEL: 'warn',
    SHUTDOWN_GRACE: '1.5',
  }

  it('has an example here', () => {
    expect(Object.keys(examples).sort()).toEqual(Object.keys(settings).sort())
  })

  it.each(Object.entries(examples))('%s is read without white space around it', (name, value) => {
    expect(readConfig({ ...examples, [name]: `\t ${value}\r\n` })).toEqual(readConfig(examples))
  })

  it.each(Object.entries(examples))('%s is refused in quotes', (name, value) => {
    expect(problemsOf({ ...examples, [name]: `"${value}"` })).toContain(
      `${name}: has quotes around its value; remove them`,
    )
  })
})

describe('what is said of a wrong value', () => {
  const notPostgres =
    'must be a URL that begins with postgres:// or postgresql://; write / ? # and @ in a password as %2F %3F %23 and %40'
  const notNetworks =
    'must be addresses or networks such as 10.0.0.0/8 or fd00::/8, comma separated'

  it.each([
    ['NODE_ENV', 'staging', 'must be production, development or test'],
    ['PORT', 'http', 'must be a whole number from 0 to 65535'],
    ['PORT', '65536', 'must be a whole number from 0 to 65535'],
    ['PORT', '-1.5', 'must be a whole number from 0 to 65535'],
    ['DATABASE_URL', 'foo', notPostgres],
    ['DATABASE_URL', 'postgres:foo', notPostgres],
    ['DATABASE_OWNER_URL', 'foo', notPostgres],
    ['DATABASE_OWNER_URL', 'postgres://owner:a#b@db/connections', notPostgres],
    ['DATABASE_POOL_SIZE', '0', 'must be a whole number from 1 to 500'],
    ['DATABASE_PREPARE_STATEMENTS', 'no', 'must be true or false'],
    ['AUTH_JWKS_URL', 'auth.example.com', 'must be a URL that begins with http:// or https://'],
    ['AUTH_SUBJECT', 'email', 'must be uuid or external'],
    ['GATEWAY_SECRETS', ',', 'must have at least one secret'],
    ['CLIENT_ADDRESS_HEADER', 'x real ip', 'must be the name of a header'],
    ['MAX_BLOCKS', '10001', 'must be a whole number from 1 to 10000'],
    ['TYPE_PREFIX', 'X'.repeat(33), 'must have at most 32 characters'],
    ['WEBHOOK_ALLOWED_ADDRESSES', '10.1.0.0/16,localhost', notNetworks],
    ['FIELD_TRACES', 'true', 'must be on or off'],
    ['LOG_LEVEL', 'loud', 'must be fatal, error, warn, info, debug or silent'],
    ['SHUTDOWN_GRACE', '61', 'must be a number from 0 to 60'],
  ])('%s=%s: %s', (name, value, problem) => {
    expect(problemsOf({ ...production, [name]: value })).toEqual([`${name}: ${problem}`])
  })
})

describe('a URL of Postgres', () => {
  it.each([
    'postgres://role:password@db/connections',
    'postgresql://role@[::1]:5433/connections?sslmode=require',
    'postgres:///connections?host=/var/run/postgresql&user=role',
    'postgres://role:password@%2Fvar%2Frun%2Fpostgresql/connections',
    // As Cloud SQL writes it.
    'postgres://role:password@/connections?host=/cloudsql/project:region:instance',
  ])('may be %s', (url) => {
    expect(readConfig({ ...production, DATABASE_URL: url }).database.url).toBe(url)
    expect(readDatabaseUrl({ DATABASE_OWNER_URL: url }, 'DATABASE_OWNER_URL')).toBe(url)
  })
})

describe('a variable that is not known', () => {
  it.each([
    ['GATEWAY_SECRET', 'GATEWAY_SECRETS'],
    ['AUTH_JWKS_URI', 'AUTH_JWKS_URL'],
    ['AUTH_ISUSER', 'AUTH_ISSUER'],
    ['LOGLEVEL', 'LOG_LEVEL'],
    ['database_url', 'DATABASE_URL'],
  ])('is named when its name is near one of ours: %s', (name, meant) => {
    const env = { ...production, [name]: 'anything-at-all' }
    expect(readConfig(env).warnings).toEqual([`Unknown variable ${name}; did you mean ${meant}?`])
  })

  it('is nobody’s business otherwise', () => {
    const others = { HOME: '/root', PATH: '/bin', POST: '1', HOSTS: 'a', GATEWAY_SECRET: ' ' }
    const more = { GATEWAY_PORT: '4000', DATABASE: 'x', AUTH_TOKEN: 'x', NODE_OPTIONS: '' }
    expect(readConfig({ ...production, ...others, ...more }).warnings).toEqual([])
  })

  it('is named beside what is missing without it, and its value is not repeated', () => {
    const { GATEWAY_SECRETS, ...others } = production
    const env = { ...others, GATEWAY_SECRET: GATEWAY_SECRETS }
    expect(problemsOf(env)).toEqual(['GATEWAY_SECRETS: required in production'])
    expect(() => readConfig(env)).toThrow('did you mean GATEWAY_SECRETS?')
    expect(() => readConfig(env)).not.toThrow(GATEWAY_SECRETS)
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

  it.each(Object.values(sampleSecrets))(
    'does not start with the secret %s, which everybody knows from the dev stack',
    (secret) => {
      expect(problemsOf({ ...production, GATEWAY_SECRETS: secret })).toHaveLength(1)
      expect(
        problemsOf({
          ...production,
          SERVICE_SECRETS: `chat:a-secret-of-chat-alone,games:${secret}`,
        }),
      ).toEqual([
        'SERVICE_SECRETS: entry 2 has a secret of the dev stack, which production refuses',
      ])
      expect(problemsOf({ SERVICE_SECRETS: `games:${secret}` })).toEqual([])
    },
  )

  it('does not start with the gateway’s secret of the dev stack for a service', () => {
    const SERVICE_SECRETS = 'games:development-gateway-secret'
    expect(problemsOf({ ...production, SERVICE_SECRETS })).toHaveLength(1)
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
      'GATEWAY_SECRETS: must have at most two',
    )
    expect(() => secrets('the-new-secret-value,short')).toThrow('at least 16 characters')
    expect(() => secrets(',')).toThrow('GATEWAY_SECRETS')
  })
})

describe('a secret that no header carries', () => {
  it.each(['the-sécret-of-the-gateway', '€'.repeat(20), '🐎'.repeat(10), 'a-secret-in\ntwo-lines'])(
    'is refused, for it would let nobody in: %j',
    (secret) => {
      const problem = 'a secret must be printable ASCII, as a header carries it'
      expect(problemsOf({ ...production, GATEWAY_SECRETS: secret })).toEqual([
        `GATEWAY_SECRETS: ${problem}`,
      ])
      expect(problemsOf({ ...production, SERVICE_SECRETS: `games:${secret}` })).toEqual([
        `SERVICE_SECRETS: entry 1: ${problem}`,
      ])
    },
  )
})

describe('subjects of the auth service', () => {
  const AUTH_SUBJECT_NAMESPACE = '6F7A1D2E-5c40-4c1b-9a43-0a6b2d1c9e55'

  it('are ids unless told, and otherwise made ids with a namespace', () => {
    expect(readConfig(production).auth).not.toHaveProperty('subjectNamespace')
    const env = { ...production, AUTH_SUBJECT: 'external', AUTH_SUBJECT_NAMESPACE }
    expect(readConfig(env).auth.subjectNamespace).toBe(AUTH_SUBJECT_NAMESPACE.toLowerCase())
  })

  it.each([
    [{ AUTH_SUBJECT: 'external' }, 'required with AUTH_SUBJECT=external'],
    [{ AUTH_SUBJECT_NAMESPACE }, 'has no effect without AUTH_SUBJECT=external'],
    [{ AUTH_SUBJECT: 'external', AUTH_SUBJECT_NAMESPACE: 'example.com' }, 'must be a UUID'],
    [
      {
        AUTH_SUBJECT: 'external',
        AUTH_SUBJECT_NAMESPACE: '00000000-0000-0000-0000-000000000000',
      },
      'must be a UUID',
    ],
  ])('do not start with %j', (env, problem) => {
    expect(problemsOf({ ...production, ...env })).toEqual([`AUTH_SUBJECT_NAMESPACE: ${problem}`])
  })
})

describe('the secrets of services', () => {
  const entry = (name: string) => `${name}:the-secret-of-${name}`
  const problems = (list: string) => problemsOf({ ...production, SERVICE_SECRETS: list })

  it('are names and secrets; a secret may have colons in it, and blanks around are nothing', () => {
    const env = {
      ...production,
      SERVICE_SECRETS: ` chat : one:two:three:four , ${entry('games')},`,
    }
    expect(readConfig(env).serviceSecrets).toEqual([
      { name: 'chat', secret: 'one:two:three:four' },
      { name: 'games', secret: 'the-secret-of-games' },
    ])
    expect(readConfig(production).serviceSecrets).toEqual([])
  })

  it('may be two of one name while one replaces the other, and not three', () => {
    const two = `${entry('chat')},chat:the-old-secret-of-chat`
    expect(problems(two)).toEqual([])
    expect(problems(`${two},chat:the-oldest-secret-of-chat`)).toEqual([
      'SERVICE_SECRETS: entry 3: a name can occur twice, for the new secret and the old one, not three times',
    ])
  })

  const badName =
    'a name begins with a letter, has at most 40 letters, digits, "-" and "_", and is not "gateway"'
  it.each([
    ['a-long-secret-without-a-name', 'entry 1 has no colon; write name:secret'],
    [`${entry('chat')},games:short-7f3a`, 'entry 2: each secret needs at least 16 characters'],
    [`chat:${' '.repeat(20)}`, 'entry 1: each secret needs at least 16 characters'],
    [':the-secret-of-no-name', `entry 1: ${badName}`],
    [entry('gateway'), `entry 1: ${badName}`],
    [entry('a chat'), `entry 1: ${badName}`],
    [
      'chat:the-same-secret-7f3a,games:the-same-secret-7f3a',
      'entry 2 has the same secret as entry 1',
    ],
    [
      'chat:the-same-secret-7f3a,chat:the-same-secret-7f3a',
      'entry 2 has the same secret as entry 1',
    ],
    [
      `chat:${production.GATEWAY_SECRETS}`,
      'entry 1 has a secret of GATEWAY_SECRETS; each service needs one of its own',
    ],
  ])('are refused as %s, by the number of the entry', (list, problem) => {
    expect(problems(list)).toEqual([`SERVICE_SECRETS: ${problem}`])
    expect(problems(list).join()).not.toContain('7f3a')
  })

  it('are judged whatever else is wrong', () => {
    const env = { ...production, PORT: 'x', SERVICE_SECRETS: `chat:${production.GATEWAY_SECRETS}` }
    const named = problemsOf(env).map((problem) => problem.replace(/:.*/s, ''))
    expect(named).toEqual(['PORT', 'SERVICE_SECRETS'])
  })
})

describe('the secrets of the account service', () => {
  const key = (bytes: number) => `whsec_${Buffer.alloc(bytes, 7).toString('base64')}`
  const problems = (secrets: string) =>
    problemsOf({ ...production, ACCOUNT_WEBHOOK_SECRETS: secrets })

  it.each([24, 25, 26, 32, 64])('have keys of %i bytes', (bytes) => {
    expect(problems(key(bytes))).toEqual([])
    expect(problems(`${key(bytes)}, ${key(32)}`)).toEqual([])
  })

  it.each([
    [key(23), 'entry 1 needs a key of 24 to 64 bytes (got 23)'],
    [`${key(32)},${key(65)}`, 'entry 2 needs a key of 24 to 64 bytes (got 65)'],
    ['whsec_', 'entry 1 needs a key of 24 to 64 bytes (got 0)'],
    [key(32).slice('whsec_'.length), 'entry 1 must be whsec_ and a key in base64'],
    [`${key(32)}=`, 'entry 1 must be whsec_ and a key in base64'],
    [`whsec_${'*'.repeat(44)}`, 'entry 1 must be whsec_ and a key in base64'],
    [
      [key(32), key(33), key(34)].join(),
      'must have at most two secrets: the new one and the old one',
    ],
  ])('are refused otherwise, without being repeated', (secrets, problem) => {
    expect(problems(secrets)).toEqual([`ACCOUNT_WEBHOOK_SECRETS: ${problem}`])
  })
})

describe('the configuration on paper', () => {
  it('says of every variable what it is for', () => {
    const silent = Object.entries(settings).filter(([, { description }]) => !description)
    expect(silent.map(([name]) => name)).toEqual([])
  })

  it('is .env.example', async () => {
    await expect(environmentExample()).toMatchFileSnapshot('../../.env.example')
  })

  it('is docs/reference/configuration.md', async () => {
    const page = '../../docs/reference/configuration.md'
    const text = readFileSync(new URL(page, import.meta.url), 'utf8')
    const markers = /(<!-- configuration -->\n).*(<!-- \/configuration -->)/s
    expect(text).toMatch(markers)
    const current = text.replace(markers, (_, begin: string, end: string) =>
      [begin, configurationReference(), '\n', end].join(''),
    )
    await expect(current).toMatchFileSnapshot(page)
  })
})
