import './dom.ts'
import { setTimeout as sleep } from 'node:timers/promises'
import { QueryClient } from '@tanstack/react-query'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { RelationshipChange } from '../../../src/kit/client/client.ts'
import * as kit from '../../../src/kit/react/react.ts'
import { dispatch } from '../../support/streams.ts'
import { openTestService } from '../../support/test-service.ts'
import { befriend, verbs } from '../../support/verbs.ts'
import { setVisibility } from './dom.ts'
import { openClient, openTab } from './tab.ts'

const app = await openTestService({ NODE_ENV: 'production' })

const soon = { timeout: 100_000, interval: 5 }
const until = (check: () => void | Promise<void>) => vi.waitFor(check, soon)

async function openStreams(): Promise<number> {
  const { values } = await app.server.metrics.liveStreams.get()
  return values.reduce((sum, { value }) => sum + value, 0)
}
const count = (asked: readonly string[], name: string) =>
  asked.filter((each) => each === name).length

afterEach(() => {
  setVisibility('visible')
})

describe('what others do', () => {
  it('shows in every tab, by one stream, and goes on when the leading tab closes', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const open = () => {
      const { client, asked, answered } = openClient(app, bob)
      const heard: RelationshipChange[] = []
      const tab = openTab(client, () => ({
        requests: kit.useFriendRequests({ direction: 'INCOMING', status: 'PENDING' }),
        relationship: kit.useRelationship(alice.id).data,
        live: kit.useRelationshipChanges({ onChange: (change) => heard.push(change) }),
      }))
      return { ...tab, asked, answered, heard }
    }
    const first = open()
    await until(() => {
      expect(first.now().live.isLive).toBe(true)
    })
    const second = open()
    await until(() => {
      expect(second.now().live.isLive).toBe(true)
      expect(second.now().requests.isSuccess && second.now().relationship !== undefined).toBe(true)
    })
    await until(async () => {
      expect(await openStreams()).toBe(1)
    })

    await verbs.requestFriend(alice, bob)
    await dispatch(app)
    await until(() => {
      for (const tab of [first, second]) {
        expect(tab.heard.map(({ kind }) => kind)).toEqual(['FRIEND_REQUESTED'])
        expect(tab.now().relationship?.incomingRequest?.status).toBe('PENDING')
        expect(tab.now().requests.rows).toHaveLength(1)
      }
    })
    expect(count(first.asked, 'RelationshipChanged')).toBe(1)
    expect(count(second.asked, 'RelationshipChanged')).toBe(0)

    first.close()
    await until(async () => {
      // Its own stream, while that of the first may not have ended.
      expect(count(second.answered, 'RelationshipChanged')).toBe(1)
      expect(await openStreams()).toBe(1)
    })
    await verbs.followUser(alice, bob)
    await dispatch(app)
    await until(() => {
      expect(second.heard.map(({ kind }) => kind)).toEqual(['FRIEND_REQUESTED', 'FOLLOWED'])
      expect(second.now().relationship?.isFollowedBy).toBe(true)
    })
    expect(first.heard).toHaveLength(1)
    second.close()
    await until(async () => {
      expect(await openStreams()).toBe(0)
    })
  })

  it('shows a person no more in any tab of the one who blocks them', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await befriend(alice, bob)
    const open = () =>
      openTab(openClient(app, alice).client, () => ({
        friends: kit.useFriends().people.map(({ id }) => id),
        profile: kit.useProfile(alice.id).data,
        block: kit.useBlockUser(bob.id),
        live: kit.useRelationshipChanges(),
      }))
    const tabs = [open(), open()] as const
    await until(() => {
      for (const tab of tabs) {
        expect(tab.now().friends).toEqual([bob.id])
        expect(tab.now().profile).toBeDefined()
      }
    })
    const [first, second] = tabs
    const opened = second.history.length
    first.now().block.mutate()
    await until(() => {
      for (const tab of tabs) expect(tab.now().friends).toEqual([])
    })
    // What she may be editing there is not taken away.
    expect(second.history.slice(opened).map(({ profile }) => profile)).not.toContain(undefined)
  })

  it('shows a person no more on her laptop, once she looks at it, whom she has blocked on her phone', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await befriend(alice, bob)
    const laptop = openTab(
      openClient(app, alice).client,
      () => ({
        friends: kit.useFriends().people.map(({ id }) => id),
        live: kit.useRelationshipChanges(),
      }),
      // As apps have it, unless they say otherwise.
      { queryClient: new QueryClient() },
    )
    await until(() => {
      expect(laptop.now()).toEqual({ friends: [bob.id], live: { isLive: true } })
    })
    setVisibility('hidden')
    await verbs.blockUser(alice, bob)
    setVisibility('visible')
    await until(() => {
      expect(laptop.now().friends).toEqual([])
    })
  })

  it('is heard once in strict mode', async () => {
    const [alice] = await app.people('alice')
    const { client, asked } = openClient(app, alice)
    const tab = openTab(
      client,
      () => {
        kit.usePresenceHeartbeat()
        return kit.useRelationshipChanges()
      },
      { strict: true },
    )
    const both = ['Heartbeat', 'RelationshipChanged']
    await until(() => {
      expect(tab.now().isLive).toBe(true)
      expect(asked.toSorted()).toEqual(both)
    })
    await sleep(100)
    expect(asked.toSorted()).toEqual(both)
  })

  it('is asked for when the page comes back, while there is no stream', async () => {
    const [alice] = await app.people('alice')
    const { client, asked, spoiled } = openClient(app, alice)
    spoiled.add('RelationshipChanged')
    const tab = openTab(client, () => ({
      live: kit.useRelationshipChanges(),
      counts: kit.useCounts(),
    }))
    await until(() => {
      expect(count(asked, 'RelationshipChanged')).toBeGreaterThan(0)
      expect(tab.now().counts.isSuccess).toBe(true)
    })
    setVisibility('hidden')
    spoiled.clear()
    const before = count(asked, 'GetCounts')
    await until(() => {
      // Again and again: the first time may be before the stream has failed.
      setVisibility('hidden')
      setVisibility('visible')
      expect(count(asked, 'GetCounts')).toBeGreaterThan(before)
      expect(tab.now().live.isLive).toBe(true)
    })
  })
})

describe('a heartbeat', () => {
  const beating = (client: ReturnType<typeof openClient>['client']) =>
    openTab(client, () => {
      kit.usePresenceHeartbeat({ everyMs: 60 })
      return true
    })

  it('is sent while the page is visible, and no more when it is hidden', async () => {
    const [alice] = await app.people('alice')
    const { client, asked } = openClient(app, alice)
    beating(client)
    await until(() => {
      expect(count(asked, 'Heartbeat')).toBeGreaterThan(1)
    })
    setVisibility('hidden')
    // One may be on its way. Without an end to them, this has none either.
    let sent: number
    do {
      sent = asked.length
      await sleep(200)
    } while (asked.length > sent)
    setVisibility('visible')
    await until(() => {
      expect(asked.length).toBeGreaterThan(sent)
    })
  })

  it('is sent by one of two tabs, and by the other when that one has closed', async () => {
    const [alice] = await app.people('alice')
    const [first, second] = [openClient(app, alice), openClient(app, alice)]
    const leading = beating(first.client)
    await until(() => {
      expect(first.asked.length).toBeGreaterThan(0)
    })
    const waiting = beating(second.client)
    await until(() => {
      expect(waiting.history.length && first.asked.length).toBeGreaterThan(2)
    })
    expect(second.asked).toEqual([])
    leading.close()
    await until(() => {
      expect(second.asked.length).toBeGreaterThan(1)
    })
  })
})
