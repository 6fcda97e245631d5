import type pg from 'pg'
import type { StackFile } from '../../dev/stack-file.ts'
import { connected, NoConnection } from './connection.ts'
import {
  checkClock,
  checkDeadlines,
  checkLogin,
  checkPool,
  checkRoles,
  checkVersion,
} from './database.ts'
import { checkEnvironment, checkNode, checkSecrets } from './environment.ts'
import { failed, type Finding, type Found, look, skipped, withoutSecrets } from './finding.ts'
import { checkKeys } from './keys.ts'
import { checkBinaries, checkFolder, checkGenerated, checkStack } from './machine.ts'
import { checkMigrationsAsOwner, checkMigrationsAsService } from './migrations.ts'
import { checkHost, checkPorts } from './ports.ts'
import { checkStatements } from './statements.ts'
import { secretsOf, type Subject, subjectOf } from './subject.ts'
import { checkDirectUrl, checkWorker } from './worker.ts'

/** What the doctor is told of the process and the place it is called in. */
export interface Place {
  readonly env: Record<string, string | undefined>
  /** Of Node, as `24.21.0`. */
  readonly nodeVersion: string
  /** Of the dev stack. */
  readonly dataDirectory: string
  /** The dev stack that runs on it; null when none does. */
  readonly running: StackFile | null
}

/** What was examined, and every finding, in the order in which one would look. */
export interface Report {
  readonly subject: Subject['kind']
  readonly findings: readonly Finding[]
}

/**
 * Looks for the usual faults of a service that the environment describes; where it describes none,
 * of the dev stack that runs here; where none runs, of what one would need. Changes nothing, throws
 * nothing, and tells no secret.
 */
export async function examine(place: Place): Promise<Report> {
  const { env, dataDirectory, running } = place
  const subject = subjectOf(env, running)
  const ofTheStack = subject.kind !== 'service'
  const findings = await Promise.all([
    look('node', () => checkNode(place.nodeVersion)),
    look('install', checkGenerated),
    look('environment', () => checkEnvironment(env, subject)),
    ofTheStack ? look('dev stack', () => checkStack(dataDirectory, running)) : [],
    subject.kind === 'coming stack' ? [] : examineDatabase(subject),
    subject.kind === 'coming stack'
      ? []
      : look('worker URL', () => checkDirectUrl(subject.directUrl)),
    subject.kind === 'coming stack' ? [] : look('jwks', () => checkKeys(subject.jwksUrl)),
    look('secrets', () => checkSecrets(env, subject)),
    ofTheStack ? [] : look('host', () => checkHost(env)),
    subject.kind === 'running stack' ? [] : look('ports', () => checkPorts(env, subject)),
    ofTheStack ? look('data folder', () => checkFolder(dataDirectory)) : [],
    ofTheStack ? look('binaries', checkBinaries) : [],
  ])
  return {
    subject: subject.kind,
    findings: withoutSecrets(findings.flat(), secretsOf(env, subject)),
  }
}

/**
 * The checks that need the database, one after the other on one connection: each after the one it
 * would be explained by.
 */
const ofTheDatabase: readonly (readonly [string, Check])[] = [
  ['postgres', checkVersion],
  ['login', checkLogin],
  ['roles', checkRoles],
  ['deadlines', checkDeadlines],
  ['migrations', (database, { ownerUrl }) => checkMigrations(database, ownerUrl)],
  ['clock', checkClock],
  ['pool', (database, { poolSize }) => checkPool(database, poolSize)],
  ['statements', (_database, subject) => checkStatements(subject)],
  ['worker', checkWorker],
]

type Check = (database: pg.Client, subject: Subject) => Promise<Found | readonly Found[]>

async function examineDatabase(subject: Subject): Promise<Finding[]> {
  const { databaseUrl } = subject
  const names = ofTheDatabase.map(([name]) => name)
  if (databaseUrl === null) return unasked(names, 'DATABASE_URL is missing or not a URL')
  try {
    return await connected(databaseUrl, 'DATABASE_URL', async (database) => {
      const findings: Finding[] = []
      for (const [name, check] of ofTheDatabase) {
        findings.push(...(await look(name, () => check(database, subject))))
      }
      return findings
    })
  } catch (error) {
    const [first = '', ...others] = names
    return [
      ...(await look(first, () => refused(error))),
      ...unasked(others, 'no connection to Postgres'),
    ]
  }
}

async function checkMigrations(
  database: pg.Client,
  ownerUrl: string | null,
): Promise<readonly Found[]> {
  if (ownerUrl === null) return checkMigrationsAsService(database)
  try {
    // The migrator itself waits as long as it takes; whether it would be let in is found out first.
    await connected(ownerUrl, 'DATABASE_OWNER_URL', async (owner) => owner.query('select'))
  } catch (error) {
    return [refused(error), ...(await checkMigrationsAsService(database))]
  }
  return checkMigrationsAsOwner(ownerUrl)
}

function refused(error: unknown): Found {
  if (!(error instanceof NoConnection)) throw error
  return failed(error.message, error.fix)
}

function unasked(names: readonly string[], why: string): Finding[] {
  return names.map((check) => ({ check, ...skipped(why) }))
}
