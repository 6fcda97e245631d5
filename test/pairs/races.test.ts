import { afterAll, describe, expect, it } from 'vitest'
import { startServer } from '../../src/server/server.ts'
import { countBreaches, overHttp, races, run } from '../support/race-harness.ts'
import { openTestService } from '../support/test-service.ts'
import { codeOf, verbs } from '../support/verbs.ts'

const app = await openTestService()
const second = await startServer({ ...app.config, port: 0 })
afterAll(() => second.drain())
const rounds = Number(process.env['RACE_ROUNDS'] ?? 40)

describe('two people acting on each other at the same instant, over HTTP', () => {
  it.for(races)(
    '$name: one of the two legal orders, every time',
    { timeout: 300_000 },
    async (race) => {
      const result = await run(app, race, rounds, second.url)
      if (process.env['RACE_ROUNDS'] !== undefined)
        process.stdout.write(`${JSON.stringify(result)}\n`)
      expect(result).toEqual({ race: race.name, rounds, illegal: 0, unexpected: [], deadlocks: 0 })
    },
  )

  it('expiry ∥ accept: friends, or too late', { timeout: 300_000 }, async () => {
    const outcomes = new Set<string | null>()
    for (let round = 0; round < rounds; round++) {
      const [alice, bob] = await app.people('alice', 'bob')
      const { request } = await verbs.requestFriend(alice, bob)
      // From "over before the answer is on its way" to "long after it", a little later each time.
      await app.admin.query(
        `update user_friend_requests set expires_at = clock_timestamp() + make_interval(secs => $2::float / 1000)
          where id = $1`,
        [request.id, round === rounds - 1 ? 60_000 : round * 2],
      )
      const answer = await verbs.accept(overHttp(app, bob), request)
      outcomes.add(codeOf(answer))
      const { rows } = await app.admin.query('select from user_friends where user_id = $1', [
        bob.id,
      ])
      expect(rows).toHaveLength(codeOf(answer) === null ? 1 : 0)
    }
    expect(outcomes).toEqual(new Set([null, 'REQUEST_CLOSED']))
    expect(await countBreaches(app)).toBe(0)
  })

  it('crossing requests make friends of all, with one acceptance each', async () => {
    const people = await app.people('a', 'b', 'c', 'd', 'e', 'f')
    const pairs = people.flatMap((one) =>
      people.filter((other) => other !== one).map((other) => [one, other] as const),
    )
    await Promise.all(pairs.map(([one, other]) => verbs.requestFriend(overHttp(app, one), other)))
    const ids = people.map(({ id }) => id)
    const { rows } = await app.admin.query<{ friends: number; told: number }>(
      `select (select count(*)::int from user_friends where user_id = any ($1)) as friends,
              (select count(*)::int from outbox where kind = 'friend_request.accepted' and actor_user_id = any ($1)) as told`,
      [ids],
    )
    expect(rows).toEqual([{ friends: 30, told: 15 }])
  })
})
