import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest'
import { stayTruth } from '../../../src/dev/history/arriving.ts'
import { inventHistory } from '../../../src/dev/history/history.ts'
import { seeSome } from '../../../src/dev/history/keep-online.ts'
import { inviteTruth } from '../../../src/dev/history/playing.ts'
import type { TableRows } from '../../../src/dev/history/rows/rows.ts'
import { writeHistory, type WrittenHistory } from '../../../src/dev/history/write.ts'
import { idOf } from '../../../src/dev/seed/people.ts'
import { seedPeople } from '../../../src/dev/seed/seed.ts'
import type { FigureName } from '../../../src/modules/insights/figure.ts'
import { insightsOf, rollUp } from '../../support/insight-history.ts'
import { findBreaches } from '../../support/invariants.ts'
import { storeSuggestions, suggestionPage } from '../../support/suggestions.ts'
import { startTestGateway } from '../../support/test-gateway.ts'
import { openTestService } from '../../support/test-service.ts'

// The history of `npm start -- --history`, with fewer people.

const options = { people: 500, days: 90 }

describe('a history', () => {
  const now = new Date('2026-03-28T23:30:00Z')
  const { tables } = inventHistory({ ...options, now })

  it('is the same each time, on every machine', () => {
    const digest = createHash('sha256').update(JSON.stringify(tables)).digest('hex')
    expect(digest).toMatchInlineSnapshot(
      `"a674da281954a8d607b8f4ff0cc11d6a331e4c0a6bf44d877e504735008856be"`,
    )
  })

  it('differs from one day to the next in its times alone', () => {
    const nextDay = inventHistory({ ...options, now: new Date('2026-03-29T00:10:00Z') }).tables
    expect(nextDay).not.toEqual(tables)
    expect(shifted(nextDay, -86_400_000)).toEqual(tables)
  })

  it('is another one with another seed', () => {
    const other = inventHistory({ ...options, now, seed: 'another' }).tables
    expect(idsOf(other)).not.toEqual(expect.arrayContaining([idsOf(tables).at(-1)]))
  })

  it('gives ids that are in no order of time', () => {
    const ids = idsOf(tables).slice(9)
    const rising = ids.filter((id, place) => id > (ids[place - 1] ?? '')).length
    expect(rising / ids.length).toBeGreaterThan(0.4)
    expect(rising / ids.length).toBeLessThan(0.6)
  })

  it('ends before today, and has expired what nobody answered in 30 days', () => {
    const today = '2026-03-28T00:00:00.000Z'
    const begun = /^(created|responded|joined|invited|answered|reported|last_declined)_at$|^day$/
    const late = tables.flatMap(({ table, rows }) =>
      rows.flatMap((row) =>
        Object.entries(row)
          .filter(([column, value]) => begun.test(column) && isText(value) && value >= today)
          .map(([column]) => `${table}.${column}`),
      ),
    )
    expect(late).toEqual([])
    const requests = tables.find(({ table }) => table === 'user_friend_requests')?.rows ?? []
    const open = requests.filter(({ status }) => status === 'pending')
    expect(open.length).toBeGreaterThan(0)
    expect(open.filter((row) => String(row['expires_at']) <= today)).toEqual([])
  })
})

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function idsOf(tables: readonly TableRows[]): string[] {
  return (tables[0]?.rows ?? []).map(({ id }) => String(id))
}

/** The same rows, with every time so many milliseconds later. */
function shifted(tables: readonly TableRows[], ms: number): unknown {
  const later = (text: string) => new Date(Date.parse(text) + ms).toISOString()
  const text = JSON.stringify(tables)
    .replace(/"(\d{4}-\d\d-\d\dT[^"]*Z)"/g, (_all, moment: string) => `"${later(moment)}"`)
    .replace(/"(\d{4}-\d\d-\d\d)"/g, (_all, day: string) => `"${later(day).slice(0, 10)}"`)
  return JSON.parse(text)
}

