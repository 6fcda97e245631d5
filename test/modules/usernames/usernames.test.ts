import { describe, expect, it } from 'vitest'
import { reservedNames } from '../../../src/modules/usernames/reserved.ts'
import { parseMention, parseUsername } from '../../../src/modules/usernames/rules.ts'
import { type Asker, newUserId, openTestService, type Person } from '../../support/test-service.ts'
import { codeOf, verbs } from '../../support/verbs.ts'

const app = await openTestService()

const Claim = `mutation ($name: String!) { claimUsername(username: $name) {
  changed username user { id username } userErrors { code message field retryAt } } }`
const Find = `query ($name: String!) { userByUsername(username: $name) { id username } }`
const Available = `query ($name: String!) { usernameAvailability(username: $name) { available code suggestions } }`

let names = 0
/** A name that no other test uses. */
const freshName = (stem = 'name') => `${stem}.${String(++names)}`

async function claim(person: Asker, name: string) {
  const { data, body } = await person.ask(Claim, { name })
  if (data?.claimUsername === undefined) throw new Error(body)
  return data.claimUsername
}
const find = async (asker: Asker, name: string) => {
  const { data, body } = await asker.ask(Find, { name })
  if (data?.userByUsername === undefined) throw new Error(body)
  return data.userByUsername as { id: string; username: string } | null
}
const available = async (asker: Asker, name: string) => {
  const { data, body } = await asker.ask(Available, { name })
  if (data === undefined) throw new Error(body)
  return data.usernameAvailability
}
/** Lets time pass for the names that are held. */
const passDays = (days: number) =>
  app.admin.query('update username_holds set held_until = held_until - make_interval(days => $1)', [
    days,
  ])
const erase = (person: Person) => app.admin.query('delete from users where id = $1', [person.id])
const claimedAt = async (person: Person) => {
  const { rows } = await app.admin.query('select claimed_at from usernames where user_id = $1', [
    person.id,
  ])
  return rows[0] as { claimed_at: Date }
}

describe('the canonical form of a username', () => {
  it('is what people type, without white space around it, in lower case', () => {
    expect(parseUsername('  Alice.B_c-9 ')).toBe('alice.b_c-9')
    expect(parseUsername('abc')).toBe('abc')
    expect(parseUsername('a'.repeat(32))).toBe('a'.repeat(32))
  })

  it.each([
    ['too short', 'ab'],
    ['too long', 'a'.repeat(33)],
    ['empty', ''],
    ['begins with a digit', '1abc'],
    ['begins with a dot', '.abc'],
    ['has a space', 'al ice'],
    ['has an umlaut', 'zoë'],
    ['has a letter whose lower case is ASCII', '\u212Aelvin'],
    ['has an @', '@alice'],
    ['has a line break', 'ali\nce'],
    ['has a NUL', 'ali\0ce'],
    ['is half a character', 'ali\ud800ce'],
  ])('is not what %s', (_why, text) => {
    expect(parseUsername(text)).toBeNull()
  })

  it('loses a leading @ when it is looked up, and only one', () => {
    expect(parseMention(' @Alice ')).toBe('alice')
    expect(parseMention('@@alice')).toBeNull()
  })

  it('loses marks of direction at its ends too, as phones put them there', () => {
    expect(parseUsername('\u2068Alice\u2069')).toBe('alice')
    expect(parseMention('\u2068@Alice\u2069\u200b')).toBe('alice')
    expect(parseMention('ali\u2068ce')).toBeNull()
  })
})

