import type pg from 'pg'
import type { ReceivedEvent } from '../../support/open-consumer.ts'

/** What a consumer has, and the database does not, or the other way round. */
export interface Differences {
  /** Events of the outbox that never came. */
  readonly missing: readonly string[]
  /** Pairs, follows and requests of which the consumer believes something else. */
  readonly differing: readonly string[]
  /** Events that came more than once, and deliveries that came after a newer one of their pair. */
  readonly repeated: number
  readonly overtaken: number
}

/**
 * Compares what a consumer knows with the database. It keeps of each pair the blocks with the
 * highest `pairversion`, and every follow, request and friendship that it heard of.
 */
export async function compareConsumer(
  events: readonly ReceivedEvent[],
  admin: pg.Client,
): Promise<Differences> {
  const came = new Set(events.map(({ id }) => id))
  const known = stateOf(events)
  const { rows: outbox } = await admin.query<{ id: string }>('select id from outbox')
  const { rows: facts } = await admin.query<{ fact: string }>(`
    select 'follow ' || follower_user_id || ' ' || target_user_id as fact from user_follows
     union all
    select 'request ' || id from user_friend_requests
     union all
    select 'friends ' || user_id || ' ' || friend_id from user_friends where user_id < friend_id
     union all
    select 'block ' || blocker_user_id || ' ' || blocked_user_id from user_blocks`)
  const stands = new Set(facts.map(({ fact }) => fact))
  return {
    missing: outbox.map(({ id }) => id).filter((id) => !came.has(id)),
    differing: [
      ...[...stands].filter((fact) => !known.has(fact)).map((fact) => `unknown: ${fact}`),
      ...[...known].filter((fact) => !stands.has(fact)).map((fact) => `wrong: ${fact}`),
    ],
    repeated: events.length - came.size,
    overtaken: overtakenOf(events),
  }
}

function stateOf(events: readonly ReceivedEvent[]): Set<string> {
  const state = new Set<string>()
  const blocks = new Map<string, ReceivedEvent>()
  for (const event of events) {
    const { type, data } = event
    const text = (name: string) => String(data[name])
    const [requester, target] = [text('requesterId'), text('targetId')]
    if (type === 'follow.created') state.add(`follow ${text('followerId')} ${target}`)
    if (type === 'friend_request.created') state.add(`request ${text('requestId')}`)
    if (type === 'friend_request.accepted')
      state.add(`friends ${[requester, target].sort().join(' ')}`)
    if (type !== 'block.changed') continue
    const pair = String(data['userIds'])
    const newest = blocks.get(pair)
    if (newest === undefined || BigInt(event.pairversion) > BigInt(newest.pairversion))
      blocks.set(pair, event)
  }
  for (const { data } of blocks.values()) {
    const userIds = data['userIds'] as string[]
    for (const blocker of data['blockers'] as string[])
      state.add(`block ${blocker} ${userIds.find((id) => id !== blocker) ?? ''}`)
  }
  return state
}

/** Events that first came after a newer one of the same pair. */
function overtakenOf(events: readonly ReceivedEvent[]): number {
  const [seen, newest] = [new Set<string>(), new Map<string, bigint>()]
  let overtaken = 0
  for (const { id, data, pairversion } of events) {
    if (seen.has(id)) continue
    seen.add(id)
    const pair = pairOf(data)
    const version = BigInt(pairversion)
    if (version < (newest.get(pair) ?? 0n)) overtaken++
    else newest.set(pair, version)
  }
  return overtaken
}

function pairOf(data: ReceivedEvent['data']): string {
  const people = (data['userIds'] as string[] | undefined) ?? [
    String(data['followerId'] ?? data['requesterId']),
    String(data['targetId']),
  ]
  return [...people].sort().join(' ')
}
