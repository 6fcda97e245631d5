import type { Service } from '../../database/identity.ts'
import type { Session } from '../../database/session.ts'
import type { Transaction } from '../../database/sql.ts'
import type { GameFactInput, GameFactKind } from '../../generated/graphql.ts'
import type { UserId } from '../../graphql/ids.ts'
import { isRefused, type Refused } from '../../graphql/refusals.ts'
import { limits } from '../../limits.ts'
import { lockManyPairs, lockPairs } from '../../pairs/lock.ts'
import { type GameFact, markOf } from './fact.ts'
import { recordJoinings, selectJoinings } from './joins-sql.ts'
import { parseFacts, refuseClash } from './rules.ts'
import {
  holdPeople,
  insertActivityDays,
  insertGames,
  insertMarks,
  insertParticipations,
  insertReports,
  type Participation,
  selectClashes,
  upsertInvites,
} from './sql.ts'

/** How many of the facts were new, known by their id, or about somebody who was erased. */
export interface Recorded {
  readonly changed: boolean
  readonly recorded: number
  readonly known: number
  readonly skipped: number
}

/**
 * Keeps what another service tells of games (rule 12.3): all of it in one transaction or, refusing
 * with INVALID_INPUT, nothing. A fact that the service has told before changes nothing.
 */
export async function recordGameFacts(
  session: Session<Service>,
  given: readonly GameFactInput[],
): Promise<Recorded | Refused> {
  const facts = parseFacts(given, new Date())
  if (isRefused(facts)) return facts
  if (facts.length === 0) return { changed: false, recorded: 0, known: 0, skipped: 0 }
  return session.write((tx) => recordFacts(tx, session.identity.name, facts))
}

async function recordFacts(
  tx: Transaction,
  teller: string,
  facts: readonly GameFact[],
): Promise<Recorded | Refused> {
  const here = await holdPeople(tx, new Set(facts.flatMap(peopleOf)))
  const tellable = facts
    .map((fact, place) => ({ fact, place, ...markOf(teller, fact) }))
    .filter(({ fact }) => peopleOf(fact).every((person) => here.has(person)))
  const fresh = await insertMarks(tx, tellable)
  const known = tellable.filter(({ key }) => !fresh.has(key))
  if (known.length > 0) {
    const clashes = await selectClashes(tx, known)
    const clash = known.find(({ key }) => clashes.has(key))
    if (clash !== undefined) return refuseClash(clash.place)
  }
  // One that is there twice is new once.
  const byKey = new Map(tellable.map((told) => [told.key, told.fact]))
  await keepFacts(
    tx,
    [...fresh].flatMap((key) => byKey.get(key) ?? []),
  )
  return {
    changed: fresh.size > 0,
    recorded: fresh.size,
    known: tellable.length - fresh.size,
    skipped: facts.length - tellable.length,
  }
}

/**
 * Writes each kind by one statement. Games come before those who take part in them, so that the
 * order within a batch does not matter.
 */
async function keepFacts(tx: Transaction, facts: readonly GameFact[]): Promise<void> {
  const byKind = Map.groupBy(facts, ({ kind }) => kind)
  const each = <Done>(
    kinds: readonly GameFactKind[],
    write: (tx: Transaction, facts: readonly GameFact[]) => Promise<Done>,
  ): Promise<Done | undefined> => {
    const ofKinds = kinds.flatMap((kind) => byKind.get(kind) ?? [])
    return ofKinds.length === 0 ? Promise.resolve(undefined) : write(tx, ofKinds)
  }
  const [, joined = []] = await Promise.all([
    each(['CREATED'], insertGames),
    each(['PARTICIPATED'], insertParticipations),
    each(['INVITED', 'INVITE_ACCEPTED', 'INVITE_DECLINED'], upsertInvites),
    each(['ACTIVE'], insertActivityDays),
    each(['REPORTED'], insertReports),
  ])
  if (joined.length > 0) await tellCreators(tx, joined)
}

/**
 * Rule 12.4, for those who are new in a game: who was in it before, or came before its creator was
 * told, is never told of.
 */
async function tellCreators(tx: Transaction, joined: readonly Participation[]): Promise<void> {
  const joinings = await selectJoinings(tx, joined)
  if (joinings.length === 0) return
  // Last, so that nobody waits for the pairs while the facts are written. Postgres has room for
  // some thousand locks in all, so only one batch at a time may hold hundreds.
  await Promise.all([
    joinings.length > limits.gameFacts.pairsBeside ? lockManyPairs(tx) : null,
    lockPairs(tx, joinings),
    recordJoinings(tx, joined, joinings),
  ])
}

function peopleOf({ user, other }: GameFact): UserId[] {
  return other === null ? [user] : [user, other]
}
