import { describe, expect, it } from 'vitest'
import { keepsInvariants } from '../../support/invariants.ts'
import { type Asker, openTestService, type Person } from '../../support/test-service.ts'
import { vacuum } from '../../support/vacuum.ts'
import { requests, verbs } from '../../support/verbs.ts'

const app = await openTestService()
keepsInvariants(app)

const Both = `query ($direction: RequestDirection, $status: FriendRequestStatus, $quiet: Boolean, $first: Int, $after: String) {
  viewer { requests(direction: $direction, status: $status, quiet: $quiet, first: $first, after: $after) {
    edges { cursor node { id status requester { id } target { id } } }
    pageInfo { hasNextPage endCursor } totalCount
  } }
}`
const ask = (person: Asker, variables: Record<string, unknown> = {}) => person.ask(Both, variables)
const both = async (person: Asker, variables: Record<string, unknown> = {}) => {
  const { data, body } = await ask(person, variables)
  if (data?.viewer?.requests == null) throw new Error(body)
  return data.viewer.requests
}
const idsOf = (list: { edges: { node: { id: string } }[] }) => list.edges.map(({ node }) => node.id)

/**
 * Alice, with requests to and from so many others: odd ones come in, even ones go out; newest
 * first.
 */
async function busy(count: number) {
  const [alice, ...people] = await app.people(
    'alice',
    ...Array.from({ length: count }, (_, place) => `other ${String(place)}`),
  )
  const ids: string[] = []
  for (const [place, person] of people.entries()) {
    const [one, other] = place % 2 === 0 ? [alice, person] : [person, alice]
    ids.unshift((await verbs.requestFriend(one, other)).request.id as string)
  }
  return { alice, people, ids }
}

const sameInstant = ({ id }: Person) =>
  app.admin.query(
    `update user_friend_requests set created_at = '2026-01-01' where requester_user_id = $1 or target_user_id = $1`,
    [id],
  )

async function walk(person: Asker, first: number, filter: Record<string, unknown> = {}) {
  const ids: string[] = []
  for (let after: string | null = null; ;) {
    const page: Awaited<ReturnType<typeof both>> = await both(person, { ...filter, first, after })
    ids.push(...idsOf(page))
    if (!page.pageInfo.hasNextPage) return ids
    after = page.pageInfo.endCursor as string
  }
}

