import { asAdmin, type Dataset } from '../dataset.ts'
import { headersOf } from '../measure.ts'
import type { Auth } from '../systems/start.ts'
import type { PacedCall } from './paced.ts'

const crowd = 4_000

/** People who have nothing to do with each other yet. */
export async function makePeople(dataset: Dataset): Promise<string[]> {
  return asAdmin(dataset, async (admin) => {
    const { rows } = await admin.query<{ id: string }>(
      'insert into users (id) select gen_random_uuid() from generate_series(1, $1) returning id',
      [crowd],
    )
    return rows.map(({ id }) => id)
  })
}

/** What each pair does, one after the other; every one of these is an event. */
const steps = [
  { by: 0, query: 'mutation ($id: ID!) { followUser(userId: $id) { changed } }' },
  { by: 0, query: 'mutation ($id: ID!) { requestFriend(userId: $id) { changed } }' },
  { by: 1, query: 'mutation ($id: ID!) { requestFriend(userId: $id) { changed } }' },
  { by: 1, query: 'mutation ($id: ID!) { blockUser(userId: $id) { changed } }' },
] as const

/**
 * Gives one write after the other: every pair of a few thousand does each step once, a thousand
 * pairs at a time, so that no two writes of one pair meet.
 */
export function writesBetween(people: readonly string[], auth: Auth): () => Promise<PacedCall> {
  const block = people.length / 4
  let sent = 0
  return async () => {
    const [round, place] = [Math.floor(sent / block), sent % block]
    sent++
    const step = steps[round % steps.length] ?? steps[0]
    // Each time that all steps are through, everybody has another partner.
    const distance = 1 + Math.floor(round / steps.length)
    const first = people[place * 4] ?? ''
    const second = people[(place * 4 + distance) % people.length] ?? ''
    const [actor, other] = step.by === 0 ? [first, second] : [second, first]
    return {
      headers: await headersOf(actor, auth),
      body: JSON.stringify({ query: step.query, variables: { id: other } }),
      expect: '"changed":true',
    }
  }
}
