import { describe, expect, it } from 'vitest'
import { openRustFederation } from '../support/federation.ts'
import { changed, gameDocuments, gameVerbs } from '../support/game-verbs.ts'
import { makeEvent, sendEvent } from '../support/signed-events.ts'
import { newUserId, type Person } from '../support/test-service.ts'
import { befriend, verbs } from '../support/verbs.ts'

// What a block does to games and invitations (decision 63): what it ends, and what nobody learns.

const federation = await openRustFederation()
const { app } = federation
const { ask, make, send, done, inviteIdOf, invitesOf, titlesOf, sees, inboxOf } =
  gameVerbs(federation)
const { join, leave, answer } = gameDocuments
const empty = { unreadCount: 0, rows: [] }

/** One blocks the other, and games and notifications hear of it; the same when it ends. */
const block = async (blocker: Person, other: Person) => {
  await verbs.blockUser(blocker, other)
  await federation.sendBlock(blocker.id, other.id)
}
const unblock = async (blocker: Person, other: Person) => {
  await verbs.unblockUser(blocker, other)
  await federation.sendBlock(blocker.id, other.id)
}

const participantsOf = async (person: Person, id: string) => {
  const query = 'query ($id: ID!) { game(id: $id) { participants { id } } }'
  const { game } = await ask(person, query, { id })
  return game?.participants.map((each: { id: string }) => each.id) ?? null
}
const listOf = async (person: Person, id: string) => {
  const query = `query ($id: ID!) { game(id: $id) {
    invites { id invitedAt answer recipient { id } }
  } }`
  return (await ask(person, query, { id })).game.invites
}
/** What somebody sees of a game and its invitation, and what the inbox says. */
const seenBy = async (person: Person, game: string, inviteId: string) => {
  await federation.tellFacts()
  const inbox = await inboxOf(person)
  const claim = await done(person, answer('claimInvite'), inviteId)
  return { sees: await sees(person, game), invites: await invitesOf(person), inbox, claim }
}
const nothing = {
  sees: false,
  invites: [],
  inbox: empty,
  claim: { changed: false, game: null, errors: [{ code: 'INVITE_UNAVAILABLE' }] },
}
const bothWays = [
  ['the creator blocks', 0],
  ['the creator is blocked', 1],
] as const