describe('the dev stack’s database with a history', async () => {
  const app = await openTestService()
  // The same day for all that follows, though a midnight may come in between.
  const now = new Date()
  const alice = { name: 'alice', id: idOf('alice'), ...app.asker(() => tokenOf(idOf('alice'))) }
  const tokenOf = (sub: string) => app.issuer.token({ sub })
  let written: WrittenHistory | null

  beforeAll(async () => {
    await seedPeople(app.database, inject('postgres').superuserUrl)
    // The dev stack ran without a history for a while: its worker has been through its tasks.
    await storeSuggestions(app, alice)
    await app.admin.query(
      `insert into worker_tasks (name, due_at) values ('compute-suggestions', now() + interval '1 day')`,
    )
    written = await writeHistory(app.adminUrl, { ...options, now })
  })

  const count = async (sql: string): Promise<number> =>
    Number((await app.admin.query<{ count: string }>(sql)).rows[0]?.count)

  it('holds everybody, and keeps everything that must hold between two people', async () => {
    expect(written).toMatchObject({ people: 500 })
    expect(await count('select count(*) from users')).toBe(512)
    expect(await findBreaches(app)).toEqual([])
  })

  it('tells nobody of what is long past', async () => {
    expect(
      await count(`select count(*) from outbox where created_at < now() - interval '1 day'`),
    ).toBe(1)
    expect(
      await count(
        `select count(*) from outbox
          where actor_user_id::text not like '00000000%' or other_user_id::text not like '00000000%'`,
      ),
    ).toBe(0)
  })

  it('keeps what is there when it is added again', async () => {
    const before = await count('select count(*) from user_friends')
    await app.admin.query(
      `delete from user_friends where user_id = '${alice.id}' and friend_id = '${idOf('bob')}'`,
    )
    await expect(writeHistory(app.adminUrl, options)).resolves.toBeNull()
    expect(await count('select count(*) from user_friends')).toBe(before - 2)
  })

  it('gives alice a life: friends of both levels, requests both ways and a quiet one, games', async () => {
    const { data, body } = await alice.ask(`{ viewer {
      friends(first: 100) { totalCount edges { level } }
      incoming: requests(direction: INCOMING, first: 100) { edges { node { level } } }
      quiet: requests(direction: INCOMING, quiet: true, first: 100) { edges { node { level } } }
      outgoing: requests(direction: OUTGOING, first: 100) { edges { node { level } } }
    } }`)
    expect(body).not.toContain('errors')
    const levels = data.viewer.friends.edges.map(({ level }: { level: string }) => level)
    expect(levels.filter((level: string) => level === 'CLOSE').length).toBeGreaterThan(2)
    expect(levels.filter((level: string) => level === 'FRIEND').length).toBeGreaterThan(9)
    expect(data.viewer.incoming.edges.length).toBeGreaterThan(4)
    expect(data.viewer.outgoing.edges.length).toBeGreaterThan(2)
    expect(data.viewer.quiet.edges.length).toBeGreaterThan(0)
    expect(
      await count(`select count(*) from game_participations where user_id = '${alice.id}'`),
    ).toBeGreaterThan(5)
  })

  it('suggests people to alice for every kind of reason', async () => {
    const { edges } = await suggestionPage(alice, { first: 50 })
    const kinds = new Set(edges.flatMap(({ reasons }) => reasons.map(({ kind }) => kind)))
    expect([...kinds].sort()).toEqual([
      'GAMES',
      'MUTUAL_FOLLOWS',
      'MUTUAL_FRIENDS',
      'PLACE',
      'SPORTS',
    ])
    expect(await count('select count(*) from worker_tasks where due_at > now()')).toBe(0)
  })

  it('finds people by their names, in every script', async () => {
    const { rows } = await app.admin.query<{ display_name: string }>(
      `select display_name from user_profiles
         join user_privacy_settings using (user_id)
        where discoverable and display_name ~ '^[^ -~]' limit 3`,
    )
    expect(rows.length).toBe(3)
    for (const { display_name } of rows) {
      const { data } = await alice.ask(
        'query ($query: String!) { searchUsers(query: $query, first: 50) { edges { node { profile { displayName } } } } }',
        { query: display_name },
      )
      expect(JSON.stringify(data)).toContain(display_name)
    }
  })

  it('lets some of alice’s friends be online, and not all', async () => {
    // Whose turn it is goes by the clock, and now and then none of the friends is among them.
    await seeSome(app.admin, { ...options, seed: 'connections' }, 1)
    const { data } = await alice.ask(
      `{ viewer { friends(first: 100, orderBy: CLOSE_FIRST) {
           edges { node { id presence { status } relationship { friendshipLevel } } }
         } } }`,
    )
    const statuses = data.viewer.friends.edges.map(
      ({ node }: { node: { presence: { status: string } | null } }) => node.presence?.status,
    )
    expect(new Set(statuses)).toContain('ONLINE')
    expect(statuses.filter((status: string) => status === 'ONLINE').length).toBeLessThan(
      statuses.length / 2,
    )
  })

  describe('measured by insights', () => {
    const dayMs = 86_400_000
    const { world } = inventHistory(options)
    const begin = new Date(new Date(now.getTime() - 90 * dayMs).toISOString().slice(0, 10))
    let figures: Awaited<ReturnType<typeof insightsOf>>['figures']
    beforeAll(async () => {
      await rollUp(app)
      const [from, to] = [-60, 90].map((day) => new Date(begin.getTime() + day * dayMs))
      figures = (await insightsOf(app, from ?? begin, to ?? begin)).figures
    })

    /** Whether something happened on the days that a figure counts. */
    const isCounted = (name: FigureName, at: number) => {
      const { counted } = figures[name]
      const moment = new Date(begin.getTime() + at)
      return counted !== null && moment >= counted.from && moment < counted.to
    }

    // How often somebody who has not left comes in a week.
    const comes = 0.97

    it.for([
      ['inviteAcceptanceOfFriends', inviteTruth.friends.accepted],
      ['inviteAcceptanceOfOthers', inviteTruth.others.accepted],
      ['inviteAcceptanceLift', inviteTruth.friends.accepted / inviteTruth.others.accepted - 1],
      ['retentionWithFriends', stayTruth.manyFriends * comes],
      ['retentionOfOthers', stayTruth.fewFriends * comes],
      ['retentionLift', stayTruth.manyFriends / stayTruth.fewFriends - 1],
    ] as const)('has what is true within the interval of %s', ([name, truth]) => {
      const { low, high } = figures[name]
      expect(low).toBeLessThan(truth)
      expect(high).toBeGreaterThan(truth)
    })

    it('has as many friends and others accept as did', () => {
      for (const [name, betweenFriends] of [
        ['inviteAcceptanceOfFriends', true],
        ['inviteAcceptanceOfOthers', false],
      ] as const) {
        const sent = world.invites.filter(
          (invite) => invite.betweenFriends === betweenFriends && isCounted(name, invite.at),
        )
        expect(figures[name].n).toBe(sent.length)
        const accepted = sent.filter(({ outcome }) => outcome === 'accepted')
        expect(figures[name].value).toBeCloseTo(accepted.length / sent.length, 6)
      }
    })

    it('has as many requests accepted as were', () => {
      const answered = world.requests.filter(
        ({ level, status, at, respondedAt }) =>
          level === 'friend' &&
          (status === 'accepted' || status === 'rejected') &&
          (respondedAt ?? Infinity) - at <= 14 * dayMs &&
          isCounted('requestAcceptance', at),
      )
      expect(figures.requestAcceptance.n).toBe(answered.length)
      const accepted = answered.filter(({ status }) => status === 'accepted')
      expect(figures.requestAcceptance.value).toBeCloseTo(accepted.length / answered.length, 6)
    })

    it('meets the three aims', () => {
      const aims = ['threeFriendsByMonthThree', 'inviteAcceptanceLift', 'reportsReduction'] as const
      for (const name of aims)
        expect(figures[name].value, name).toBeGreaterThan(figures[name].target ?? Infinity)
    })
  })

  it('is there through the gateway', async () => {
    const gateway = await startTestGateway({
      subgraphs: [{ name: 'connections', url: app.server.url }],
      notice: () => undefined,
    })
    onTestFinished(() => gateway.close())
    const response = await fetch(gateway.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${await tokenOf(alice.id)}`,
      },
      body: JSON.stringify({
        query:
          '{ viewer { suggestions(first: 5) { edges { node { profile { displayName } } score } } } }',
      }),
    })
    const { data } = (await response.json()) as {
      data: { viewer: { suggestions: { edges: unknown[] } } }
    }
    expect(data.viewer.suggestions.edges).toHaveLength(5)
  })
})
