import { spawnSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { prepareDatabase } from '../../src/dev/database.ts'
import { startPostgres } from '../../src/dev/postgres.ts'
import { proveEvents } from './events/prove-events.ts'
import { proveDocuments } from './prove.ts'
import { printFound } from './report.ts'
import { liftDeadlines, liftRateLimits } from './unlimited.ts'
import { openTestServices } from './worlds.ts'

// `npm run proof -- documents`: see `--help`. Starts its own Postgres and stops it.

const say = (line: string) => process.stdout.write(`${line}\n`)
const program = new Command('npm run proof --').description(
  'Long checks, on a Postgres of their own.',
)
program
  .command('documents')
  .description(
    'Puts generated documents to the service in production mode and to graphql-js, four times each and by two people in ' +
      'turn, and compares the answers byte for byte. Exits with 1 when any two differ, or when fewer than half of the ' +
      'accepted queries ran compiled.',
  )
  .option('--count <n>', 'documents', Number, 20_000)
  .option('--seed <text>', 'the same documents as a run that printed this seed')
  .option('--shown <n>', 'kinds of differences of which one is made small and shown', Number, 6)
  .action(async ({ count, seed, shown }: { count: number; seed?: string; shown: number }) => {
    const begun = performance.now()
    const chosen = seed ?? String(randomInt(1_000_000_000))
    say(`${count} documents, seed ${chosen}`)
    liftRateLimits()
    liftDeadlines()
    const dataDir = await mkdtemp(join(tmpdir(), 'connections-proof-'))
    const postgres = await startPostgres({ dataDir, durable: false })
    try {
      await prepareDatabase(postgres.superuserUrl, 'template')
      let unexpected = 0
      const worlds = await openTestServices(postgres.superuserUrl, 'template', (error) => {
        if (unexpected++ < 5) say(`unexpected error: ${error.message}`)
      })
      const found = await proveDocuments(worlds, { count, seed: chosen, shown, say })
      await worlds.close()
      const seconds = (performance.now() - begun) / 1000
      say(printFound(found, unexpected, seconds))
      const { accepted, compiled } = found.queries
      const tooFew = accepted >= 100 && compiled < accepted / 2
      if (tooFew) say('Too few queries ran compiled: this proves little of compiled operations.')
      process.exitCode = found.failures.length > 0 || unexpected > 0 || tooFew ? 1 : 0
    } finally {
      await postgres.stop()
      await rm(dataDir, { recursive: true, force: true })
    }
  })
program
  .command('pairs')
  .description(
    'Tries every verb out of every state that two people can be in, in all combinations.',
  )
  .action(() => {
    const { status } = spawnSync('vitest', ['run', 'test/pairs/pair-states.test.ts'], {
      env: { ...process.env, EVERY_PAIR: '1' },
      stdio: 'inherit',
    })
    process.exitCode = status ?? 1
  })
program
  .command('events')
  .description(
    'Lets people change things while the service, the worker and Postgres are killed (-9) at random, and compares what a ' +
      'consumer of events knows in the end with the database. Exits with 1 when an event is missing or anything differs.',
  )
  .option('--changes <n>', 'changes', Number, 10_000)
  .option('--people <n>', 'people who make them', Number, 3_000)
  .option('--kill-every <seconds>', 'mean time between two kills', Number, 6)
  .action(async (options: { changes: number; people: number; killEvery: number }) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'connections-proof-'))
    const { changes, people, killEvery } = options
    const killEveryMs = killEvery * 1_000
    try {
      const found = await proveEvents({ changes, people, killEveryMs, leaseMs: null, dataDir, say })
      const { missing, differing, ...rest } = found
      say(
        JSON.stringify({ ...rest, missing: missing.length, differing: differing.length }, null, 2),
      )
      for (const difference of [...missing, ...differing].slice(0, 20)) say(difference)
      process.exitCode = missing.length + differing.length > 0 ? 1 : 0
    } finally {
      await rm(dataDir, { recursive: true, force: true })
    }
  })
await program.parseAsync()