describe('claiming a username', () => {
  it('gives it to the person, and anybody finds them by it', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const name = freshName()
    expect(await claim(alice, `  ${name.toUpperCase()} `)).toEqual({
      changed: true,
      username: name,
      user: { id: alice.id, username: name },
      userErrors: [],
    })
    for (const asker of [alice, bob, app.nobody, app.service]) {
      expect(await find(asker, name)).toEqual({ id: alice.id, username: name })
    }
    expect(await find(bob, ` @${name.toUpperCase()}`)).toEqual({ id: alice.id, username: name })
  })

  it('again changes nothing, not even the time', async () => {
    const [alice] = await app.people('alice')
    const name = freshName()
    await claim(alice, name)
    const before = await claimedAt(alice)
    expect(await claim(alice, name)).toMatchObject({
      changed: false,
      username: name,
      userErrors: [],
    })
    expect(await claimedAt(alice)).toEqual(before)
  })

  it('refuses what is no username', async () => {
    const [alice] = await app.people('alice')
    for (const wish of ['', 'al', '1up', 'zoë', '@alice', 'a'.repeat(33), 'a\0bc', '\ud800abc']) {
      expect(await claim(alice, wish)).toEqual({
        changed: false,
        username: null,
        user: null,
        userErrors: [
          {
            code: 'USERNAME_INVALID',
            message: expect.stringMatching(
              /^`username` must have|^`username` may have|^`username` must begin/,
            ),
            field: ['username'],
            retryAt: null,
          },
        ],
      })
    }
  })

  it('17. answers alike for a taken, a held, a reserved and an erased name, and for one whose owner blocks', async () => {
    const [alice, bob, carol, dave, erin] = await app.people(
      'alice',
      'bob',
      'carol',
      'dave',
      'erin',
    )
    const [taken, held, erased, hidden] = [freshName(), freshName(), freshName(), freshName()]
    await claim(bob, taken)
    await claim(carol, held)
    await claim(carol, freshName())
    await claim(dave, erased)
    await erase(dave)
    await claim(erin, hidden)
    await verbs.blockUser(erin, alice)
    const bodies = []
    for (const name of [taken, held, erased, hidden, 'admin', 'a.d-m_in']) {
      bodies.push((await alice.ask(Claim, { name })).body)
    }
    expect(new Set(bodies).size).toBe(1)
    expect(bodies[0]).toContain('USERNAME_TAKEN')
  })

  it('is for one of a hundred who want it at the same moment', async () => {
    const people = await Promise.all(
      Array.from({ length: 100 }, async () => (await app.people('somebody'))[0]),
    )
    const name = freshName()
    const payloads = await Promise.all(people.map((person) => claim(person, name)))
    expect(payloads.filter(({ changed }) => changed)).toHaveLength(1)
    expect(payloads.filter((payload) => codeOf(payload) === 'USERNAME_TAKEN')).toHaveLength(99)
  })

  it('never gives away a name in the moment in which its owner changes to another', async () => {
    for (let round = 0; round < 15; round++) {
      const [alice, bob] = await app.people('alice', 'bob')
      const name = freshName('moving')
      await claim(alice, name)
      const [renamed, snatched] = await Promise.all([
        claim(alice, freshName('moved')),
        claim(bob, name),
      ])
      expect(renamed.changed).toBe(true)
      expect(codeOf(snatched)).toBe('USERNAME_TAKEN')
      expect((await find(bob, name))?.id).toBe(alice.id)
    }
  })

  it('crosswise, of two who want each other’s names, gives neither', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const [hers, his] = [freshName(), freshName()]
    await claim(alice, hers)
    await claim(bob, his)
    const payloads = await Promise.all([claim(alice, his), claim(bob, hers)])
    expect(payloads.map(codeOf)).toEqual(['USERNAME_TAKEN', 'USERNAME_TAKEN'])
    expect((await find(alice, hers))?.id).toBe(alice.id)
  })
})

