import { afterAll, describe, expect, it } from 'vitest'
import { openRustFederation } from '../support/federation.ts'
import { gameDocuments, gameVerbs } from '../support/game-verbs.ts'
import { readStream, type Stream } from '../support/streams.ts'
import type { Asker } from '../support/test-service.ts'
import { befriend, verbs } from '../support/verbs.ts'

// Who looks at a game hears of what changes there, through the gateway.

const federation = await openRustFederation()
const { app, url, watchers } = federation
const { make, done, send, inviteIdOf } = gameVerbs(federation)
const { join, leave, remove, answer } = gameDocuments

const streams: Stream[] = []
afterAll(() => {
  for (const stream of streams) stream.close()
})

async function watch(asker: Asker, gameId: string) {
  const token = await asker.token()
  const leaving = new AbortController()
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      accept: 'text/event-stream',
      'content-type': 'application/json',
      ...(token !== null && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({
      query: 'subscription ($gameId: ID!) { gameChanged(gameId: $gameId) }',
      variables: { gameId },
    }),
    signal: leaving.signal,
  })
  const stream = readStream(response, leaving)
  streams.push(stream)
  return stream
}

/** How often somebody was told. */
const times = (stream: Stream) => stream.text().split('event: next').length - 1

describe('who looks at a game', () => {
  it('is told at once, when somebody comes or goes, and when it is deleted; then leaves', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    const game = await make(alice, 'PUBLIC')
    const stream = await watch(bob, game)
    const told = { data: { gameChanged: game } }
    expect(await stream.next()).toEqual(told)
    await done(carol, join, game)
    expect(await stream.next()).toEqual(told)
    await done(carol, leave, game)
    expect(await stream.next()).toEqual(told)
    await done(alice, remove, game)
    expect(await stream.next()).toEqual(told)
    expect(watchers(game)).toBe(1)
    stream.close()
    await expect.poll(() => watchers(game)).toBe(0)
  })

  it('is told of an invitation that they see, but not of another, and of no decline', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    await befriend(alice, carol)
    const game = await make(alice, 'PUBLIC')
    const [host, guest, other] = [
      await watch(alice, game),
      await watch(carol, game),
      await watch(bob, game),
    ]
    for (const stream of [host, guest, other]) await stream.next()
    const invite = await inviteIdOf(alice, game, carol)
    for (const stream of [host, guest]) await stream.next()
    await done(carol, answer('declineInvite'), invite)
    await guest.next()
    await done(alice, remove, game)
    for (const stream of [host, guest, other]) await stream.next()
    expect([host, guest, other].map(times)).toEqual([3, 4, 2])
  })

  it('is not told of people who are hidden from them', async () => {
    const [alice, bob, mallory] = await app.people('alice', 'bob', 'mallory')
    await verbs.blockUser(bob, mallory)
    const game = await make(alice, 'PUBLIC')
    const [host, guest] = [await watch(alice, game), await watch(bob, game)]
    for (const stream of [host, guest]) await stream.next()
    await done(mallory, join, game)
    await host.next()
    await done(alice, remove, game)
    for (const stream of [host, guest]) await stream.next()
    expect([host, guest].map(times)).toEqual([3, 2])
  })

  it('but may not see it is told nothing more, as of one that does not exist', async () => {
    const [alice, bob, mallory] = await app.people('alice', 'bob', 'mallory')
    await befriend(alice, bob)
    const game = await make(alice, 'FRIENDS')
    const [host, stranger] = [await watch(alice, game), await watch(mallory, game)]
    for (const stream of [host, stranger]) await stream.next()
    await done(bob, join, game)
    await host.next()
    // Now mallory sees it, and is told of that alone.
    await send(alice, game, mallory)
    await host.next()
    await stranger.next()
    expect([host, stranger].map(times)).toEqual([3, 2])
    const nothing = await watch(mallory, 'nothing')
    expect(await nothing.next()).toEqual({ data: { gameChanged: 'nothing' } })
  })

  it('must be somebody', async () => {
    const [alice] = await app.people('alice')
    const game = await make(alice, 'PUBLIC')
    for (const asker of [app.nobody, app.service]) {
      const stream = await watch(asker, game)
      expect((await stream.next())?.errors).toHaveLength(1)
      expect(watchers(game)).toBe(0)
    }
  })
})