describe.each(bothWays)('a block between a creator and another person: %s', (_who, which) => {
  const pairOf = (alice: Person, bob: Person) =>
    which === 0 ? ([alice, bob] as const) : ([bob, alice] as const)

  it('ends the invitation for good, in games and in the inbox; a new one is new', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const game = await make(alice, 'CLOSE')
    const old = await inviteIdOf(alice, game, bob)
    await federation.tellFacts()
    expect([await invitesOf(bob), await inboxOf(bob)]).toMatchObject([
      [[alice.id, game]],
      { unreadCount: 1 },
    ])
    await block(...pairOf(alice, bob))
    expect(await seenBy(bob, game, old)).toEqual(nothing)
    await unblock(...pairOf(alice, bob))
    expect(await seenBy(bob, game, old)).toEqual(nothing)
    expect((await done(bob, answer('declineInvite'), old)).errors).toEqual(nothing.claim.errors)
    expect(await listOf(alice, game)).toEqual([])

    expect(await send(alice, game, bob)).toMatchObject(changed)
    await federation.tellFacts()
    expect(await listOf(alice, game)).toHaveLength(1)
    expect([await invitesOf(bob), await inboxOf(bob)]).toMatchObject([
      [[alice.id, game]],
      { unreadCount: 1 },
    ])
  })

  it('is not told to a third person, who has invited the other before it', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    const game = await make(alice, 'PUBLIC')
    await done(carol, join, game)
    const inviteId = await inviteIdOf(carol, game, bob)
    const before = await listOf(carol, game)
    expect(before).toMatchObject([{ id: inviteId, recipient: { id: bob.id } }])
    await block(...pairOf(alice, bob))
    expect(await listOf(carol, game)).toEqual(before)
    expect(await listOf(alice, game)).toEqual([])
    expect(await seenBy(bob, game, inviteId)).toEqual(nothing)
    await unblock(...pairOf(alice, bob))
    expect(await listOf(carol, game)).toEqual(before)
    expect(await listOf(alice, game)).toEqual([])
    expect(await invitesOf(bob)).toEqual([])

    // To carol it is the same invitation; to bob it is sent now.
    const again = { changed: false, invite: { id: inviteId }, errors: [] }
    expect(await send(carol, game, bob)).toEqual(again)
    expect(await listOf(carol, game)).toEqual(before)
    await federation.tellFacts()
    expect([await invitesOf(bob), await inboxOf(bob)]).toMatchObject([
      [[carol.id, game]],
      { unreadCount: 1 },
    ])
    expect(await send(carol, game, bob)).toEqual(again)
  })

  it('is not told to a third person, who invites the other during it', async () => {
    const [alice, bob, carol, dave] = await app.people('alice', 'bob', 'carol', 'dave')
    await befriend(bob, carol)
    const game = await make(alice, 'PUBLIC')
    await done(carol, join, game)
    await block(...pairOf(alice, bob))
    const invite = async ({ id: userId }: Person) => {
      const given = { gameId: game, userId }
      const { rust } = federation.gateways
      const { data, fromServices } = await federation.ask(rust, carol, gameDocuments.invite, given)
      return { answer: data.done, fromServices }
    }
    const [toBob, toDave] = [await invite(bob), await invite(dave)]
    const { id } = toBob.answer.invite
    expect(toBob.answer).toEqual({ ...toDave.answer, invite: { id } })
    expect(toBob.answer.changed).toBe(true)
    expect(toBob.fromServices).toEqual(toDave.fromServices)
    const list = await listOf(carol, game)
    expect(list.map(({ recipient }: { recipient: Person }) => recipient.id).sort()).toEqual(
      [bob.id, dave.id].sort(),
    )
    expect(await listOf(alice, game)).toMatchObject([{ recipient: { id: dave.id } }])
    expect(await seenBy(bob, game, id)).toMatchObject(nothingButFriend)
    await unblock(...pairOf(alice, bob))
    expect(await seenBy(bob, game, id)).toMatchObject({ ...nothingButFriend, sees: true })
    expect(await listOf(carol, game)).toEqual(list)
  })

  it('takes the other out of the game for good, as if they had left', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    const [game, open] = [await make(alice, 'CLOSE'), await make(alice, 'PUBLIC')]
    for (const guest of [bob, carol])
      await done(guest, answer('claimInvite'), await inviteIdOf(alice, game, guest))
    await done(bob, join, open)
    expect(await participantsOf(carol, game)).toEqual([alice.id, bob.id, carol.id])
    await block(...pairOf(alice, bob))
    for (let time = 0; time < 2; time++) {
      expect(await participantsOf(carol, game)).toEqual([alice.id, carol.id])
      expect([await titlesOf(bob, bob), await sees(bob, game)]).toEqual([[], false])
      if (time === 0) await unblock(...pairOf(alice, bob))
    }
    expect(await participantsOf(bob, open)).toEqual([alice.id])
  })
})

/** The inbox has what came before. */
const nothingButFriend = {
  sees: false,
  invites: [],
  inbox: { rows: [] },
  claim: nothing.claim,
}

describe('an event of a block', () => {
  const change = (one: Person, other: Person) =>
    makeEvent('block.changed', { userIds: [one.id, other.id].sort(), blockers: [] })
  const deliver = (event: object, secret?: string) =>
    sendEvent(federation.gameEventsUrl, event as ReturnType<typeof change>, secret)

  it('that comes again, or late, ends nothing that is newer', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const event = change(alice, bob)
    expect(await deliver(event)).toBe(204)
    const [game, joined] = [await make(alice, 'FRIENDS'), await make(alice, 'PUBLIC')]
    await send(alice, game, bob)
    await done(bob, join, joined)
    for (let time = 0; time < 2; time++) expect(await deliver(event)).toBe(204)
    expect(await invitesOf(bob)).toEqual([[alice.id, game]])
    expect(await titlesOf(bob, bob)).toEqual(['PUBLIC'])
  })

  it('ends nothing of two people who are guests of another, and of nobody else', async () => {
    const [alice, bob, carol, dave] = await app.people('alice', 'bob', 'carol', 'dave')
    const game = await make(alice, 'PUBLIC')
    for (const guest of [bob, carol]) await done(guest, join, game)
    await send(alice, game, dave)
    await block(bob, carol)
    expect(await participantsOf(dave, game)).toEqual([alice.id, bob.id, carol.id])
    expect(await participantsOf(bob, game)).toEqual([alice.id, bob.id])
    expect(await invitesOf(dave)).toEqual([[alice.id, game]])
  })

  it('is taken from connections only, and other events are taken for nothing', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const other = `whsec_${Buffer.alloc(32, 'another').toString('base64')}`
    const event = change(alice, bob)
    expect(await deliver(event, other)).toBe(401)
    expect(await deliver({ ...event, data: { userIds: [alice.id] } })).toBe(400)
    expect(await deliver({ ...event, pairversion: 'one' })).toBe(400)
    expect(await deliver({ ...event, type: 'follow.created', data: {} })).toBe(204)
  })
})

