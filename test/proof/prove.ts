import { buildSchema } from '../../src/server/schema.ts'
import { withGames } from '../support/content.ts'
import { idOf, names } from './cast.ts'
import { Comparison, type Tolerated } from './compare.ts'
import type { Known } from './generate/draft.ts'
import { generateQuestion } from './generate/question.ts'
import type { Question } from './question.ts'
import { readsOnly } from './reference.ts'
import { shrink } from './shrink.ts'
import { traitsOf } from './traits.ts'
import { type Failure, tryQuestion } from './trial.ts'
import type { Pair, Worlds } from './worlds.ts'

/**
 * Documents for which one pair of worlds serves: changes add up, and people fall out with each
 * other.
 */
const chapterLength = 400
export interface Plan {
  readonly count: number
  readonly seed: string
  /** Kinds of failures of which one is made small and shown. */
  readonly shown: number
  readonly say: (line: string) => void
}

export interface Found {
  readonly documents: number
  /**
   * How many were answered with data and without errors, with errors beside data, and not at all.
   */
  readonly outcomes: Record<'data' | 'data and errors' | 'no data' | 'refused', number>
  mutations: number
  readonly queries: QueryCounts
  readonly tolerated: Map<Tolerated, number>
  /** All of them, as they came. */
  readonly failures: Failure[]
}

/** Queries that were accepted, each counted once. */
export interface QueryCounts {
  accepted: number
  /** Of which at least one answer came from a compiled operation. */
  compiled: number
  /** Which ran compiled, but each time with an error, so that every answer came from graphql-js. */
  withdrawn: number
}

/** Generates documents, puts each to both sides, and makes small what fails. */
export async function proveDocuments(
  worlds: Worlds,
  { count, seed, shown, say }: Plan,
): Promise<Found> {
  const schema = buildSchema(withGames)
  const found: Found = {
    documents: count,
    outcomes: { data: 0, 'data and errors': 0, 'no data': 0, refused: 0 },
    mutations: 0,
    queries: { accepted: 0, compiled: 0, withdrawn: 0 },
    tolerated: new Map(),
    failures: [],
  }
  for (let next = 0; next < count;) {
    const pair = await worlds.openPair()
    const comparison = new Comparison()
    let known = await knownOf(pair, worlds, comparison)
    const end = Math.min(count, next + chapterLength)
    for (let broken = false; next < end && !broken; next++) {
      const question = generateQuestion(schema, known, `${seed}/${String(next)}`)
      const writes = !readsOnly(question)
      const before = await pair.served.executions()
      const { failure, answers } = await tryQuestion(pair, comparison, question, writes)
      const after = await pair.served.executions()
      const [answer] = answers
      const outcome = answer === undefined ? null : outcomeOf(answer.status, answer.body)
      if (outcome !== null) found.outcomes[outcome]++
      if (writes) {
        found.mutations++
        known = await knownOf(pair, worlds, comparison)
      } else if (outcome !== null && outcome !== 'refused') {
        found.queries.accepted++
        if (after.compiled > before.compiled) found.queries.compiled++
        else if (after.both > before.both) found.queries.withdrawn++
      }
      if (failure === null) continue
      found.failures.push(failure)
      // After a difference in a write, nothing on this pair can be compared any more.
      broken = writes
    }
    await pair.close()
    for (const [what, times] of comparison.counts)
      found.tolerated.set(what, (found.tolerated.get(what) ?? 0) + times)
  }
  for (const [kind, [failure]] of kindsOf(found.failures).slice(0, shown)) {
    if (failure !== undefined) say(`${kind}\n${describe(await small(failure))}`)
  }
  return found

  async function small(failure: Failure): Promise<Failure> {
    let smallest = failure
    const failsAlike = async (candidate: Question, pair: Pair) => {
      const writes = !readsOnly(candidate)
      const again = (await tryQuestion(pair, new Comparison(), candidate, writes)).failure
      if (again?.difference !== failure.difference) return false
      smallest = again
      return true
    }
    // What reads can be tried on one pair again and again, unless the service is to remember
    // something else beforehand.
    const { question } = failure
    const lasting = !readsOnly(question) || question.prelude !== undefined
    const shared = lasting ? null : await worlds.openPair()
    await shrink(schema, question, async (candidate) => {
      const pair = shared ?? (await worlds.openPair())
      const fails = await failsAlike(candidate, pair)
      if (shared === null) await pair.close()
      return fails
    })
    await shared?.close()
    return smallest
  }
}

/** Failures by what differs and by what their documents have, the plainest documents first. */
export function kindsOf(failures: readonly Failure[]): (readonly [string, Failure[]])[] {
  const kinds = Map.groupBy(
    failures,
    ({ difference, question }) => `${difference}: ${traitsOf(question).join(', ') || 'plain'}`,
  )
  const order = ([kind, alike]: readonly [string, Failure[]]) =>
    kind.split(',').length * 1_000_000 - alike.length
  return [...kinds].sort((one, other) => order(one) - order(other))
}

async function knownOf(pair: Pair, worlds: Worlds, comparison: Comparison): Promise<Known> {
  return {
    people: names.map(idOf),
    usernames: [...names.slice(0, 10), 'robert'],
    tokens: [...worlds.tokens, ...comparison.tokens],
    cursors: worlds.cursors,
    ...(await pair.ids()),
  }
}

function outcomeOf(status: number, body: string): keyof Found['outcomes'] {
  if (status !== 200) return 'refused'
  const { data, errors } = JSON.parse(body) as { data?: object | null; errors?: unknown }
  if (data === undefined) return 'refused'
  if (data === null || Object.values(data).every((value) => value === null)) return 'no data'
  return errors === undefined ? 'data' : 'data and errors'
}

/** A failure as one can read it and send it again. */
export function describe(failure: Failure): string {
  const { difference, question, asker, time, served, reference, tables } = failure
  const lines = [
    `the ${difference} differ${difference === 'status' ? 's' : ''} when ${asker} asks, time ${String(time + 1)}`,
    ...(question.prelude ? [`  before       ${question.prelude.text}`] : []),
    `  document     ${question.text}`,
    `  variables    ${JSON.stringify(question.variables ?? null)}`,
    ...(question.operationName == null ? [] : [`  operation    ${question.operationName}`]),
    `  asked by     ${question.askers.join(', ')}`,
    ...(tables.length === 0 ? [] : [`  tables       ${tables.join(', ')}`]),
    `  served       ${String(served.status)} ${served.body.trim()}`,
    `  graphql-js   ${String(reference.status)} ${reference.body.trim()}`,
  ]
  return lines.join('\n')
}
