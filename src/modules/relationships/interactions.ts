import { GraphQLError } from 'graphql'
import type { Queryable } from '../../database/sql.ts'
import type { UserId } from '../../graphql/ids.ts'
import { selectPairStatesOf } from '../../pairs/pair-state.ts'
import type { FriendshipLevel } from '../../pairs/pair-summary.ts'
import { isLetThrough } from './possibilities.ts'

/** What an actor may do towards another person, for services (rule 13). */
export interface Interaction {
  readonly actor: { readonly id: UserId }
  readonly other: { readonly id: UserId }
  readonly see: boolean
  readonly message: boolean
  readonly invite: boolean
  readonly follow: boolean
  readonly requestFriend: boolean
  readonly friendshipLevel: FriendshipLevel | null
}

/** Of whom a service asks. */
export interface ActorAndOther {
  readonly actor: UserId
  readonly other: UserId
}

/**
 * Each of these people towards each other one: by the place of the actor, then of the other.
 * Somebody who is there twice counts once. All pairs of an entry that is an error are that error.
 */
export function toPairsWithin(
  people: readonly (UserId | GraphQLError)[],
): (ActorAndOther | GraphQLError)[] {
  const different = [...new Set(people)]
  return different.flatMap((actor) =>
    different.filter((other) => other !== actor).map((other) => toPair(actor, other)),
  )
}

function toPair(
  actor: UserId | GraphQLError,
  other: UserId | GraphQLError,
): ActorAndOther | GraphQLError {
  if (actor instanceof GraphQLError) return actor
  return other instanceof GraphQLError ? other : { actor, other }
}

/** One answer for each pair, in order, in one statement. Towards oneself nothing is possible. */
export async function selectInteractions(
  from: Queryable,
  pairs: readonly ActorAndOther[],
  group: { readonly within?: boolean } = {},
): Promise<Interaction[]> {
  if (pairs.length === 0) return []
  const states = await selectPairStatesOf(from, pairs, group)
  return pairs.map(({ actor, other }, place) => {
    const pair = states[place]
    const may = (action: 'SEE' | 'MESSAGE' | 'INVITE' | 'FOLLOW' | 'REQUEST_FRIEND') =>
      pair !== undefined && actor !== other && isLetThrough(action, pair)
    return {
      actor: { id: actor },
      other: { id: other },
      see: may('SEE'),
      message: may('MESSAGE'),
      invite: may('INVITE'),
      follow: may('FOLLOW'),
      requestFriend: may('REQUEST_FRIEND'),
      friendshipLevel: pair?.friendshipLevel ?? null,
    }
  })
}