describe('changing to another name', () => {
  it('keeps the one before for its owner, and looking it up still finds them', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const [old, now] = [freshName(), freshName()]
    await claim(alice, old)
    await claim(alice, now)
    expect(await find(bob, old)).toEqual({ id: alice.id, username: now })
    expect(codeOf(await claim(bob, old))).toBe('USERNAME_TAKEN')
    expect(await claim(alice, old)).toMatchObject({ changed: true, username: old })
    expect(await find(bob, now)).toEqual({ id: alice.id, username: old })
  })

  it('holds the name for thirty days, then it is anybody’s', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const old = freshName()
    await claim(alice, old)
    await claim(alice, freshName())
    await passDays(29)
    expect((await find(bob, old))?.id).toBe(alice.id)
    await passDays(1)
    expect(await find(bob, old)).toBeNull()
    expect(await claim(bob, old)).toMatchObject({ changed: true })
    expect((await find(alice, old))?.id).toBe(bob.id)
  })

  it('holds at most three names: the oldest is let go', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const used = Array.from({ length: 5 }, () => freshName())
    for (const name of used) await claim(alice, name)
    const found = await Promise.all(used.map((name) => find(bob, name)))
    expect(found.map((person) => person !== null)).toEqual([false, true, true, true, true])
    expect(await claim(bob, used[0] ?? '')).toMatchObject({ changed: true })
  })

  it('of an erased person leaves their name held for a year, finding nobody', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const [old, name] = [freshName(), freshName()]
    await claim(alice, old)
    await claim(alice, name)
    await erase(alice)
    expect(await find(bob, name)).toBeNull()
    expect(await find(bob, old)).toBeNull()
    await passDays(364)
    expect(codeOf(await claim(bob, name))).toBe('USERNAME_TAKEN')
    await passDays(1)
    expect(await claim(bob, name)).toMatchObject({ changed: true })
    expect((await find(alice, name))?.id).toBe(bob.id)
  })
})

describe('looking somebody up', () => {
  it('finds a person without a profile', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const name = freshName()
    await claim(alice, name)
    const { data } = await bob.ask(
      `query ($name: String!) { userByUsername(username: $name) { id username profile { displayName } } }`,
      { name },
    )
    expect(data.userByUsername).toEqual({ id: alice.id, username: name, profile: null })
  })

  it('answers alike for a name that is free, no name, an erased person’s, and one across a block either way', async () => {
    const [alice, bob, carol, dave, erin] = await app.people(
      'alice',
      'bob',
      'carol',
      'dave',
      'erin',
    )
    const [ofErased, ofBlocker, held, ofBlocked] = [
      freshName(),
      freshName(),
      freshName(),
      freshName(),
    ]
    await claim(carol, ofErased)
    await erase(carol)
    await claim(alice, held)
    await claim(alice, ofBlocker)
    await verbs.blockUser(alice, bob)
    await claim(dave, ofBlocked)
    await verbs.blockUser(bob, dave)
    await claim(erin, freshName())
    const bodies = []
    for (const name of [
      freshName(),
      'no name',
      ofErased,
      ofBlocker,
      held,
      ofBlocked,
      '\ud800abc',
    ]) {
      bodies.push((await bob.ask(Find, { name })).body)
    }
    expect(bodies).toEqual(bodies.map(() => '{"data":{"userByUsername":null}}\n'))
    expect((await find(erin, held))?.id).toBe(alice.id)
  })

  it('fifty names are one statement, and what the people show another', async () => {
    const people = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const [person] = await app.people('somebody')
        const name = freshName()
        await claim(person, name)
        return { id: person.id, name }
      }),
    )
    const [alice] = await app.people('alice')
    const { data, statements } = await alice.ask(
      `{ ${people.map(({ name }, place) => `p${String(place)}: userByUsername(username: "${name}") { id username profile { bio } }`).join('\n')} }`,
    )
    expect(Object.values(data)).toEqual(
      people.map(({ id, name }) => ({ id, username: name, profile: null })),
    )
    expect(statements).toEqual(['rateLimits.reserve', 'usernames.find', 'users.summaries'])
  })

  it('as an entity: the name of whoever is visible, null alike for everybody else', async () => {
    const [alice, bob, carol, dave] = await app.people('alice', 'bob', 'carol', 'dave')
    const name = freshName()
    await claim(alice, name)
    await claim(carol, freshName())
    await verbs.blockUser(carol, bob)
    const absent = newUserId()
    const { data, errors } = await bob.ask(
      `query ($r: [_Any!]!) { _entities(representations: $r) { ... on User { id username profile { displayName } } } }`,
      {
        r: [alice.id, carol.id, dave.id, absent].map((id) => ({ __typename: 'User', id })),
      },
    )
    expect(errors).toEqual([])
    expect(data._entities).toEqual([
      { id: alice.id, username: name, profile: null },
      { id: carol.id, username: null, profile: null },
      { id: dave.id, username: null, profile: null },
      { id: absent, username: null, profile: null },
    ])
  })
})