describe('requests without a direction', () => {
  it('are those of both, newest first, and each says who asked', async () => {
    const { alice, people, ids } = await busy(5)
    const list = await both(alice)
    expect(idsOf(list)).toEqual(ids)
    expect(list.totalCount).toBe(5)
    expect(list.edges[0].node).toMatchObject({
      requester: { id: alice.id },
      target: { id: people[4]?.id },
    })
    expect(list.edges[1].node).toMatchObject({
      requester: { id: people[3]?.id },
      target: { id: alice.id },
    })
    expect(idsOf(await both(alice, { direction: null }))).toEqual(ids)
  })

  it('are paged through without skipping or repeating one, also those of one instant', async () => {
    const { alice, ids } = await busy(7)
    expect(await walk(alice, 2)).toEqual(ids)
    await sameInstant(alice)
    expect(await walk(alice, 2)).toEqual(ids.toSorted().reverse())
    expect(await walk(alice, 3)).toEqual(ids.toSorted().reverse())
  })

  it('are in the state that alice may know: a decline of hers, and none of bob’s', async () => {
    const { alice, people, ids } = await busy(2)
    const [bob, carol] = people
    if (bob === undefined || carol === undefined) throw new Error('Nobody came.')
    const [fromCarol, toBob] = ids as [string, string]
    await verbs.reject(alice, { id: fromCarol })
    await verbs.reject(bob, { id: toBob })
    expect(idsOf(await both(alice, { status: 'PENDING' }))).toEqual([toBob])
    expect(idsOf(await both(alice, { status: 'REJECTED' }))).toEqual([fromCarol])
    expect((await both(alice, { status: 'REJECTED' })).totalCount).toBe(1)
  })

  it('leave out what came quietly, or have only that of what came', async () => {
    const { alice, people, ids } = await busy(2)
    const carol = people[1]
    if (carol === undefined) throw new Error('Nobody came.')
    const [fromCarol, toBob] = ids as [string, string]
    await verbs.reject(alice, { id: fromCarol })
    await verbs.cancel(carol, { id: fromCarol })
    const { id } = (await verbs.requestFriend(carol, alice)).request
    expect(idsOf(await both(alice))).toEqual([fromCarol, toBob])
    expect(idsOf(await both(alice, { quiet: true }))).toEqual([id, toBob])
  })

  it('leave out everybody hidden, whichever way they had asked', async () => {
    const { alice, people, ids } = await busy(6)
    const [, , two, three] = people
    if (two === undefined || three === undefined) throw new Error('Nobody came.')
    // Odd ones asked alice, even ones she asked.
    await verbs.cancel(three, { id: ids[2] ?? '' })
    await verbs.cancel(alice, { id: ids[3] ?? '' })
    expect(await walk(alice, 1)).toEqual(ids)
    await app.admin.query(
      'insert into user_blocks (blocker_user_id, blocked_user_id) values ($1, $3), ($2, $3)',
      [two.id, three.id, alice.id],
    )
    const rest = [ids[0], ids[1], ids[4], ids[5]]
    expect(await walk(alice, 1)).toEqual(rest)
    expect((await both(alice)).totalCount).toBe(4)
  })

  it('have cursors of their own, bound to direction and filter', async () => {
    const { alice } = await busy(3)
    const [{ cursor }] = (await both(alice)).edges
    const bad = [{ extensions: { code: 'BAD_USER_INPUT' } }]
    for (const filter of [
      { direction: 'INCOMING' },
      { direction: 'OUTGOING' },
      { status: 'PENDING' },
      { quiet: true },
    ])
      expect((await ask(alice, { ...filter, after: cursor })).errors).toMatchObject(bad)
    const one = (await requests(alice, { direction: 'OUTGOING' })).edges[0].cursor
    expect((await ask(alice, { after: one })).errors).toMatchObject(bad)
  })

  it('are one statement, and one more for their number', async () => {
    const { alice } = await busy(3)
    const { statements } = await ask(alice)
    expect(statements).toEqual(['requests.pages', 'requests.count'])
  })

  it('read the requests of nobody else, however many there are', async () => {
    const [alice] = await app.people('alice')
    await app.admin.query(
      `with crowd as (insert into users (id) select gen_random_uuid() from generate_series(1, 150) returning id),
            everybody as (select id from crowd union all select $1::uuid)
       insert into user_friend_requests (requester_user_id, target_user_id, friendship_level, status, created_at, expires_at)
       select one.id, other.id, 'friend', 'canceled', now() - random() * interval '1 year', '2100-01-01'::timestamptz
         from everybody as one join everybody as other on other.id <> one.id`,
      [alice.id],
    )
    await vacuum(app.admin)
    const plan = await planOf(alice)
    expect(plan).not.toMatch(/Seq Scan on user_friend_requests/)
    // Of each side no more than what is alice's own.
    expect(plan).toMatch(/target_user_id = person.id/)
    expect(plan).toMatch(/requester_user_id = person.id/)
  })
})

/** How Postgres, as the app, runs the statement of a page. */
async function planOf(person: Person): Promise<string> {
  const { selectRequestPages } = await import('../../../src/modules/friends/requests/pages-sql.ts')
  const { newest } = await import('../../../src/graphql/connections.ts')
  const connection = await app.admin.connect()
  try {
    await connection.query('begin')
    await connection.query('set local role connections_app')
    await connection.query(`set local app.user_id = '${person.id}'`)
    let plan = ''
    const from = {
      async rows(_name: string, { text, values }: { text: string; values: unknown[] }) {
        const { rows } = await connection.query<{ 'QUERY PLAN': string }>(
          `explain (analyze, timing off, summary off, buffers off) ${text}`,
          values,
        )
        plan = rows.map((row) => row['QUERY PLAN']).join('\n')
        return []
      },
    }
    const which = { direction: null, status: null, quiet: false }
    const page = { ...which, first: 20, after: newest }
    await selectRequestPages(from as never, [person.id], page, 42)
    return plan
  } finally {
    await connection.query('rollback')
    connection.release()
  }
}
