import { basename } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseSource, readSourceFiles, type Import, type SourceFile } from './source-files.ts'

/** The nouns of the service: folders that look alike and don't know each other. */
const nouns = [
  'users',
  'contacts',
  'links',
  'usernames',
  'profiles',
  'follows',
  'friends',
  'quotas',
  'blocks',
  'privacy',
  'presence',
  'suggestions',
  'games',
  'content',
  'events',
  'insights',
]

/** Nouns that may know another one, and why. */
const acquaintances: Readonly<Record<string, readonly string[]>> = {
  // Using a link makes a contact, in the same transaction.
  links: ['contacts'],
  // Friends are searched for by the words that everybody is searched for by.
  friends: ['usernames'],
}

/**
 * Who may import whom; a part may always import itself. `limits` is one file, a table that knows nothing; `(top)` are
 * the other files that lie in `src` itself.
 */
const neighbours: Readonly<Record<string, readonly string[]>> = {
  // What reads tokens is still in base, and its parts are not. The database and what asks it know each other meanwhile.
  base: ['database', 'generated', 'graphql', 'limits', 'server/auth'],
  database: ['base', 'generated', 'limits'],
  limits: [],
  // Knows nothing of relationships, and of nobody else yet.
  graphql: [],
  ties: ['base', 'generated', 'graphql', 'limits'],
  pairs: ['base', 'limits'],
  ...Object.fromEntries(
    nouns.map((noun) => [
      noun,
      ['ties', 'pairs', 'base', 'generated', 'graphql', 'limits', ...(acquaintances[noun] ?? [])],
    ]),
  ),
  // The meeting place: everything that two people are to each other, by the rules of every noun.
  relationships: ['(top)', ...nouns, 'ties', 'base', 'generated', 'graphql', 'limits'],
  // The move out of the old auth service: its own way to the tables of contacts.
  imports: [...nouns, 'ties', 'base', 'generated', 'graphql', 'limits'],
  migrations: [],
  // One HTTP request: what may ask, and what keeps a request from hurting.
  'server/auth': ['limits'],
  'server/guards': ['base', 'database', 'limits'],
  'server/compiled': ['limits'],
  'server/observability': ['base', 'database', 'limits'],
  server: ['base', 'limits'],
  '(top)': [
    ...nouns,
    'relationships',
    'ties',
    'base',
    'generated',
    'graphql',
    'limits',
    'migrations',
    'server/auth',
    'server/compiled',
    'server',
    'server/guards',
    'server/observability',
  ],
  // What others install: it knows the graph, and nothing of how it is answered.
  kit: [],
  dev: [
    '(top)',
    'kit',
    ...nouns,
    'relationships',
    'ties',
    'base',
    'generated',
    'graphql',
    'limits',
    'migrations',
    // The sample subgraphs believe callers as the service does.
    'server/auth',
    'server/observability',
  ],
  // Looks at everything from outside, also where the service itself could not start.
  doctor: ['(top)', 'base', 'limits', 'migrations', 'dev', 'server/auth'],
  cli: [
    '(top)',
    ...nouns,
    'relationships',
    'ties',
    'base',
    'generated',
    'graphql',
    'limits',
    'migrations',
    'imports',
    'dev',
    'doctor',
    // The id of a subject is printed as the service makes it.
    'server/auth',
  ],
}

/** The entrance belongs to the command line, not to the service. */
const entrance = 'main.ts'

/**
 * The files of a noun from left to right. A file imports only from columns to the right of its own, so that reading
 * rightwards always leads from the graph to the database, and rules stay what they are: functions of what they are given.
 */
const columns: readonly (readonly string[])[] = [
  ['resolvers.ts', 'payloads.ts', 'arrivals.ts'],
  ['friend-list.ts'],
  [
    'connection.ts',
    'request-connection.ts',
    'mutual-connection.ts',
    'search-connection.ts',
    'request-entity.ts',
  ],
  ['hidden.ts', 'interactions.ts'],
  ['service.ts'],
  ['answers.ts'],
  ['rules.ts', 'loaders.ts', 'possibilities.ts', 'search-rules.ts'],
  ['request-pages-sql.ts'],
  ['sql.ts', 'requests-sql.ts', 'mutual-sql.ts', 'search-sql.ts'],
  ['content.ts', 'template.ts'],
  ['person.ts', 'request.ts', 'payload.ts', 'reserved.ts', 'tokens.ts', 'content-type.ts'],
]

