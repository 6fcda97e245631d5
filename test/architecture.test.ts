import { basename } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  type Import,
  parseSource,
  readSourceFiles,
  type SourceFile,
} from './support/source-files.ts'

/**
 * The architecture: who may import whom. A part may always import itself, and inside `modules` each
 * noun is a part of its own. `operations` and `dev` stand outside of the service and may import
 * anything.
 */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  limits: [],
  // For whoever types a command.
  'user-facing-error': [],
  // These two know each other: the database answers with the errors of the graph, and loaders ask
  // the database.
  graphql: ['database', 'generated', 'limits'],
  database: ['graphql', 'generated', 'limits'],
  events: ['graphql', 'database'],
  // The one room that sees every relationship table.
  pairs: ['events', 'graphql', 'database', 'generated', 'limits'],
  modules: ['pairs', 'events', 'graphql', 'database', 'generated', 'limits'],
  // One HTTP request. What reads the configuration asks it which secrets, names and types are fit.
  server: ['modules', 'pairs', 'events', 'graphql', 'database', 'config', 'generated', 'limits'],
  config: ['server', 'modules', 'graphql', 'limits', 'user-facing-error'],
  'people-data': [
    'modules',
    'pairs',
    'graphql',
    'database',
    'generated',
    'limits',
    'user-facing-error',
  ],
  // Background work: it tells others of events, and tidies up.
  worker: [
    'modules',
    'pairs',
    'events',
    'graphql',
    'database',
    'server',
    'config',
    'generated',
    'limits',
    'user-facing-error',
  ],
  // What others install: it knows the graph by the operations that are generated in its own folder,
  // and nothing of how it is answered.
  kit: [],
  operations: ['anything'],
  dev: ['anything'],
}

/** Nouns that may import another one, and why. */
const acquaintances: Readonly<Record<string, readonly string[]>> = {
  // Using a link makes a contact, in the same transaction.
  'modules/links': ['modules/contacts'],
  // Friends are searched for by the words that everybody is searched for by.
  'modules/friends': ['modules/usernames'],
}

/** What `can` answers is what the verbs of every noun would answer. */
const meetingPlace = 'modules/relationships'

/** The entrance belongs to the command line, not to the service. */
const entrance = 'main.ts'

/**
 * The files of a noun from left to right. A file imports only from columns to the right of its own,
 * so that reading rightwards always leads from the graph to the database, and rules stay what they
 * are: functions of what they are given.
 */
const columns: readonly (readonly string[])[] = [
  ['resolvers.ts', 'payload-resolvers.ts', 'payloads.ts', 'ensure-users.ts'],
  ['friend-list.ts'],
  ['connection.ts', 'entity.ts'],
  ['hidden.ts', 'interactions.ts'],
  ['service.ts', 'activity.ts'],
  ['answers.ts'],
  ['rules.ts', 'loaders.ts', 'possibilities.ts', 'figures-of.ts'],
  ['pages-sql.ts', 'joins-sql.ts'],
  ['sql.ts'],
  ['figures.ts'],
  ['content.ts', 'template.ts', 'define-figure.ts'],
  [
    'fact.ts',
    'request.ts',
    'payload.ts',
    'reserved.ts',
    'tokens.ts',
    'content-type.ts',
    'relationship-id.ts',
    'change.ts',
    'feedback-id.ts',
    'figure.ts',
    'intervals.ts',
    'measure.ts',
    'database-clock.ts',
  ],
]

/**
 * Packages that reach the database, and who may hold them. A folder stands for all of its files.
 */
const databasePackages: Readonly<Record<string, readonly string[]>> = {
  pg: [
    'database/client.ts',
    'database/database.ts',
    'database/pool.ts',
    'database/statement-batch.ts',
    'database/wire.ts',
    'operations/migrations',
    'dev',
    'operations/doctor/connection.ts',
    'people-data/contacts/postgres-source.ts',
  ],
  'pg-protocol': ['database/statement-batch.ts', 'database/interrupt.ts'],
  '@prisma/adapter-pg': ['database/database.ts', 'operations/migrations'],
  '@prisma/client': [],
  'generated/prisma/client.ts': ['database/database.ts'],
}

/** Types that prove something, and the one file that may claim a value to be one. */
const proofs: Readonly<Record<string, string>> = {
  Queryable: 'database/session.ts',
  Transaction: 'database/session.ts',
  UserId: 'graphql/ids.ts',
  RequestId: 'graphql/ids.ts',
  'Session<Viewer>': 'graphql/authorize.ts',
  'Session<Service>': 'graphql/authorize.ts',
}

const mostLines = 250
const namesThatSayNothing = ['utils', 'util', 'helpers', 'common', 'types', 'misc', 'index']

