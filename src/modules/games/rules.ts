import type { GameFactInput, GameFactKind } from '../../generated/graphql.ts'
import { isInCalendar, notInCalendar } from '../../graphql/calendar.ts'
import { tooMany } from '../../graphql/errors.ts'
import { notUuid, parseId, parseUserId } from '../../graphql/ids.ts'
import { refuseBecause, type Refused, refuseInput } from '../../graphql/refusals.ts'
import { parseLine, unfitText } from '../../graphql/texts.ts'
import { limits } from '../../limits.ts'
import type { GameFact } from './fact.ts'

/** What a fact of each kind must have beside its user. */
const needs: Readonly<Record<GameFactKind, { readonly game: boolean; readonly other: boolean }>> = {
  CREATED: { game: true, other: false },
  PARTICIPATED: { game: true, other: false },
  INVITED: { game: true, other: true },
  INVITE_ACCEPTED: { game: true, other: true },
  INVITE_DECLINED: { game: true, other: true },
  ACTIVE: { game: false, other: false },
  REPORTED: { game: true, other: true },
}

/** A field of a fact that cannot be taken, and what is wrong with it. */
interface Unfit {
  readonly field: keyof GameFactInput
  readonly problem: string
}

/**
 * Reads what a service tells (rule 12.3): each fact in its place, or INVALID_INPUT with the place
 * and the field of the first that is wrong. A fact that is there twice is so in what is given, too.
 * @param now by which a moment lies in the future
 */
export function parseFacts(given: readonly GameFactInput[], now: Date): GameFact[] | Refused {
  const { atOnce } = limits.gameFacts
  if (given.length > atOnce) return refuseInput(['facts'], tooMany(atOnce, given.length))
  const facts: GameFact[] = []
  const byId = new Map<string, GameFact>()
  for (const [place, input] of given.entries()) {
    const fact = parseFact(input, now)
    if ('problem' in fact) return refuseFact(place, fact.field, fact.problem)
    const first = byId.get(fact.id) ?? fact
    if (!isSame(first, fact)) return refuseClash(place)
    byId.set(fact.id, first)
    facts.push(fact)
  }
  return facts
}

/**
 * An id that stands for two different facts. Refused and not ignored: a service that uses the id of
 * the game, say, for every fact about it would lose all but the first, and never know.
 */
export function refuseClash(place: number): Refused {
  return refuseFact(place, 'id', 'was used for a different fact. Give each fact an id of its own.')
}

function parseFact(input: GameFactInput, now: Date): GameFact | Unfit {
  const { kind, at } = input
  const id = parseName(input.id)
  if (id == null) return { field: 'id', problem: unfitName(input.id) }
  const gameId = parseName(input.gameId)
  if (gameId === undefined || (gameId === null && needs[kind].game))
    return { field: 'gameId', problem: unfitName(input.gameId) }
  const user = parseUserId(input.userId)
  if (user === null) return { field: 'userId', problem: notUuid }
  const other = input.otherUserId == null ? null : parseUserId(input.otherUserId)
  const unfit = unfitOther(input, other, user) ?? unfitMoment(at, now)
  return unfit ?? { id, kind, gameId: gameId ?? '', user, other, at }
}

function unfitOther(
  { kind, otherUserId }: GameFactInput,
  other: string | null,
  user: string,
): Unfit | null {
  const field = 'otherUserId'
  if (otherUserId == null)
    return needs[kind].other ? { field, problem: `is needed for ${kind}.` } : null
  // What is not kept is not taken either: it would register somebody for nothing.
  if (!needs[kind].other) return { field, problem: `must be left out for ${kind}.` }
  if (other === null) return { field, problem: notUuid }
  return other === user ? { field, problem: 'must be somebody else than `userId`.' } : null
}

function unfitMoment(at: Date, now: Date): Unfit | null {
  if (!isInCalendar(at)) return { field: 'at', problem: notInCalendar }
  const { aheadMinutes } = limits.gameFacts
  if (at.getTime() <= now.getTime() + aheadMinutes * 60_000) return null
  const problem = `may lie at most ${aheadMinutes} minutes in the future (got ${at.toISOString()}).`
  return { field: 'at', problem }
}

/**
 * An id that another service chose. A UUID is read in any case, as all of ours; of any other text
 * each letter counts. Null for a blank one, undefined for one that cannot be kept.
 */
function parseName(text: string): string | null | undefined {
  return parseId(text) ?? parseLine(text, limits.gameFacts.idLength)
}

function unfitName(text: string): string {
  const { idLength } = limits.gameFacts
  return parseName(text) === null ? 'has nothing visible in it.' : unfitText(text, idLength)
}

function isSame(one: GameFact, other: GameFact): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

function refuseFact(place: number, name: keyof GameFactInput, problem: string): Refused {
  return refuseBecause('INVALID_INPUT', `\`facts[${place}].${name}\` ${problem}`, {
    field: ['facts', String(place), name],
  })
}