/** Packages that reach the database, and who may hold them. A folder stands for all of its files. */
const databasePackages: Readonly<Record<string, readonly string[]>> = {
  pg: [
    'base/database.ts',
    'database/pool.ts',
    'base/packet.ts',
    'base/wire.ts',
    'migrations',
    'dev',
    'doctor/connection.ts',
    'imports/contacts/postgres-source.ts',
  ],
  'pg-protocol': ['base/packet.ts', 'database/interrupt.ts'],
  '@prisma/adapter-pg': ['base/database.ts', 'migrations'],
  '@prisma/client': [],
  'generated/prisma/client.ts': ['base/database.ts'],
}

/** Types that prove something, and the one file that may claim a value to be one. */
const proofs: Readonly<Record<string, string>> = {
  Sql: 'base/door.ts',
  Tx: 'base/door.ts',
  UserId: 'base/ids.ts',
  'Door<Viewer>': 'base/authorize.ts',
  'Door<Service>': 'base/authorize.ts',
}

const mostLines = 250
const namesThatSayNothing = ['utils', 'util', 'helpers', 'common', 'types', 'misc', 'index']

const files = readSourceFiles()

/** Which part of the house a file is in: its folder, and of `server` the folder within. */
function partOf(path: string): string {
  if (path === entrance) return 'cli'
  if (path === 'limits.ts') return 'limits'
  if (path.startsWith('server/')) return path.split('/').slice(0, -1).join('/')
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : '(top)'
}

function strangers(file: SourceFile): string[] {
  const part = partOf(file.path)
  const known = neighbours[part]
  if (known === undefined)
    return [`src/${file.path}: give ${part} a row in the table of neighbours`]
  return file.imports.flatMap(({ from, kind }) => {
    const other = partOf(from)
    if (kind === 'package' || other === part || known.includes(other)) return []
    return [
      `src/${file.path} imports ${from}: ${part} may import ${known.join(', ') || 'nobody'} only`,
    ]
  })
}

function leftward(file: SourceFile): string[] {
  const [column, part] = [columnOf(file.path), partOf(file.path)]
  if (column === -1) return [`src/${file.path}: say in which column ${basename(file.path)} stands`]
  return file.imports
    .filter(
      ({ from, kind }) => kind === 'file' && partOf(from) === part && columnOf(from) <= column,
    )
    .map(({ from }) => `src/${file.path} imports ${from}, which stands not to its right`)
}

const columnOf = (path: string) => columns.findIndex((names) => names.includes(basename(path)))

function wrongHands(file: SourceFile): string[] {
  return file.imports.flatMap(({ from, typeOnly }) => {
    const holders = databasePackages[from]
    const holds = holders?.some(
      (holder) => file.path === holder || file.path.startsWith(`${holder}/`),
    )
    if (holders === undefined || typeOnly || holds === true) return []
    return [`src/${file.path} imports ${from}: go through a Door, and take an Sql or a Tx`]
  })
}

function falseProofs(file: SourceFile): string[] {
  return file.assertions
    .filter((type) => type in proofs && proofs[type] !== file.path)
    .map((type) => `src/${file.path} asserts \`as ${type}\`: only src/${String(proofs[type])} may`)
}

const oversized = ({ path, lines }: SourceFile) =>
  lines > mostLines ? [`src/${path} has ${lines} lines: split it at ${mostLines}`] : []

const unnamed = ({ path }: SourceFile) =>
  namesThatSayNothing.includes(basename(path).replace(/\..*$/, ''))
    ? [`src/${path}: name it for what is in it`]
    : []

