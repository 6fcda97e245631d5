import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { startPostgres } from '../../src/dev/postgres.ts'
import { compareChanges } from './changes.ts'
import { chart } from './chart.ts'
import { openDataset } from './dataset.ts'
import { assertEqualFacts } from './equality.ts'
import { measureWrites } from './events/writes.ts'
import { compareGrowth } from './growth.ts'
import { measureInsights } from './insights/insights.ts'
import {
  callsOf,
  countStatements,
  startLoader,
  takeTurn,
  type Turn,
  watchStatements,
} from './measure.ts'
import { watchMemory } from './memory.ts'
import { changeNames, questionNames, readOptions } from './options.ts'
import { overload } from './overload.ts'
import { measureHeartbeats } from './presence/heartbeats.ts'
import { profileOurs } from './profile.ts'
import { readInputs, systemsFor } from './questions.ts'
import { medianTurn, printReport, type Report } from './report.ts'
import { measureRestarts } from './restart/restart.ts'
import { measureSearch } from './search/search.ts'
import { silence } from './silence.ts'
import { soak } from './soak.ts'
import { measureStreams } from './streams.ts'
import { measureNightly } from './suggestions/nightly.ts'
import { ablate } from './suggestions-quality/ablation.ts'
import { prepareSuggestions } from './suggestions-quality/prepare.ts'
import { measureSuggestionReads } from './suggestions-quality/reads.ts'
import { startAuth, startSystem, type System } from './systems/start.ts'
import { compareTimes } from './timing/timing.ts'
import { measureWorker } from './worker/worker.ts'

// `npm run bench`: see `--help`. One run starts everything, measures in turns and stops everything.

const options = readOptions(process.argv.slice(2))
const say = (line: string) => process.stdout.write(`${line}\n`)
const postgres = await startPostgres({
  dataDir: resolve(options.data),
  durable: true,
  ...(options.postgres !== null && { binaries: options.postgres }),
  settings: {
    shared_buffers: '2GB',
    max_wal_size: '8GB',
    shared_preload_libraries: 'pg_stat_statements',
    // Its work would be counted with whoever's turn it is.
    autovacuum: 'off',
  },
})
const auth = await startAuth()
const loader = startLoader()
const systems: System[] = []

try {
  if (options.what === 'search') await measureSearch(postgres, auth, loader, say)
  else if (options.what === 'insights') await measureInsights(postgres, say)
  else if (options.what === 'worker') await measureWorker(postgres, options, say)
  else if (options.what === 'timing') {
    const { pairs, question } = options
    const kept = await compareTimes(postgres, auth, { pairs, only: question }, say)
    process.exitCode = kept ? 0 : 1
  } else if (options.what === 'restart')
    await measureRestarts(postgres, auth, options.restarts, say)
  else if (options.what === 'streams') await measureStreams(postgres, auth, options.streams, say)
  else if (options.what === 'ablation') await ablate(postgres, say)
  else if (options.what === 'suggestion-reads')
    await measureSuggestionReads(postgres, auth, options, say)
  else if (options.what === 'writes') await measureWrites(postgres, auth, options.rounds, say)
  else if (options.what === 'heartbeats') await measureHeartbeats(postgres, auth, options, say)
  else if (options.what === 'suggestions') await measureNightly(postgres, auth, options.users, say)
  else await measureSystems()
} finally {
  loader.stop()
  await Promise.all(systems.map((system) => system.stop()))
  await auth.close()
  await postgres.stop()
}

async function measureSystems(): Promise<void> {
  const { users, friends, followers } = options
  const dataset = await openDataset(postgres, { users, friends, followers }, say)
  await watchStatements(dataset, false)
  const inputs = await readInputs(dataset)
  const where = { dataset, auth, loader, inputs, postmaster: postgres.pid, options, say }
  if (options.what === 'overload') await overload(where)
  else if (options.what === 'silence') await silence(where)
  else if (options.profile) await profileOurs(where)
  else if (options.soak > 0) await soak(where)
  else if (options.memory > 0) await watchMemory(where)
  else if (options.growth > 0) await compareGrowth(postgres, where)
  else {
    if (options.only.includes('Q4')) await prepareSuggestions(dataset, inputs.Q4, say)
    for (const name of options.systems)
      systems.push(await startSystem(name, dataset, auth, [], options.proof))
    const report: Report = { at: new Date().toISOString(), options, questions: {}, changes: {} }
    for (const question of questionNames.filter((name) => options.only.includes(name))) {
      const able = systems.filter(({ name }) => systemsFor(question).includes(name))
      await assertEqualFacts(able, question, inputs, auth)
      const turns = new Map<System, Turn[]>(able.map((system) => [system, []]))
      const steps = new Map<System, Awaited<ReturnType<typeof callsOf>>>()
      for (const system of able) {
        const calls = await callsOf(system, question, inputs, auth)
        steps.set(system, calls)
        // Everybody is met once and every path is compiled before anything counts.
        await loader.put({
          origin: system.origin,
          connections: options.connections,
          seconds: system.name === 'naive' ? 5 : 60,
          most: 5 * calls.length,
          steps: calls.map((call) => [call]),
        })
      }
      for (let round = 0; round < options.rounds; round++) {
        for (const [system, taken] of turns) {
          const calls = (steps.get(system) ?? []).map((call) => [call])
          taken.push(await takeTurn(loader, system, postgres.pid, calls, options))
        }
      }
      report.questions[question] = Object.fromEntries(
        [...turns].map(([{ name }, taken]) => [name, { ...medianTurn(taken), turns: taken }]),
      )
      for (const system of able) {
        const counted = await countStatements(loader, system, dataset, steps.get(system) ?? [])
        const found = report.questions[question][system.name]
        if (found !== undefined) Object.assign(found, counted)
      }
      say(printReport({ ...report, questions: { [question]: report.questions[question] } }))
    }
    const changes = changeNames.filter((name) => options.only.includes(name))
    const ours = systems.find(({ name }) => name === 'ours')
    if (ours !== undefined && changes.length > 0)
      report.changes = await compareChanges(where, ours, changes)
    const text = printReport(report)
    say(text)
    if (options.out !== null) {
      await mkdir(options.out, { recursive: true })
      await writeFile(join(options.out, 'bench.txt'), text)
      await writeFile(join(options.out, 'bench.json'), `${JSON.stringify(report, null, 2)}\n`)
      if (Object.keys(report.questions).length > 0)
        await writeFile(join(options.out, 'bench.svg'), await chart(report))
    }
  }
}
