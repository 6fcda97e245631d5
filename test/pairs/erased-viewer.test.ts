import { describe, expect, it } from 'vitest'
import { buildSchema } from '../../src/server/schema.ts'
import { withGames } from '../support/content.ts'
import { heartbeat } from '../support/presence.ts'
import { openTestService } from '../support/test-service.ts'
import { befriend, links, verbs } from '../support/verbs.ts'

const app = await openTestService({ NODE_ENV: 'production' })
const errors = 'userErrors { code field }'

/** Every mutation of a person, and what it answers to somebody who was erased a moment ago. */
const verbsOfErased: Readonly<Record<string, { document: string; code: string | null }>> = {
  addContact: towards('addContact', 'UNAVAILABLE'),
  removeContact: towards('removeContact', null),
  followUser: towards('followUser', 'UNAVAILABLE'),
  unfollowUser: towards('unfollowUser', null),
  removeFollower: towards('removeFollower', null),
  requestFriend: towards('requestFriend', 'UNAVAILABLE'),
  removeFriend: towards('removeFriend', null),
  blockUser: towards('blockUser', 'UNAVAILABLE'),
  unblockUser: towards('unblockUser', null),
  upgradeFriendship: towards('upgradeFriendship', 'UNAVAILABLE', ', level: CLOSE'),
  dismissSuggestion: towards('dismissSuggestion', 'UNAVAILABLE'),
  restoreSuggestion: towards('restoreSuggestion', 'UNAVAILABLE'),
  recordSuggestionsShown: of('recordSuggestionsShown(feedbackIds: [])', null),
  cancelFriendRequest: of('cancelFriendRequest(requestId: $request)', 'NOT_FOUND'),
  respondFriendRequest: of(
    'respondFriendRequest(requestId: $request, decision: ACCEPT)',
    'NOT_FOUND',
  ),
  createContactLink: of('createContactLink', 'UNAVAILABLE'),
  revokeContactLink: of('revokeContactLink(id: $link)', 'NOT_FOUND'),
  consumeContactLink: of('consumeContactLink(token: $token)', 'LINK_UNAVAILABLE'),
  updatePrivacySettings: of(
    'updatePrivacySettings(settings: { discoverable: false })',
    'UNAVAILABLE',
  ),
  claimUsername: of('claimUsername(username: $name)', 'UNAVAILABLE'),
  updateProfile: of('updateProfile(profile: { bio: "Still here." })', 'UNAVAILABLE'),
}

function of(call: string, code: string | null) {
  const variables = [
    '$other: ID!',
    '$request: ID!',
    '$link: ID!',
    '$token: String!',
    '$name: String!',
  ]
  const used = variables.filter((variable) => call.includes(variable.split(':')[0] ?? ''))
  const head = used.length === 0 ? '' : `(${used.join(', ')})`
  return { document: `mutation ${head} { payload: ${call} { changed ${errors} } }`, code }
}

function towards(verb: string, code: string | null, more = '') {
  return of(`${verb}(userId: $other${more})`, code)
}

/** Whether anything in the database names somebody. */
async function traces(id: string): Promise<string[]> {
  const { rows } = await app.admin.query<{ table: string; column: string }>(
    `select table_name as table, column_name as column from information_schema.columns
      where table_schema = 'public' and data_type = 'uuid'`,
  )
  const found = []
  for (const { table, column } of rows) {
    const { rowCount } = await app.admin.query(
      `select from ${table} where ${column} = $1 limit 1`,
      [id],
    )
    if (rowCount !== 0) found.push(`${table}.${column}`)
  }
  return found
}

/** Alice, whom this process remembers to have come, and who is erased: her token is good still. */
async function erased(alice = app.stranger('alice')) {
  const [bob] = await app.people('bob')
  await alice.ask('{ viewer { id } }')
  await befriend(alice, bob)
  const { request } = await verbs.askClose(alice, bob)
  const { link } = await links.create(alice)
  const { token } = await links.create(bob)
  await app.admin.query('delete from outbox where $1 in (actor_user_id, other_user_id)', [alice.id])
  await app.admin.query('delete from users where id = $1', [alice.id])
  const name = `a${alice.id.slice(0, 8)}`
  return { alice, variables: { other: bob.id, request: request.id, link: link.id, token, name } }
}

describe('somebody who was erased, with a token that is good still', () => {
  it.each(Object.entries(verbsOfErased))(
    'is answered in words by every verb, and leaves nothing behind: %s',
    async (_verb, { document, code }) => {
      const { alice, variables } = await erased()
      // Four times: from the third on, the service goes another way.
      for (let round = 0; round < 4; round++) {
        const { data, errors: thrown } = await alice.ask(document, variables)
        expect(thrown).toEqual([])
        expect(data.payload.changed).toBe(false)
        expect(data.payload.userErrors.map((error: { code: string }) => error.code)).toEqual(
          code === null ? [] : [code],
        )
      }
      expect(await traces(alice.id)).toEqual([])
    },
  )

  it('is told once that a heartbeat counts, and leaves nothing behind', async () => {
    const alice = app.stranger('alice')
    await alice.ask('{ viewer { id } }')
    // Once it is written that she was here today, nothing more is written of her.
    const days = () => app.admin.query('select from activity_days where user_id = $1', [alice.id])
    await expect.poll(async () => (await days()).rowCount).toBe(1)
    await erased(alice)
    // Nothing is asked of the database for a heartbeat: only its write finds out who is not here.
    expect(await heartbeat(alice)).toMatchObject({ changed: true })
    await expect
      .poll(async () => (await heartbeat(alice)).userErrors, { interval: 100 })
      .toMatchObject([{ code: 'UNAVAILABLE' }])
    for (let round = 0; round < 4; round++)
      expect(await heartbeat(alice)).toMatchObject({ changed: false, presence: null })
    expect(await traces(alice.id)).toEqual([])
  })

  it('finds every list empty or absent, and no error', async () => {
    const { alice } = await erased()
    const { data, errors: thrown } = await alice.ask(`{ viewer {
      id username profile { bio } privacySettings { discoverable } quotas { action }
      contacts { totalCount } contactLinks { totalCount } following { totalCount } followers { totalCount }
      friends { totalCount } requests(direction: OUTGOING) { totalCount } blocks { totalCount } inviteCandidates { totalCount }
    } }`)
    expect(thrown).toEqual([])
    const nothing = [null, { totalCount: 0 }]
    const { id, ...rest } = data.viewer
    expect(id).toBe(alice.id)
    for (const [field, value] of Object.entries(rest)) expect(nothing, field).toContainEqual(value)
  })

  it('there is no verb that was not tried', () => {
    const tried = [...Object.keys(verbsOfErased), 'heartbeat']
    const all = Object.keys(buildSchema(withGames).getMutationType()?.getFields() ?? {})
    const ofServices = ['registerUsers', 'recordGameFacts']
    expect(all.filter((verb) => !ofServices.includes(verb)).sort()).toEqual(tried.sort())
  })
})
