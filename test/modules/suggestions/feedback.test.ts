import { beforeEach, describe, expect, it } from 'vitest'
import { limits } from '../../../src/limits.ts'
import { toFeedbackId } from '../../../src/modules/suggestions/feedback-id.ts'
import { keepsInvariants } from '../../support/invariants.ts'
import { awayFromMidnight } from '../../support/midnight.ts'
import {
  suggestionOf,
  suggestionPage,
  suggestionsOf,
  tieFriends,
} from '../../support/suggestions.ts'
import { type Asker, newUserId, openTestService, type Person } from '../../support/test-service.ts'
import { verbs } from '../../support/verbs.ts'

const app = await openTestService({ NODE_ENV: 'production' })
keepsInvariants(app)
// What was shown is counted by the day.
beforeEach(() => awayFromMidnight())

const errors = 'userErrors { code field message }'
const Dismiss = `mutation ($userId: ID!, $feedbackId: ID) {
  payload: dismissSuggestion(userId: $userId, feedbackId: $feedbackId) { changed user { id } relationship { isContact } ${errors} }
}`
const Restore = `mutation ($userId: ID!) { payload: restoreSuggestion(userId: $userId) { changed user { id } ${errors} } }`
const Shown = `mutation ($feedbackIds: [ID!]!) { payload: recordSuggestionsShown(feedbackIds: $feedbackIds) { changed ${errors} } }`

const send = async (asker: Asker, document: string, variables: Record<string, unknown>) => {
  const { data, body } = await asker.ask(document, variables)
  if (data?.payload == null) throw new Error(body)
  return data.payload
}
const dismiss = (asker: Asker, { id }: { id: string }, feedbackId: string | null = null) =>
  send(asker, Dismiss, { userId: id, feedbackId })
const restore = (asker: Asker, { id }: { id: string }) => send(asker, Restore, { userId: id })
const shown = (asker: Asker, ...feedbackIds: string[]) => send(asker, Shown, { feedbackIds })
const codes = (payload: { userErrors: { code: string }[] }) =>
  payload.userErrors.map(({ code }) => code)

/** Alice, and bob whom carol leads her to. */
async function suggested() {
  const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
  await tieFriends(app, [alice, carol], [carol, bob])
  const found = await suggestionOf(alice, bob)
  if (found === null) throw new Error('Bob is not suggested.')
  return { alice, bob, feedbackId: found.feedbackId }
}

