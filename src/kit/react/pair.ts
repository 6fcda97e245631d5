import type { QueryClient } from '@tanstack/react-query'
import {
  applyPayload,
  type ConnectionsClient,
  getRelationship,
  invalidate,
  type Payload,
  type Relationship,
  type Topic,
} from '../client/client.ts'
import { type Lists, takeRows } from './rows.ts'

/** Something that was done to a person and is not answered yet. */
export interface Act {
  readonly expect: (relationship: Relationship) => Relationship
  readonly putRowsBack: () => void
}

/** The viewer and a person, while something is under way between them. */
interface Pair {
  /** The relationship as the graph has told it last. */
  truth: Relationship | undefined
  /** What we have put into the cache: the truth, and all that is expected to come of it. */
  shown: Relationship | undefined
  readonly acts: Act[]
  /** What has changed, and is fetched again when nothing is under way any more. */
  owed: readonly Topic[] | 'everything'
}

type Touched = readonly Topic[] | 'everything'

const pairs = /* @__PURE__ */ new WeakMap<QueryClient, Map<string, Pair>>()

/** Whom something is done to, and in which cache it shows. */
export interface About {
  readonly client: ConnectionsClient
  readonly queryClient: QueryClient
  readonly userId: string
}

const keyOf = ({ client, userId }: About) => getRelationship.key(client, { userId })
const nameOf = ({ client, userId }: About) => `${client.viewer ?? ''} ${userId}`

/** Shows what something is expected to lead to. */
export function begin(about: About, expect: Act['expect'], lists: readonly Lists[]): Act {
  const { client, queryClient, userId } = about
  const act = { expect, putRowsBack: takeRows(client, queryClient, userId, lists) }
  const pair = learn(about) ?? { truth: cached(about), shown: undefined, acts: [], owed: [] }
  pair.acts.push(act)
  const ofCache = pairs.get(queryClient) ?? new Map<string, Pair>()
  pairs.set(queryClient, ofCache.set(nameOf(about), pair))
  show(about, pair)
  return act
}

/**
 * Shows what has come of it. Lists are fetched again when it was the last of what was under way:
 * before, they would show what is expected to change.
 */
export function succeed(
  about: About,
  verb: { readonly field: string; readonly touches: Touched },
  act: Act,
  payload: Payload & {
    readonly relationship?: Relationship | null
    readonly friend?: object | null
  },
): void {
  const { client, queryClient } = about
  const pair = end(about, act)
  // Nothing of somebody who has signed out comes back.
  if (pair === undefined || client.closed.aborted) return
  const { relationship, friend } = payload
  pair.owed = both(both(pair.owed, verb.touches), friend == null ? [] : ['friends'])
  if (relationship != null) pair.truth = relationship
  const touches = pair.acts.length === 0 ? pair.owed : []
  const shown = relationship == null ? {} : { relationship: expected(pair) ?? relationship }
  void applyPayload(client, queryClient, { field: verb.field, touches }, { ...payload, ...shown })
  pair.shown = cached(about)
  // It was done, but not told how the two are now.
  if (relationship === null) askAgain(about)
}

/** Takes back what was expected, and asks how it is. */
export function fail(about: About, touches: Touched, act: Act): void {
  const { client, queryClient } = about
  const pair = end(about, act)
  if (pair === undefined || client.closed.aborted) return
  act.putRowsBack()
  show(about, pair)
  pair.owed = both(pair.owed, touches)
  if (pair.acts.length > 0) return
  void invalidate(queryClient, pair.owed)
  if (pair.owed !== 'everything') askAgain(about)
}

/** The relationship without what is expected; undefined when it has not been read. */
export function truthOf(about: About): Relationship | undefined {
  return (learn(about) ?? { truth: cached(about) }).truth
}

/** The pair, knowing what somebody else has put into the cache: an answer of the graph. */
function learn(about: About): Pair | undefined {
  const pair = pairs.get(about.queryClient)?.get(nameOf(about))
  const now = cached(about)
  if (pair !== undefined && now !== pair.shown) pair.truth = now
  return pair
}

function end(about: About, act: Act): Pair | undefined {
  const pair = learn(about)
  if (pair === undefined) return undefined
  pair.acts.splice(pair.acts.indexOf(act), 1)
  if (pair.acts.length === 0) pairs.get(about.queryClient)?.delete(nameOf(about))
  return pair
}

function askAgain(about: About): void {
  void about.queryClient.invalidateQueries({ queryKey: keyOf(about), exact: true })
}

function cached(about: About): Relationship | undefined {
  return about.queryClient.getQueryData<Relationship | null>(keyOf(about)) ?? undefined
}

function expected({ truth, acts }: Pair): Relationship | undefined {
  return truth && acts.reduce((relationship, { expect }) => expect(relationship), truth)
}

/** What has not been read yet is not shown either. */
function show(about: About, pair: Pair): void {
  const relationship = expected(pair)
  if (relationship === undefined) return
  const queryKey = keyOf(about)
  void about.queryClient.cancelQueries({ queryKey, exact: true })
  pair.shown = about.queryClient.setQueryData<Relationship>(queryKey, relationship)
}

function both(one: Touched, other: Touched): Touched {
  if (one === 'everything' || other === 'everything') return 'everything'
  return [...new Set([...one, ...other])]
}
