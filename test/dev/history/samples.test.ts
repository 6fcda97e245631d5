import { randomUUID } from 'node:crypto'
import { describe, expect, inject, it } from 'vitest'
import { dropDatabase } from '../../../src/dev/database.ts'
import { inventHistory } from '../../../src/dev/history/history.ts'
import { addSampleHistory } from '../../../src/dev/history/samples/add.ts'
import { gamesRows } from '../../../src/dev/history/samples/games.ts'
import { inboxRows } from '../../../src/dev/history/samples/inbox.ts'
import { demoGames } from '../../../src/dev/sample-subgraphs/games/demo.ts'
import { gameTables, lastGameTable } from '../../../src/dev/sample-subgraphs/games/tables.ts'
import {
  lastTable,
  notificationKinds,
  notificationTables,
} from '../../../src/dev/sample-subgraphs/notifications/sql.ts'
import { openStore } from '../../../src/dev/sample-subgraphs/store.ts'
import { idOf } from '../../../src/dev/seed/people.ts'

// What `npm start -- --history` gives to the sample subgraphs, with fewer people.

const history = inventHistory({ people: 500, now: new Date('2026-03-28T12:00:00Z') })

describe('the games and inboxes of a history', () => {
  it('are the same each time', () => {
    const again = inventHistory({ people: 500, now: new Date('2026-03-28T12:00:00Z') })
    expect(gamesRows(again)).toEqual(gamesRows(history))
    expect(inboxRows(again)).toEqual(inboxRows(history))
  })

  it('have games of each visibility; nobody is in a private one who could not have found it', () => {
    const [games, players, invites] = gamesRows(history).map(({ rows }) => rows)
    const shares = Map.groupBy(games ?? [], ({ visibility }) => visibility)
    expect([...shares.keys()].sort()).toEqual(['CLOSE', 'FRIENDS', 'PUBLIC'])
    const titles = (games ?? []).map(({ title }) => String(title))
    expect(titles.filter((title) => title.length > 80 || title.includes('{'))).toEqual([])
    const friends = new Map(
      history.world.members.map(({ traits, friends: theirs }) => [
        traits.id,
        new Map(Array.from(theirs, ([one, { level }]) => [one.traits.id, level])),
      ]),
    )
    const key = (row: { game_id?: unknown }, person: unknown) =>
      `${String(row.game_id)} ${String(person)}`
    const invited = new Set(invites?.map((row) => key(row, row['recipient_user_id'])))
    const byId = new Map((games ?? []).map((row) => [row['id'], row]))
    const strangers = (players ?? []).filter((row) => {
      const game = byId.get(row['game_id'])
      const [creator, player] = [String(game?.['creator_user_id']), String(row['user_id'])]
      if (game?.['visibility'] === 'PUBLIC' || player === creator) return false
      if (invited.has(key(row, player))) return false
      const level = friends.get(creator)?.get(player)
      return game?.['visibility'] === 'CLOSE' ? level !== 'close' : level === undefined
    })
    expect(strangers).toEqual([])
  })

  it('tell alice of everything that people are told of, some of it unread', () => {
    const [rows = []] = inboxRows(history).map((each) => each.rows)
    expect(new Set(rows.map(({ kind }) => kind))).toEqual(new Set(notificationKinds))
    const hers = rows.filter((row) => row['recipient_user_id'] === idOf('alice'))
    expect(new Set(hers.map(({ kind }) => kind)).size).toBeGreaterThan(3)
    const unread = hers.filter((row) => row['read_at'] === null)
    expect(unread.length).toBeGreaterThan(0)
    expect(unread.length).toBeLessThan(hers.length)
  })
})

describe('the databases of the sample subgraphs', () => {
  const { superuserUrl } = inject('postgres')

  it('get them once, beside what is there, and tell nobody', async () => {
    const name = (of: string) => `${of}_${randomUUID()}`
    const databases = { games: name('games'), notifications: name('notifications') }
    const stores = [
      await openStore(superuserUrl, databases.games, lastGameTable, gameTables + demoGames),
      await openStore(superuserUrl, databases.notifications, lastTable, notificationTables),
    ] as const
    const [games, inbox] = stores
    const count = async (store: (typeof stores)[number], table: string) =>
      (await store.rows<{ count: number }>(`select count(*)::int as count from ${table}`))[0]?.count
    const waiting = async () => [await count(games, 'facts'), await count(games, 'inbox_events')]
    const before = await waiting()
    const { signal } = new AbortController()
    const demo = await count(games, 'games')
    for (let time = 0; time < 2; time++)
      await addSampleHistory(superuserUrl, history, signal, databases)
    expect(await count(games, 'games')).toBe(history.world.games.length + (demo ?? 0))
    expect(await count(inbox, 'notifications')).toBe(inboxRows(history)[0]?.rows.length)
    expect(await waiting()).toEqual(before)
    for (const store of stores) await store.close()
    for (const database of Object.values(databases)) await dropDatabase(superuserUrl, database)
  })
})