describe('dismissing somebody', () => {
  it('keeps them out until they are restored, and can be done twice', async () => {
    const { alice, bob, feedbackId } = await suggested()
    expect(await dismiss(alice, bob, feedbackId)).toEqual({
      changed: true,
      user: { id: bob.id },
      relationship: { isContact: false },
      userErrors: [],
    })
    expect(await dismiss(alice, bob)).toMatchObject({ changed: false, userErrors: [] })
    expect(await suggestionOf(alice, bob)).toBeNull()
    expect(await restore(alice, bob)).toMatchObject({ changed: true, user: { id: bob.id } })
    expect(await restore(alice, bob)).toMatchObject({ changed: false, userErrors: [] })
    expect(await suggestionOf(alice, bob)).not.toBeNull()
  })

  it('counts anew after it has run out', async () => {
    const { alice, bob } = await suggested()
    await dismiss(alice, bob)
    await app.admin.query(
      `update suggestion_dismissals set created_at = now() - interval '91 days' where user_id = $1`,
      [alice.id],
    )
    expect(await restore(alice, bob)).toMatchObject({ changed: false })
    await dismiss(alice, bob)
    expect(await suggestionOf(alice, bob)).toBeNull()
  })

  it('is of no concern to the other', async () => {
    const { alice, bob } = await suggested()
    await dismiss(alice, bob)
    expect(await suggestionOf(bob, alice)).not.toBeNull()
    const { rows } = await app.admin.query(
      'select from outbox where $1 in (actor_user_id, other_user_id)',
      [bob.id],
    )
    expect(rows).toEqual([])
  })

  it('undoes a removal when it is restored', async () => {
    const { alice, bob } = await suggested()
    await tieFriends(app, [alice, bob])
    await verbs.removeFriend(alice, bob)
    expect(await restore(alice, bob)).toMatchObject({ changed: true })
    expect(await suggestionOf(alice, bob)).not.toBeNull()
  })

  it('is refused for oneself, for what is no id, and for another suggestion', async () => {
    const { alice, bob } = await suggested()
    const [dave] = await app.people('dave')
    expect(codes(await dismiss(alice, alice))).toEqual(['SELF'])
    expect(codes(await dismiss(alice, { id: 'bob' }))).toEqual(['INVALID_INPUT'])
    const ofOthers = [toFeedbackId(dave.id, bob.id), toFeedbackId(bob.id, alice.id)]
    for (const wrong of [toFeedbackId(alice.id, dave.id), ...ofOthers, 'x', ''])
      expect(await dismiss(alice, bob, wrong)).toMatchObject({
        changed: false,
        userErrors: [{ code: 'INVALID_INPUT', field: ['feedbackId'] }],
      })
  })

  it('answers of somebody who blocks her as of somebody who is not there', async () => {
    const { alice, bob } = await suggested()
    await dismiss(alice, bob)
    await verbs.blockUser(bob, alice)
    for (const change of [dismiss, restore]) {
      const [ofBlocker, ofNobody] = [
        await change(alice, bob),
        await change(alice, { id: newUserId() }),
      ]
      expect(codes(ofBlocker)).toEqual(['UNAVAILABLE'])
      expect(ofBlocker).toEqual(ofNobody)
    }
  })

  it('needs a person', async () => {
    const [bob] = await app.people('bob')
    const nobody = await app.nobody.ask(Dismiss, { userId: bob.id })
    expect(nobody.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
    const service = await app.service.ask(Shown, { feedbackIds: [] })
    expect(service.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
  })
})

describe('what was shown', () => {
  const impressions = async ({ id }: Person) =>
    (
      await app.admin.query(
        'select other_user_id as other, days from suggestion_impressions where user_id = $1 order by 1',
        [id],
      )
    ).rows
  const nextDay = ({ id }: Person) =>
    app.admin.query(
      'update suggestion_impressions set last_shown_on = last_shown_on - 1 where user_id = $1',
      [id],
    )

  it('counts once a day', async () => {
    const { alice, bob, feedbackId } = await suggested()
    expect(await shown(alice, feedbackId, feedbackId)).toEqual({ changed: true, userErrors: [] })
    expect(await shown(alice, feedbackId)).toEqual({ changed: false, userErrors: [] })
    expect(await impressions(alice)).toEqual([{ other: bob.id, days: 1 }])
    await nextDay(alice)
    expect(await shown(alice, feedbackId)).toMatchObject({ changed: true })
    expect(await impressions(alice)).toEqual([{ other: bob.id, days: 2 }])
  })

  it('fades from the fourth day on, and comes back after 90 days without', async () => {
    const { alice, bob, feedbackId } = await suggested()
    const before = (await suggestionOf(alice, bob))?.score ?? 0
    const scores = []
    for (let day = 0; day < 5; day++) {
      await shown(alice, feedbackId)
      scores.push(((await suggestionOf(alice, bob))?.score ?? 0) / before)
      await nextDay(alice)
    }
    expect(scores).toEqual([1, 1, 1, 0.8, 0.64].map((share) => expect.closeTo(share)))
    await app.admin.query('update suggestion_impressions set days = 1000 where user_id = $1', [
      alice.id,
    ])
    expect((await suggestionOf(alice, bob))?.score).toBeCloseTo(before / 10)
    await app.admin.query(
      'update suggestion_impressions set last_shown_on = last_shown_on - 90 where user_id = $1',
      [alice.id],
    )
    expect((await suggestionOf(alice, bob))?.score).toBeCloseTo(before)
    await shown(alice, feedbackId)
    expect(await impressions(alice)).toEqual([{ other: bob.id, days: 1 }])
  })

  it('lets somebody new pass by who was ignored', async () => {
    const [alice, bob, carol, dave] = await app.people('alice', 'bob', 'carol', 'dave')
    const [erin] = await app.people('erin')
    await tieFriends(app, [alice, carol], [alice, erin], [bob, carol], [bob, erin], [dave, carol])
    const ids = async () => (await suggestionsOf(alice)).slice(0, 2).map(({ node }) => node.id)
    expect(await ids()).toEqual([bob.id, dave.id])
    await shown(alice, toFeedbackId(alice.id, bob.id))
    await app.admin.query('update suggestion_impressions set days = 10 where user_id = $1', [
      alice.id,
    ])
    expect(await ids()).toEqual([dave.id, bob.id])
  })

  it('makes room for people who were never shown, however many were ignored', async () => {
    const [alice, carol] = await app.people('alice', 'carol')
    const others = await app.people(
      ...Array.from({ length: 60 }, (_, place) => `person ${String(place)}`),
    )
    await tieFriends(app, [alice, carol], ...others.map((other) => [carol, other] as const))
    const order = (await suggestionsOf(alice)).map(({ node }) => node.id).slice(0, 60)
    await app.admin.query(
      `insert into suggestion_impressions (user_id, other_user_id, days, last_shown_on)
       select $1, unnest($2::uuid[]), 20, now()::date`,
      [alice.id, order.slice(0, 55)],
    )
    const { edges } = await suggestionPage(alice)
    expect(edges.slice(0, 5).map(({ node }) => node.id)).toEqual(order.slice(55))
    expect(edges).toEqual((await suggestionsOf(alice)).slice(0, 25))
  })

  it('is nothing where nobody was, and refused for more than 100 or for others’ suggestions', async () => {
    const { alice, bob, feedbackId } = await suggested()
    expect(await shown(alice)).toEqual({ changed: false, userErrors: [] })
    expect(await shown(alice, feedbackId, toFeedbackId(bob.id, alice.id))).toEqual({
      changed: false,
      userErrors: [
        {
          code: 'INVALID_INPUT',
          field: ['feedbackIds'],
          message: '`feedbackIds[1]` is not a `feedbackId` of your suggestions.',
        },
      ],
    })
    expect(codes(await shown(alice, toFeedbackId(newUserId(), bob.id)))).toEqual(['INVALID_INPUT'])
    const many = Array.from({ length: 101 }, () => feedbackId)
    expect(codes(await shown(alice, ...many))).toEqual(['INVALID_INPUT'])
    expect(await impressions(alice)).toEqual([])
  })

  it('says of somebody who blocks her what it says of somebody who is not there', async () => {
    const { alice, bob } = await suggested()
    await verbs.blockUser(bob, alice)
    expect(await shown(alice, toFeedbackId(alice.id, bob.id))).toEqual(
      await shown(alice, toFeedbackId(alice.id, newUserId())),
    )
    expect(await impressions(alice)).toEqual([])
  })

  it('and what was dismissed leaves the tables by and by, when it counts no longer', async () => {
    const { alice, bob, feedbackId } = await suggested()
    const [dave] = await app.people('dave')
    await dismiss(alice, dave)
    await shown(alice, toFeedbackId(alice.id, dave.id))
    // Whoever is hidden leaves them too.
    await verbs.blockUser(dave, alice)
    for (const [table, column, age] of [
      ['suggestion_dismissals', 'created_at', "interval '91 days'"],
      ['suggestion_impressions', 'last_shown_on', '91'],
    ])
      await app.admin.query(
        `update ${String(table)} set ${String(column)} = ${String(column)} - ${String(age)} where user_id = $1`,
        [alice.id],
      )
    await shown(alice, feedbackId)
    expect(await impressions(alice)).toEqual([{ other: bob.id, days: 1 }])
    const { rowCount } = await app.admin.query(
      'select from suggestion_dismissals where user_id = $1',
      [alice.id],
    )
    expect(rowCount).toBe(0)
  })
})

it('counts for as long in the database as by the limits', async () => {
  const { rows } = await app.admin.query('select feedback_days() as days')
  expect(rows).toEqual([{ days: limits.suggestions.forgottenAfterDays }])
})