describe('whether a name is available', () => {
  it('yes for a free one, and for one’s own', async () => {
    const [alice] = await app.people('alice')
    const [old, now] = [freshName(), freshName()]
    const yes = { available: true, code: null, suggestions: [] }
    expect(await available(alice, old)).toEqual(yes)
    await claim(alice, old)
    await claim(alice, now)
    expect(await available(alice, now)).toEqual(yes)
    expect(await available(alice, old)).toEqual(yes)
  })

  it('no for a taken one, with three that are free', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await claim(alice, 'sunflower')
    await claim(alice, 'sunflower1')
    const answer = await available(bob, 'SunFlower')
    expect(answer).toMatchObject({ available: false, code: 'USERNAME_TAKEN' })
    expect(answer.suggestions).toHaveLength(3)
    expect(answer.suggestions).not.toContain('sunflower1')
    for (const name of answer.suggestions as string[]) {
      expect(name.startsWith('sunflower')).toBe(true)
      expect(await available(bob, name)).toMatchObject({ available: true })
    }
    expect(await claim(bob, String(answer.suggestions[0]))).toMatchObject({ changed: true })
  })

  it('no for what is held, erased, reserved or whose owner blocks: alike, but for the suggestions', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const [held, hidden] = [freshName(), freshName()]
    await claim(alice, held)
    await claim(alice, hidden)
    await verbs.blockUser(alice, bob)
    for (const name of [held, hidden, 'admin', 'support', 'graph.ql']) {
      expect(await available(bob, name)).toMatchObject({ available: false, code: 'USERNAME_TAKEN' })
    }
  })

  it('no for what is no username, with names that are like it', async () => {
    const [alice] = await app.people('alice')
    const answer = await available(alice, 'Zoë Müller!')
    expect(answer).toMatchObject({ available: false, code: 'USERNAME_INVALID' })
    expect(answer.suggestions[0]).toBe('zoemuller')
    expect(answer.suggestions).toHaveLength(3)
    expect(await available(alice, '漢字')).toEqual({
      available: false,
      code: 'USERNAME_INVALID',
      suggestions: [],
    })
  })

  it('is the same for whoever asks, and costs one statement', async () => {
    const [alice] = await app.people('alice')
    const name = freshName()
    for (const asker of [alice, app.nobody, app.service]) {
      const { statements } = await asker.ask(Available, { name })
      expect(statements.filter((statement) => !statement.startsWith('rateLimits'))).toEqual([
        'usernames.free',
      ])
    }
  })
})

describe('a name that web servers and browsers look for as a file', () => {
  it.each([
    'robots.txt',
    'humans.txt',
    'favicon.ico',
    'apple-touch-icon.png',
    'apple-app-site-association',
    'index.html',
    'index.php',
    'feed.rss',
    'feed.atom',
    'sitemap.xml',
    'manifest.json',
    'manifest.webmanifest',
    'service-worker.js',
    'opensearch.xml',
    'well-known',
    'Robots.TXT',
    'robots.txt.',
  ])('is nobody’s: %s', async (name) => {
    const [alice] = await app.people('alice')
    expect(codeOf(await claim(alice, name))).toBe('USERNAME_TAKEN')
    const answer = await available(alice, name)
    expect(answer).toMatchObject({ available: false, code: 'USERNAME_TAKEN' })
    expect(answer.suggestions).not.toContain(name.toLowerCase())
  })

  it('leaves names with a dot to people', async () => {
    const [alice] = await app.people('alice')
    for (const name of ['alice.liddell', 'txt.robots', 'alicejs', 'alice.j', 'x.html5'])
      expect(await available(alice, name)).toMatchObject({ available: true })
  })
})

describe('the list of reserved names', () => {
  it('is written as it is compared: lower case, without dots and dashes', () => {
    expect([...reservedNames].filter((name) => !/^[a-z]+$/.test(name))).toEqual([])
  })
})
