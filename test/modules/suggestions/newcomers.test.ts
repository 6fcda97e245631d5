import { describe, expect, it } from 'vitest'
import { setPrivacy, suggestionPage, suggestionsOf, tieFriends } from '../../support/suggestions.ts'
import { openIsolatedTestService, type TestService } from '../../support/test-service.ts'

// Nobody gets an empty page who lives in a graph with other people (rule 11.2), from a bounded
// sample of it.

interface Named {
  readonly id: string
}

async function register({ admin }: TestService, count: number): Promise<Named[]> {
  const { rows } = await admin.query<Named>(
    'insert into users (id) select gen_random_uuid() from generate_series(1, $1) returning id',
    [count],
  )
  return rows
}

async function newcomer(others: number) {
  const app = await openIsolatedTestService({ NODE_ENV: 'production' })
  const [alice] = await app.people('alice')
  return { app, alice, others: await register(app, others) }
}

const ids = (named: readonly Named[]) => named.map(({ id }) => id)

describe('somebody without profile and friends', () => {
  it('gets the few who want to be discovered, among many who do not', async () => {
    const { app, alice, others } = await newcomer(400)
    await app.admin.query(
      'insert into user_privacy_settings (user_id, discoverable) select unnest($1::uuid[]), false',
      [ids(others.slice(0, 397))],
    )
    const found = (await suggestionsOf(alice)).map(({ node }) => node.id)
    expect(found.sort()).toEqual(ids(others.slice(397)).sort())
  })

  it('gets others after dismissing all who were suggested, again and again', async () => {
    const { app, alice } = await newcomer(300)
    const seen = new Set<string>()
    for (let page = 0; page < 8; page++) {
      const found = (await suggestionPage(alice)).edges.map(({ node }) => node.id)
      expect(found).toHaveLength(25)
      for (const id of found) expect(seen).not.toContain(id)
      for (const id of found) seen.add(id)
      await app.admin.query(
        'insert into suggestion_dismissals (user_id, other_user_id) select $1, unnest($2::uuid[])',
        [alice.id, found],
      )
    }
  })

  it('gets others when everybody who is looked at first is known already', async () => {
    const { app, alice, others } = await newcomer(300)
    const [followed, contacts, friends] = [0, 90, 180].map((from) => others.slice(from, from + 90))
    await app.admin.query(
      'insert into user_follows (follower_user_id, target_user_id) select $1, unnest($2::uuid[])',
      [alice.id, ids(followed ?? [])],
    )
    await app.admin.query(
      'insert into user_contacts (owner_user_id, contact_user_id) select $1, unnest($2::uuid[])',
      [alice.id, ids(contacts ?? [])],
    )
    await tieFriends(app, ...(friends ?? []).map((friend) => [alice, friend] as const))
    const found = (await suggestionsOf(alice)).map(({ node }) => node.id)
    expect(found).toHaveLength(25)
    expect(ids(others.slice(270))).toEqual(expect.arrayContaining(found))
  })

  it('gets a page also when they hide what they have in common with others', async () => {
    const { alice } = await newcomer(30)
    await setPrivacy(alice, { showInMutualFriends: false, discoverable: false })
    expect((await suggestionPage(alice)).edges).toHaveLength(25)
  })

  it('gets the people of a city before any others, though the city be full of people', async () => {
    const { app, alice, others } = await newcomer(300)
    await app.admin.query(
      `insert into user_profiles (user_id, display_name, display_words, city)
       select unnest($1::uuid[]), 'Person', '{person}', 'Berlin'`,
      [[alice.id, ...ids(others.slice(0, 30))]],
    )
    const page = (await suggestionPage(alice)).edges
    expect(page.map(({ reasons }) => reasons)).toEqual(
      Array.from({ length: 25 }, () => [{ kind: 'PLACE', count: null }]),
    )
  })
})