const files = readSourceFiles()

/** Which part of the house a file is in: its folder, and of `modules` the noun. */
function partOf(path: string): string {
  if (path === entrance) return 'operations'
  const [folder = '', noun = ''] = path.split('/')
  return folder === 'modules' ? `${folder}/${noun}` : folder.replace(/\.ts$/, '')
}

function strangers(file: SourceFile): string[] {
  const part = partOf(file.path)
  const row = part.startsWith('modules/') ? 'modules' : part
  const known = mayImport[row]
  if (known === undefined) return [`src/${file.path}: give ${part} a row in the table`]
  if (known.includes('anything')) return []
  return file.imports.flatMap(({ from, kind }) => {
    const other = partOf(from)
    const isNoun = other.startsWith('modules/')
    if (kind === 'package' || other === part || known.includes(other)) return []
    if (isNoun && known.includes('modules')) return []
    if (isNoun && (part === meetingPlace || acquaintances[part]?.includes(other) === true))
      return []
    return [`src/${file.path} imports ${from}: ${part} may import ${known.join(', ') || 'nobody'}`]
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
    return [
      `src/${file.path} imports ${from}: go through a Session, and take a Queryable or a Transaction`,
    ]
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
    const ofNouns = files.filter(({ path }) => path.startsWith('modules/'))
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

  it('leaves the database drivers to the session, the migrations and the dev stack', () => {
    expect(files.flatMap(wrongHands)).toEqual([])
  })

  it('lets nobody but its maker claim that something is a Queryable, a Transaction, a UserId or an authorized session', () => {
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
  !typeOnly && ['sql.ts', 'loaders.ts', 'session.ts', 'database.ts'].includes(basename(from))

describe('a file that breaks the order', () => {
  const written = (path: string, text: string) => parseSource(path, text)

  it('is noticed when graphql learns of a noun', () => {
    const file = written('graphql/ids.ts', `import { add } from '../modules/contacts/service.ts'`)
    expect(strangers(file)).toEqual([
      'src/graphql/ids.ts imports modules/contacts/service.ts: graphql may import database, generated, limits',
    ])
  })

  it('is noticed when pairs learns of a noun, or a noun of another, even for a type', () => {
    const lock = written('pairs/lock.ts', `export * from '../modules/users/sql.ts'`)
    expect(strangers(lock)).toHaveLength(1)
    const text = `import type { Contact } from '../contacts/sql.ts'`
    expect(strangers(written('modules/follows/service.ts', text))).toHaveLength(1)
    expect(strangers(written('modules/links/service.ts', text))).toEqual([])
  })

  it('is noticed when the service reaches for the dev stack, also late', () => {
    const text = `await import('../dev/postgres.ts')`
    expect(strangers(written('server/server.ts', text))).toHaveLength(1)
    expect(strangers(written('operations/cli.ts', text))).toEqual([])
  })

  it('is noticed when a new folder has no place in the table', () => {
    expect(strangers(written('lib/things.ts', ''))).toEqual([
      'src/lib/things.ts: give lib a row in the table',
    ])
  })

  it('is noticed when SQL calls back to the left, or a file stands in no column', () => {
    const file = written('modules/contacts/sql.ts', `import { contactsPerPage } from './rules.ts'`)
    expect(leftward(file)).toEqual([
      'src/modules/contacts/sql.ts imports modules/contacts/rules.ts, which stands not to its right',
    ])
    expect(leftward(written('modules/contacts/things.ts', ''))).toHaveLength(1)
  })

  it('is noticed when it holds a driver, but not when it only names its types', () => {
    expect(wrongHands(written('modules/contacts/sql.ts', `import pg from 'pg'`))).toHaveLength(1)
    const types = `import { type Pool } from 'pg'`
    expect(wrongHands(written('modules/contacts/sql.ts', types))).toEqual([])
    expect(wrongHands(written('dev/database.ts', `import pg from 'pg'`))).toEqual([])
  })

  it('is noticed when it claims an identity that nobody proved', () => {
    const text = `lockPair(session.read as Transaction, one, id as UserId)`
    expect(falseProofs(written('modules/contacts/service.ts', text))).toEqual([
      'src/modules/contacts/service.ts asserts `as Transaction`: only src/database/session.ts may',
      'src/modules/contacts/service.ts asserts `as UserId`: only src/graphql/ids.ts may',
    ])
  })

  it('is noticed when it is too long, or named for nothing', () => {
    const long = written('modules/contacts/sql.ts', '\n'.repeat(250) + 'x')
    expect(oversized(long)).toHaveLength(1)
    expect(unnamed(written('modules/contacts/utils.ts', ''))).toHaveLength(1)
  })
})
