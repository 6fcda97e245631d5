import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { limits } from '../../../src/limits.ts'
import { dispatch, type Stream, subscribe as open } from '../../support/streams.ts'
import { openTestService, type Person } from '../../support/test-service.ts'

const follow = 'mutation ($id: ID!) { followUser(userId: $id) { changed } }'
const ask = 'mutation ($id: ID!) { requestFriend(userId: $id) { changed request { id } } }'
const block = 'mutation ($id: ID!) { blockUser(userId: $id) { changed } }'

describe.each(['test', 'production'])(
  'a subscription to `relationshipChanged` (%s)',
  async (mode) => {
    const app = await openTestService({ NODE_ENV: mode })

    async function subscribe(
      ...asked: Parameters<typeof open> extends [unknown, ...infer R] ? R : never
    ) {
      const stream = await open(app, ...asked)
      onTestFinished(stream.close)
      return stream
    }

    async function act(actor: Person, document: string, { id }: Person) {
      const answer = await actor.ask(document, { id })
      expect(answer.errors).toEqual([])
      return answer
    }

    /** What a stream heard before carol followed its reader. */
    async function afterwards(stream: Stream, reader: Person) {
      const [carol] = await app.people('carol')
      await act(carol, follow, reader)
      await dispatch(app)
      const heard = (await stream.next())?.data.relationshipChanged
      return heard.user.id === carol.id ? 'nothing' : heard
    }

    it('tells bob at once that alice has asked him, with everything as it is now', async () => {
      const [alice, bob] = await app.people('alice', 'bob')
      await alice.ask('mutation { claimUsername(username: "alice.' + mode + '") { changed } }')
      const stream = await subscribe(
        bob,
        `subscription Changes { relationshipChanged {
         id kind at user { id username }
         relationship { isFollowedBy incomingRequest { id requester { id } } canRequestFriend }
       } }`,
      )
      const { data } = await act(alice, ask, bob)
      await dispatch(app)
      const { rows } = await app.admin.query<{ id: string; at: Date }>(
        'select id, created_at as at from outbox where actor_user_id = $1',
        [alice.id],
      )
      expect(await stream.next()).toMatchObject({
        data: {
          relationshipChanged: {
            id: rows[0]?.id,
            kind: 'FRIEND_REQUESTED',
            at: rows[0]?.at.toISOString(),
            user: { id: alice.id, username: `alice.${mode}` },
            relationship: {
              isFollowedBy: false,
              incomingRequest: {
                id: data.requestFriend.request.id,
                requester: { id: alice.id },
              },
              canRequestFriend: true,
            },
          },
        },
      })
      expect(stream.status).toBe(200)
      expect(stream.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    })

    it('never tells alice of her own request, so that she cannot notice one that came quietly', async () => {
      const [alice, bob] = await app.people('alice', 'bob')
      const stream = await subscribe(alice)
      await act(alice, ask, bob)
      await dispatch(app)
      expect(await afterwards(stream, alice)).toBe('nothing')
    })

    it('tells both of an accepted request', async () => {
      const [alice, bob] = await app.people('alice', 'bob')
      const [ofAlice, ofBob] = [await subscribe(alice), await subscribe(bob)]
      await act(alice, ask, bob)
      await act(bob, ask, alice)
      await dispatch(app)
      expect(await ofAlice.next()).toMatchObject({
        data: { relationshipChanged: { kind: 'FRIEND_REQUEST_ACCEPTED', user: { id: bob.id } } },
      })
      expect(await ofBob.next()).toMatchObject({
        data: { relationshipChanged: { kind: 'FRIEND_REQUESTED', user: { id: alice.id } } },
      })
      expect(await ofBob.next()).toMatchObject({
        data: { relationshipChanged: { kind: 'FRIEND_REQUEST_ACCEPTED', user: { id: alice.id } } },
      })
    })

    it('tells bob that alice follows him, and not alice', async () => {
      const [alice, bob] = await app.people('alice', 'bob')
      const [ofAlice, ofBob] = [await subscribe(alice), await subscribe(bob)]
      await act(alice, follow, bob)
      await dispatch(app)
      expect(await ofBob.next()).toMatchObject({
        data: { relationshipChanged: { kind: 'FOLLOWED', user: { id: alice.id } } },
      })
      expect(await afterwards(ofAlice, alice)).toBe('nothing')
    })

    it('tells nobody of a block, and goes on', async () => {
      const [alice, bob] = await app.people('alice', 'bob')
      const [ofAlice, ofBob] = [await subscribe(alice), await subscribe(bob)]
      await act(alice, block, bob)
      await dispatch(app)
      expect(await afterwards(ofAlice, alice)).toBe('nothing')
      expect(await afterwards(ofBob, bob)).toBe('nothing')
    })

    it.each(['alice', 'bob'])('tells bob nothing of alice once %s has blocked', async (blocker) => {
      const [alice, bob] = await app.people('alice', 'bob')
      const [ofAlice, ofBob] = [await subscribe(alice), await subscribe(bob)]
      await act(alice, ask, bob)
      await act(bob, ask, alice)
      // Nothing of it has been dispatched when the block comes.
      await (blocker === 'alice' ? act(alice, block, bob) : act(bob, block, alice))
      await dispatch(app)
      expect(await afterwards(ofAlice, alice)).toBe('nothing')
      expect(await afterwards(ofBob, bob)).toBe('nothing')
    })

    it('drops an answer that was made while alice blocked', async () => {
      const [alice, bob] = await app.people('alice', 'bob')
      const stream = await subscribe(
        bob,
        'subscription { relationshipChanged { user { id } relationship { isContact } } }',
      )
      await act(alice, follow, bob)
      const holder = await app.admin.connect()
      onTestFinished(() => {
        holder.release(true)
      })
      await holder.query('begin')
      await holder.query('lock table user_contacts in access exclusive mode')
      await dispatch(app)
      // The answer has found alice visible, and waits for his contacts. When it comes, or fails
      // because it waited for too long, it does not count as fresh any more.
      const waits = `select 1 from pg_locks where not granted and relation is not null
          and database = (select oid from pg_database where datname = current_database())`
      while ((await app.admin.query(waits)).rows.length === 0) await sleep(5)
      await app.admin.query(
        'insert into user_blocks (blocker_user_id, blocked_user_id) values ($1, $2)',
        [alice.id, bob.id],
      )
      await sleep(limits.live.freshMs + 50)
      await holder.query('rollback')
      expect(await afterwards(stream, bob)).toBe('nothing')
    })

    it('begins with the present', async () => {
      const [alice, bob] = await app.people('alice', 'bob')
      await act(alice, follow, bob)
      await dispatch(app)
      const stream = await subscribe(bob)
      expect(await afterwards(stream, bob)).toBe('nothing')
    })

    it('tells every device of bob, each what it has asked', async () => {
      const [alice, bob] = await app.people('alice', 'bob')
      const [one, other] = [
        await subscribe(bob, 'subscription { relationshipChanged { kind } }'),
        await subscribe(
          bob,
          'subscription ($with: Boolean!) { relationshipChanged { id @skip(if: $with) at @include(if: $with) } }',
          { variables: { with: true } },
        ),
      ]
      await act(alice, follow, bob)
      await dispatch(app)
      expect((await one.next())?.data).toEqual({ relationshipChanged: { kind: 'FOLLOWED' } })
      const told = await other.next()
      expect(Object.keys(told?.data.relationshipChanged)).toEqual(['at'])
    })
  },
)