describe('an invitation', () => {
  it('ends when its sender is not in the game any more, whether they left or a block took them out', async () => {
    const [alice, bob, carol, dave] = await app.people('alice', 'bob', 'carol', 'dave')
    const game = await make(alice, 'CLOSE')
    const answers: unknown[] = []
    for (const guest of [carol, dave]) {
      await done(guest, answer('claimInvite'), await inviteIdOf(alice, game, guest))
      const [byName, link] = [
        await inviteIdOf(guest, game, bob),
        await inviteIdOf(guest, game, null),
      ]
      expect([await sees(bob, game), await invitesOf(bob)]).toEqual([true, [[guest.id, game]]])
      if (guest === carol) await done(carol, leave, game)
      else await block(alice, dave)
      answers.push([
        await sees(bob, game),
        await invitesOf(bob),
        await done(bob, answer('claimInvite'), byName),
        await done(bob, answer('claimInvite'), link),
      ])
    }
    expect(answers[0]).toEqual([false, [], nothing.claim, nothing.claim])
    expect(answers[1]).toEqual(answers[0])
  })
})

describe('an invitation by somebody who is absent to all', () => {
  it('is not in the list, because it cannot be answered; that of another person is', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    const game = await make(alice, 'PUBLIC')
    await done(carol, join, game)
    await send(alice, game, bob)
    const fromCarol = await inviteIdOf(carol, game, bob)
    expect(await invitesOf(bob)).toEqual([[carol.id, game]])
    await app.admin.query('delete from users where id = $1', [carol.id])
    expect(await done(bob, answer('declineInvite'), fromCarol)).toEqual(nothing.claim)
    expect(await invitesOf(bob)).toEqual([[alice.id, game]])
  })
})

describe('what a block hides', () => {
  it('takes as much asking as what does not exist', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const game = await make(alice, 'PUBLIC')
    const [invite, link] = [await inviteIdOf(alice, game, bob), await inviteIdOf(alice, game, null)]
    await verbs.blockUser(alice, bob)
    const cost = async (document: string, id: string) => {
      const { rust } = federation.gateways
      const { data, errors, fromServices } = await federation.ask(rust, bob, document, { id })
      return { data, errors, fromServices }
    }
    const one = 'query ($id: ID!) { done: game(id: $id) { title } }'
    const absent = newUserId()
    for (const document of [one, join, leave])
      expect(await cost(document, game)).toEqual(await cost(document, absent))
    for (const id of [invite, link])
      for (const verb of ['claimInvite', 'declineInvite'] as const)
        expect(await cost(answer(verb), id)).toEqual(await cost(answer(verb), absent))
    expect((await cost(one, absent)).fromServices).toHaveLength(1)
    await federation.sendBlock(alice.id, bob.id)
    await verbs.unblockUser(alice, bob)
    // It has ended, and tells so to nobody.
    const ended = await cost(answer('claimInvite'), invite)
    expect(ended).toEqual(await cost(answer('claimInvite'), absent))
  })
})

describe('a game of somebody who is absent to all, because they were erased', () => {
  it('is shown to nobody, with or without an account', async () => {
    const [bob, carol] = await app.people('bob', 'carol')
    // Connections does not know them.
    const absent = app.stranger('alice')
    const [game, other] = [await make(absent, 'PUBLIC'), await make(carol, 'PUBLIC')]
    await make(carol, 'FRIENDS')
    for (const asker of [bob, app.nobody, app.service]) {
      const { games } = await ask(asker, '{ games(first: 100) { edges { node { id } } } }')
      const ids = games.edges.map(({ node }: { node: { id: string } }) => node.id)
      expect(ids).not.toContain(game)
      expect(ids).toContain(other)
      expect([await sees(asker, game), await titlesOf(asker, absent)]).toEqual([false, null])
      expect([await sees(asker, other), await titlesOf(asker, carol)]).toEqual([true, ['PUBLIC']])
    }
  })
})