describe('the house', () => {
  it('lets each part import only the parts below it, and no noun another', () => {
    expect(files.flatMap(strangers)).toEqual([])
  })

  it('reads from left to right inside a noun: resolvers, service, rules and loaders, sql', () => {
    const ofNouns = files.filter(({ path }) => nouns.includes(partOf(path)))
    expect(ofNouns.flatMap(leftward)).toEqual([])
  })

  it('keeps the rules of a noun free of everything that can ask the database', () => {
    const asking = files
      .filter(({ path }) => basename(path) === 'rules.ts')
      .flatMap(({ path, imports }) =>
        imports.filter(canAsk).map(({ from }) => `src/${path} imports ${from}`),
      )
    expect(asking).toEqual([])
  })

  it('leaves the database drivers to the door, the migrations and the dev world', () => {
    expect(files.flatMap(wrongHands)).toEqual([])
  })

  it('lets nobody but its maker claim that something is an Sql, a Tx, a UserId or an authorized door', () => {
    expect(files.flatMap(falseProofs)).toEqual([])
  })

  it('has no file that is too long to be read at once', () => {
    expect(files.flatMap(oversized)).toEqual([])
  })

  it('has no file whose name says nothing', () => {
    expect(files.flatMap(unnamed)).toEqual([])
  })
})

const canAsk = ({ from, typeOnly }: Import) =>
  !typeOnly && ['sql.ts', 'loaders.ts', 'door.ts', 'database.ts'].includes(basename(from))

describe('a file that breaks the order', () => {
  const written = (path: string, text: string) => parseSource(path, text)

  it('is noticed when base learns of a noun', () => {
    const file = written('base/ids.ts', `import { addContact } from '../contacts/service.ts'`)
    expect(strangers(file)).toEqual([
      'src/base/ids.ts imports contacts/service.ts: base may import database, generated, graphql, limits, server/auth only',
    ])
  })

  it('is noticed when ties learns of a noun, or a noun of another, even for a type', () => {
    expect(strangers(written('ties/lock.ts', `export * from '../users/sql.ts'`))).toHaveLength(1)
    const file = written('follows/service.ts', `import type { Contact } from '../contacts/sql.ts'`)
    expect(strangers(file)).toHaveLength(1)
  })

  it('is noticed when the service reaches for the dev world, also late', () => {
    expect(strangers(written('server.ts', `await import('./dev/postgres.ts')`))).toHaveLength(1)
    expect(strangers(written('cli/dev.ts', `await import('../dev/postgres.ts')`))).toEqual([])
  })

  it('is noticed when a new folder has no place in the table', () => {
    expect(strangers(written('lib/things.ts', ''))).toEqual([
      'src/lib/things.ts: give lib a row in the table of neighbours',
    ])
  })

  it('is noticed when SQL calls back to the left, or a file stands in no column', () => {
    const file = written('contacts/sql.ts', `import { contactsPerPage } from './rules.ts'`)
    expect(leftward(file)).toEqual([
      'src/contacts/sql.ts imports contacts/rules.ts, which stands not to its right',
    ])
    expect(leftward(written('contacts/things.ts', ''))).toHaveLength(1)
  })

  it('is noticed when it holds a driver, but not when it only names its types', () => {
    expect(wrongHands(written('contacts/sql.ts', `import pg from 'pg'`))).toHaveLength(1)
    expect(wrongHands(written('contacts/sql.ts', `import { type Pool } from 'pg'`))).toEqual([])
    expect(wrongHands(written('dev/database.ts', `import pg from 'pg'`))).toEqual([])
  })

  it('is noticed when it claims an identity that nobody proved', () => {
    const file = written('contacts/service.ts', `lockPair(door.sql as Tx, one, id as UserId)`)
    expect(falseProofs(file)).toEqual([
      'src/contacts/service.ts asserts `as Tx`: only src/base/door.ts may',
      'src/contacts/service.ts asserts `as UserId`: only src/base/ids.ts may',
    ])
  })

  it('is noticed when it is too long, or named for nothing', () => {
    expect(oversized(written('contacts/sql.ts', '\n'.repeat(250) + 'x'))).toHaveLength(1)
    expect(unnamed(written('contacts/utils.ts', ''))).toHaveLength(1)
  })
})
