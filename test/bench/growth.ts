import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunningPostgres } from '../../src/dev/postgres.ts'
import { asAdmin, type Dataset, openDataset } from './dataset.ts'
import type { Step } from './load.ts'
import { callsOf, takeTurn, type Turn } from './measure.ts'
import type { QuestionName } from './options.ts'
import { type Inputs, readInputs } from './questions.ts'
import { cpuOf, median, medianTurn, row, verdict } from './report.ts'
import { startSystem, type System } from './systems/start.ts'
import type { Where } from './where.ts'

/** Viewers of each set: more than usual, so that what is read is not always the same. */
const viewers = 3_000

interface Measured {
  readonly what: string
  readonly system: System
  readonly steps: readonly Step[]
  readonly turns: Turn[]
}

/**
 * Whether what we cost grows with the graph: our server on the usual data set and, in turns, on a
 * large one, all of whose people follow the first.
 */
export async function compareGrowth(postgres: RunningPostgres, where: Where): Promise<void> {
  const { dataset, auth, loader, options, say } = where
  const { growth: users, friends, connections, out } = options
  const large = await openDataset(postgres, { users, friends, followers: users }, say)
  const onSmall = await startSystem('ours', dataset, auth)
  const onLarge = await startSystem('ours', large, auth)
  const measure = async (
    what: string,
    system: System,
    question: QuestionName,
    inputs: Inputs,
  ): Promise<Measured> => {
    const calls = await callsOf(system, question, inputs, auth)
    return { what, system, steps: calls.map((call) => [call]), turns: [] }
  }
  try {
    const inputs = await readInputs(large, viewers)
    const few = await someoneWithFollowers(large, 100)
    const aboutFew = inputs.Q5.map(({ viewer }) => ({ viewer, people: [few.id] }))
    const measured = [
      await measure(
        `${dataset.size.users} people`,
        onSmall,
        'Q1',
        await readInputs(dataset, viewers),
      ),
      await measure(`${users} people`, onLarge, 'Q1', inputs),
      await measure(`${few.followers} followers`, onLarge, 'Q5', { ...inputs, Q5: aboutFew }),
      await measure(`${users} followers`, onLarge, 'Q5', inputs),
    ] as const
    for (const { system, steps } of measured)
      await loader.put({ origin: system.origin, connections, seconds: 60, most: 6_000, steps })
    for (let round = 0; round < options.rounds; round++)
      for (const { system, steps, turns } of measured)
        turns.push(await takeTurn(loader, system, postgres.pid, steps, options))
    const text = print(measured, where)
    say(text)
    if (out === null) return
    await mkdir(out, { recursive: true })
    await writeFile(join(out, 'growth.txt'), text)
  } finally {
    await onSmall.stop()
    await onLarge.stop()
  }
}

async function someoneWithFollowers(dataset: Dataset, many: number) {
  return asAdmin(dataset, async (admin) => {
    const { rows } = await admin.query<{ id: string; followers: number }>(
      `select id, followers::int from bench.popular
        where n > 1 and followers between $1 and 2 * $1 order by followers, n limit 1`,
      [many],
    )
    const [found] = rows
    if (found === undefined) throw new Error(`Nobody has ${many} followers.`)
    return found
  })
}

function print(measured: readonly [Measured, Measured, Measured, Measured], where: Where): string {
  const [small, large, few, many] = measured
  const { friends, connections, rounds, seconds } = where.options
  const ratio = (one: Measured, other: Measured) =>
    median(one.turns.map(({ p50 }, round) => p50 / (other.turns[round]?.p50 ?? NaN)))
  const line = ({ what, turns }: Measured) => {
    const turn = medianTurn(turns)
    const whole = [turn.server, turn.postgres, cpuOf(turn), turn.perSecond]
    return row([
      what.padEnd(20),
      ...whole.map((value) => value.toFixed(0)),
      turn.p50.toFixed(2),
      turn.p99.toFixed(2),
    ])
  }
  const head = row([''.padEnd(20), 'server', 'postgres', 'CPU', 'req/s', 'p50', 'p99'])
  return [
    `${friends} friends each, ${viewers} viewers in turns, ${connections} connections, median of ${rounds} rounds of ${seconds} s.`,
    'CPU in µs a request, times in ms.',
    '',
    "Q1: a viewer's first 20 friends with username and profile",
    head,
    line(small),
    line(large),
    verdict('p50, of the small set', ratio(large, small), '<=', 1.3),
    '',
    'Q5: 20 followers of somebody, with the count',
    head,
    line(few),
    line(many),
    verdict('p50, of few followers', ratio(many, few), '<=', 2),
    '',
  ].join('\n')
}
