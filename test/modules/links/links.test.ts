import { createHash } from 'node:crypto'
import { afterAll, describe, expect, it } from 'vitest'
import { limits } from '../../../src/limits.ts'
import { startServer } from '../../../src/server/server.ts'
import { blanks, escape } from '../../support/blanks.ts'
import { keepsInvariants } from '../../support/invariants.ts'
import { countBreaches, overHttp } from '../../support/race-harness.ts'
import {
  type Asker,
  newUserId,
  openIsolatedTestService,
  openTestService,
  type Person,
} from '../../support/test-service.ts'
import {
  codeOf,
  ConsumeContactLink,
  links,
  PreviewContactLink,
  relationshipOf,
  strangers,
  verbs,
} from '../../support/verbs.ts'
import { fromGateway, send } from '../../support/wire.ts'

const app = await openTestService()
keepsInvariants(app)
/** Another process on the same database, as far as the database can tell. */
const second = await startServer({ ...app.config, port: 0 })
afterAll(() => second.drain())

const list = `edges { cursor node { id label uses maxUses lastUsedAt isLive } }
  pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount`
const Links = `query ($first: Int, $after: String) { viewer { contactLinks(first: $first, after: $after) { ${list} } } }`
const LinksOf = `query ($ids: [_Any!]!) { _entities(representations: $ids) { ... on User { id contactLinks { ${list} } } } }`
const represent = (...ids: string[]) => ({ ids: ids.map((id) => ({ __typename: 'User', id })) })

const sha256 = (token: string) => createHash('sha256').update(token).digest('hex')
const page = async (maker: Asker, variables = {}) =>
  (await maker.ask(Links, variables)).data.viewer.contactLinks
const idsOf = (connection: { edges: { node: { id: string } }[] }) =>
  connection.edges.map(({ node }) => node.id)
/** The newest link of somebody, as they see it. */
const newest = async (maker: Asker) => (await page(maker, { first: 1 })).edges[0].node
const crowd = (size: number) =>
  app.people(...Array.from({ length: size }, (_, place) => `person ${String(place)}`))
const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString()
const expire = ({ id }: { id: string }) =>
  app.admin.query(
    `update contact_links set created_at = now() - interval '2 hours', expires_at = now() - interval '1 second' where id = $1`,
    [id],
  )
/** Nobody but whom she asks may ask her. */
const closeSession = (person: Person, audience = 'NOBODY') =>
  person.ask(
    `mutation { updatePrivacySettings(settings: { allowFriendRequests: ${audience} }) { changed } }`,
  )
const mayAsk = async (asker: Asker, other: Person): Promise<unknown> =>
  (
    await asker.ask(
      `query ($id: ID!) { relationships(userIds: [$id]) { can(action: REQUEST_FRIEND) { allowed reason } } }`,
      { id: other.id },
    )
  ).data.relationships[0].can
const yes = { allowed: true, reason: null }
const no = { allowed: false, reason: 'UNAVAILABLE' }

/** A new link of alice's, bob, and the token that bob was given. */
async function linkFor(wish: Parameters<typeof links.create>[1] = {}) {
  const [alice, bob] = await app.people('alice', 'bob')
  const { token, link } = await links.create(alice, wish)
  return { alice, bob, token: String(token), link }
}

/** A link with one use that somebody else has used up. */
async function usedUpLink() {
  const made = await linkFor({ maxUses: 1 })
  const [carol] = await app.people('carol')
  expect((await links.consume(carol, made.token)).changed).toBe(true)
  return { ...made, carol }
}

describe('making a contact link', () => {
  it('gives its token this once, 43 characters that fit into a URL, and another one each time', async () => {
    const [alice] = await app.people('alice')
    const made = await links.create(alice, { label: 'At the climbing hall' })
    expect(made).toMatchObject({
      changed: true,
      token: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/) as string,
      link: {
        label: 'At the climbing hall',
        expiresAt: null,
        maxUses: null,
        uses: 0,
        lastUsedAt: null,
        revokedAt: null,
        isLive: true,
      },
      userErrors: [],
    })
    const again = await links.create(alice, { label: 'At the climbing hall' })
    expect(again.token).not.toBe(made.token)
    expect(idsOf(await page(alice))).toEqual([again.link.id, made.link.id])
  })

  it('leaves only a hash of the token behind', async () => {
    const { token, link } = await linkFor()
    const { rows } = await app.admin.query<{ hash: string; row: string }>(
      `select encode(token_hash, 'hex') as hash, to_jsonb(link)::text as row from contact_links as link where id = $1`,
      [link.id],
    )
    expect(rows[0]?.hash).toBe(sha256(token))
    expect(rows[0]?.row).not.toContain(token)
  })

  it('keeps its end and its limit', async () => {
    const expiresAt = inHours(1)
    const { link } = await linkFor({ expiresAt, maxUses: 3 })
    expect(link).toMatchObject({ expiresAt, maxUses: 3, isLive: true })
  })

  it('has no label when nothing in that is visible', async () => {
    for (const label of blanks)
      expect((await linkFor({ label })).link.label, escape(label)).toBeNull()
  })

  it('trims the label; of nothing but white space, it is none', async () => {
    expect((await linkFor({ label: '  the hall \n' })).link.label).toBe('the hall')
    expect((await linkFor({ label: ' \t ' })).link.label).toBeNull()
    expect((await linkFor({ label: '\u2068the hall\u2069' })).link.label).toBe('the hall')
    const sixty = '🧗'.repeat(60)
    expect((await linkFor({ label: ` ${sixty} ` })).link.label).toBe(sixty)
  })

  it.each([
    ['a label of 61 characters', { label: 'x'.repeat(61) }, 'label'],
    ['a label that no database can keep', { label: 'x\0' }, 'label'],
    ['an end that is over', { expiresAt: inHours(-1) }, 'expiresAt'],
    ['an end that is now', { expiresAt: new Date().toISOString() }, 'expiresAt'],
    ['no uses at all', { maxUses: 0 }, 'maxUses'],
    ['fewer than none', { maxUses: -1 }, 'maxUses'],
    ['more than a million', { maxUses: 1_000_001 }, 'maxUses'],
  ])('refuses %s', async (_what, wish, field) => {
    const [alice] = await app.people('alice')
    expect(await links.create(alice, wish)).toMatchObject({
      changed: false,
      token: null,
      link: null,
      userErrors: [{ code: 'INVALID_INPUT', field: [field] }],
    })
    expect((await page(alice)).totalCount).toBe(0)
  })

  it('takes one use, and a million', async () => {
    expect((await linkFor({ maxUses: 1 })).link.maxUses).toBe(1)
    expect((await linkFor({ maxUses: 1_000_000 })).link.maxUses).toBe(1_000_000)
  })

  it('ends at twenty live ones; revoked, expired and used-up ones make room', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const made = []
    for (let count = 0; count < limits.caps.links; count++)
      made.push(await links.create(alice, { maxUses: 1 }))
    const left = async () =>
      (await alice.ask('{ viewer { quotas { action limit remaining resetsAt } } }')).data.viewer
        .quotas[5]
    expect(await left()).toEqual({
      action: 'CONTACT_LINKS',
      limit: 20,
      remaining: 0,
      resetsAt: null,
    })
    expect(codeOf(await links.create(alice))).toBe('LIMIT_REACHED')
    await links.revoke(alice, made[0].link)
    await expire(made[1].link)
    await links.consume(bob, made[2].token)
    expect(await left()).toMatchObject({ remaining: 3 })
    for (let count = 0; count < 3; count++)
      expect((await links.create(alice)).changed, String(count)).toBe(true)
    expect(codeOf(await links.create(alice))).toBe('LIMIT_REACHED')
    expect((await page(alice)).totalCount).toBe(23)
  })

  it('ends at exactly twenty when two processes are asked at once', async () => {
    for (let round = 0; round < 20; round++) {
      const [alice] = await app.people('alice')
      await app.admin.query(
        `insert into contact_links (maker_user_id, token_hash)
         select $1, sha256(gen_random_uuid()::text::bytea) from generate_series(1, 19)`,
        [alice.id],
      )
      const made = await Promise.all(
        Array.from({ length: 6 }, (_, place) =>
          links.create(overHttp(app, alice, place % 2 === 0 ? app.server.url : second.url)),
        ),
      )
      expect(made.map(codeOf).filter((code) => code === 'LIMIT_REACHED')).toHaveLength(5)
      expect((await page(alice)).totalCount).toBe(20)
    }
  })
})

describe('the list of somebody’s links', () => {
  it('has all of them, newest first, and says which are live', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const revoked = await links.create(alice, { label: 'revoked' })
    await links.revoke(alice, revoked.link)
    const expired = await links.create(alice, { label: 'expired' })
    const usedUp = await links.create(alice, { label: 'used up', maxUses: 1 })
    await links.consume(bob, usedUp.token)
    await links.create(alice, { label: 'live', maxUses: 2, expiresAt: inHours(1) })
    await app.admin.query(`update contact_links set expires_at = now() where id = $1`, [
      expired.link.id,
    ])
    const nodes = (await page(alice)).edges.map(
      ({ node }: { node: { label: string; isLive: boolean } }) => [node.label, node.isLive],
    )
    expect(nodes).toEqual([
      ['live', true],
      ['used up', false],
      ['expired', false],
      ['revoked', false],
    ])
  })

  it('is read page by page, each link once, also when many were made in the same millisecond', async () => {
    const [alice] = await app.people('alice')
    await app.admin.query(
      `insert into contact_links (maker_user_id, token_hash, created_at)
       select $1, sha256(gen_random_uuid()::text::bytea), '2026-11-21 10:00:00Z' from generate_series(1, 7)`,
      [alice.id],
    )
    const whole = idsOf(await page(alice))
    expect(whole).toHaveLength(7)
    const seen: string[] = []
    for (let after: string | null = null; ;) {
      const { pageInfo, totalCount, ...rest } = await page(alice, { first: 3, after })
      expect(totalCount).toBe(7)
      seen.push(...idsOf(rest))
      if (!pageInfo.hasNextPage) break
      after = pageInfo.endCursor
    }
    expect(seen).toEqual(whole)
  })

  it('refuses a cursor of another person’s links or of another list, and an impossible page', async () => {
    const { alice, bob } = await linkFor()
    await links.create(bob)
    await verbs.blockUser(alice, bob)
    const blocks = await alice.ask('{ viewer { blocks { pageInfo { endCursor } } } }')
    const theirs = (await page(bob)).pageInfo.endCursor
    for (const variables of [
      { after: theirs },
      { after: blocks.data.viewer.blocks.pageInfo.endCursor },
      { after: 'page 2' },
      { first: 0 },
      { first: 101 },
    ]) {
      const { errors } = await alice.ask(Links, variables)
      expect(errors.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT'])
    }
  })

  it('is for its maker and for services: others are told no, or nothing about somebody absent', async () => {
    const { alice, bob, link } = await linkFor()
    for (const asker of [bob, app.nobody]) {
      const { data, errors } = await asker.ask(LinksOf, represent(alice.id))
      expect(data._entities).toEqual([{ id: alice.id, contactLinks: null }])
      expect(errors.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN'])
    }
    await verbs.blockUser(alice, bob)
    for (const id of [alice.id, newUserId()]) {
      const { data, errors } = await bob.ask(LinksOf, represent(id))
      expect(data._entities).toEqual([{ id, contactLinks: null }])
      expect(errors).toEqual([])
    }
    const { data } = await app.service.ask(LinksOf, represent(alice.id, newUserId()))
    expect(idsOf(data._entities[0].contactLinks)).toEqual([link.id])
    expect(data._entities[1].contactLinks).toBeNull()
  })

  it('of a hundred makers costs the statements of one', async () => {
    const people = await crowd(100)
    await app.admin.query(
      `insert into contact_links (maker_user_id, token_hash)
       select id, sha256(gen_random_uuid()::text::bytea) from unnest($1::uuid[]) as id, generate_series(1, 3)`,
      [people.map(({ id }) => id)],
    )
    const one = await app.service.ask(LinksOf, represent(people[0]?.id ?? ''))
    const hundred = await app.service.ask(LinksOf, represent(...people.map(({ id }) => id)))
    expect(hundred.data._entities).toHaveLength(100)
    expect(
      hundred.data._entities.every(
        ({ contactLinks }: { contactLinks: { totalCount: number } }) =>
          contactLinks.totalCount === 3,
      ),
    ).toBe(true)
    expect(hundred.statements).toEqual(['links.pages', 'links.count'])
    expect(one.statements).toEqual(hundred.statements)
  })
})

describe('revoking a link', () => {
  it('ends it for good; again changes nothing, the time included', async () => {
    const { alice, bob, token, link } = await linkFor()
    const revoked = await links.revoke(alice, link)
    expect(revoked).toMatchObject({
      changed: true,
      link: { id: link.id, isLive: false, revokedAt: expect.any(String) as string },
      userErrors: [],
    })
    expect(await links.revoke(alice, link)).toEqual({ ...revoked, changed: false })
    expect(codeOf(await links.consume(bob, token))).toBe('LINK_UNAVAILABLE')
    expect(await links.preview(bob, token)).toBeNull()
  })

  it('leaves the contacts that it made', async () => {
    const { alice, bob, token, link } = await linkFor()
    await links.consume(bob, token)
    await links.revoke(alice, link)
    expect(await relationshipOf(bob, alice)).toEqual({ ...strangers, isContact: true })
  })

  it('finds somebody else’s link as little as one that never was', async () => {
    const { alice, bob, link } = await linkFor()
    const theirs = await links.revoke(bob, link)
    expect(theirs).toEqual(await links.revoke(bob, { id: newUserId() }))
    expect(theirs).toMatchObject({
      changed: false,
      link: null,
      userErrors: [{ code: 'NOT_FOUND', field: ['id'] }],
    })
    expect(await newest(alice)).toMatchObject({ isLive: true })
  })

  it('refuses what is not a UUID', async () => {
    const [alice] = await app.people('alice')
    expect(await links.revoke(alice, { id: 'my link' })).toMatchObject({
      changed: false,
      userErrors: [{ code: 'INVALID_INPUT', field: ['id'] }],
    })
  })

  it('works after everything else has been done too often', async () => {
    const { alice, link } = await linkFor()
    const { most } = limits.mutations.createContactLink
    for (let count = 0; count < most; count++) await links.create(alice, { maxUses: 0 })
    expect(codeOf(await links.create(alice))).toBe('RATE_LIMITED')
    expect((await links.revoke(alice, link)).changed).toBe(true)
  })
})

describe('consuming a link', () => {
  it('makes one contact: bob keeps alice, and alice neither keeps bob nor hears of it', async () => {
    const { alice, bob, token } = await linkFor({ label: 'the hall' })
    const before = await app.admin.query('select from outbox')
    expect(await links.consume(bob, token)).toMatchObject({
      changed: true,
      user: { id: alice.id },
      contact: { node: { id: alice.id } },
      relationship: { isContact: true },
      userErrors: [],
    })
    expect(await relationshipOf(bob, alice)).toEqual({ ...strangers, isContact: true })
    expect(await relationshipOf(alice, bob)).toEqual(strangers)
    expect((await app.admin.query('select from outbox')).rowCount).toBe(before.rowCount)
  })

  it('is seen by the maker as a number and a time, never as a person', async () => {
    const { alice, bob, token } = await linkFor({ maxUses: 2 })
    await links.consume(bob, token)
    const { body } = await alice.ask(Links)
    expect(await newest(alice)).toMatchObject({
      uses: 1,
      lastUsedAt: expect.any(String) as string,
      isLive: true,
    })
    expect(body).not.toContain(bob.id)
  })

  it('again succeeds without using it up, also when others have used it up meanwhile', async () => {
    const { alice, bob, token } = await linkFor({ maxUses: 2 })
    const [carol] = await app.people('carol')
    expect((await links.consume(bob, token)).changed).toBe(true)
    expect(await links.consume(bob, token)).toMatchObject({ changed: false, userErrors: [] })
    expect((await newest(alice)).uses).toBe(1)
    await links.consume(carol, token)
    expect(await newest(alice)).toMatchObject({ uses: 2, isLive: false })
    expect(await links.consume(bob, token)).toMatchObject({ changed: false, userErrors: [] })
    expect((await newest(alice)).uses).toBe(2)
  })

  it('again after removing the contact brings it back, for the one use', async () => {
    const { alice, bob, token } = await linkFor({ maxUses: 1 })
    await links.consume(bob, token)
    await verbs.removeContact(bob, alice)
    expect(await links.preview(bob, token)).toMatchObject({ user: { id: alice.id } })
    expect(await links.consume(bob, token)).toMatchObject({ changed: true, userErrors: [] })
    expect(await newest(alice)).toMatchObject({ uses: 1 })
  })

  it('by somebody who keeps the maker already succeeds without using it up, also when it is', async () => {
    const { alice, bob, carol, token } = await usedUpLink()
    await verbs.addContact(bob, alice)
    const [before] = await contactsOf(bob)
    const consumed = await links.consume(bob, token)
    expect(consumed).toMatchObject({ changed: false, contact: { addedAt: before?.addedAt } })
    expect(consumed.userErrors).toEqual([])
    expect(await newest(alice)).toMatchObject({ uses: 1 })
    expect(await relationshipOf(carol, alice)).toMatchObject({ isContact: true })
  })

  it('does not work again once it is revoked or expired, for whoever has used it either', async () => {
    for (const end of [
      ({ alice, link }: Made) => links.revoke(alice, link),
      ({ link }: Made) => expire(link),
    ]) {
      const made = await linkFor()
      await links.consume(made.bob, made.token)
      await end(made)
      expect(codeOf(await links.consume(made.bob, made.token))).toBe('LINK_UNAVAILABLE')
      expect(await links.preview(made.bob, made.token)).toBeNull()
    }
  })

  it('refuses one’s own link as SELF, dead or live', async () => {
    const { alice, token, link } = await linkFor()
    const own = { changed: false, contact: null, userErrors: [{ code: 'SELF', field: ['token'] }] }
    expect(await links.consume(alice, token)).toMatchObject(own)
    await links.revoke(alice, link)
    expect(await links.consume(alice, token)).toMatchObject(own)
    expect(await newest(alice)).toMatchObject({ uses: 0 })
  })

  it('is limited per minute, whatever the tokens are', async () => {
    const { bob, token } = await linkFor()
    const { most } = limits.mutations.consumeContactLink
    for (let count = 0; count < most; count++) await links.consume(bob, 'guess')
    expect((await links.consume(bob, token)).userErrors).toMatchObject([
      { code: 'RATE_LIMITED', retryAt: expect.any(String) as string },
    ])
  })
})

type Made = Awaited<ReturnType<typeof linkFor>>

async function contactsOf(owner: Asker): Promise<{ addedAt: string; node: { id: string } }[]> {
  const { data } = await owner.ask('{ viewer { contacts { edges { addedAt node { id } } } } }')
  return data.viewer.contacts.edges
}

describe('a token that opens nothing', () => {
  const closed: Record<string, () => Promise<{ bob: Person; token: string }>> = {
    'never existed': async () => ({ ...(await linkFor()), token: 'A'.repeat(43) }),
    'is malformed': async () => ({ ...(await linkFor()), token: 'not a token' }),
    'is almost one': async () => {
      const { bob, token } = await linkFor()
      return { bob, token: ` ${token}` }
    },
    'is the id of a link': async () => {
      const { bob, link } = await linkFor()
      return { bob, token: link.id }
    },
    'is the hash of one': async () => {
      const { bob, token } = await linkFor()
      return { bob, token: Buffer.from(sha256(token), 'hex').toString('base64url') }
    },
    'was revoked': async () => {
      const made = await linkFor()
      await links.revoke(made.alice, made.link)
      return made
    },
    'has expired': async () => {
      const made = await linkFor({ expiresAt: inHours(1) })
      await expire(made.link)
      return made
    },
    'was used up by others': () => usedUpLink(),
    'was made by somebody who blocks the caller': async () => {
      const made = await linkFor()
      await verbs.blockUser(made.alice, made.bob)
      return made
    },
    'was made by somebody whom the caller blocks': async () => {
      const made = await linkFor()
      await verbs.blockUser(made.bob, made.alice)
      return made
    },
    'was used, and its maker blocks the caller since': async () => {
      const made = await linkFor()
      await links.consume(made.bob, made.token)
      await verbs.blockUser(made.alice, made.bob)
      return made
    },
    'was made by somebody who was erased': async () => {
      const made = await linkFor()
      await app.admin.query('delete from users where id = $1', [made.alice.id])
      return made
    },
  }
  const refusal =
    '{"data":{"payload":{"changed":false,"user":null,"contact":null,"relationship":null,"userErrors":[{"code":"LINK_UNAVAILABLE",' +
    '"field":["token"],"message":"This link is not available.","retryAt":null}]}}}\n'

  for (const [why, make] of Object.entries(closed)) {
    it(`because it ${why}: the same bytes for all, and nothing is counted`, async () => {
      const { bob, token } = await make()
      const before = await app.admin.query('select sum(uses) from contact_links')
      expect((await bob.ask(PreviewContactLink, { token })).body).toBe(
        '{"data":{"payload":null}}\n',
      )
      expect((await bob.ask(ConsumeContactLink, { token })).body).toBe(refusal)
      expect((await contactsOf(bob)).length).toBe(0)
      expect((await app.admin.query('select sum(uses) from contact_links')).rows).toEqual(
        before.rows,
      )
    })
  }
})

describe('somebody who was erased, with a token of their own that is good still', () => {
  it('makes no link, and uses none', async () => {
    const { alice, bob, token } = await linkFor()
    await bob.ask('{ viewer { id } }')
    await app.admin.query('delete from users where id = $1', [bob.id])
    expect(codeOf(await links.create(bob))).toBe('UNAVAILABLE')
    expect(codeOf(await links.consume(bob, token))).toBe('LINK_UNAVAILABLE')
    expect(await newest(alice)).toMatchObject({ uses: 0 })
  })
})

describe('the preview of a link', () => {
  it('shows whose it is to somebody who is signed in, and uses nothing up', async () => {
    const expiresAt = inHours(1)
    const { alice, bob, token } = await linkFor({ label: 'the hall', expiresAt, maxUses: 1 })
    const shown = { user: { id: alice.id }, label: 'the hall', expiresAt }
    expect(await links.preview(bob, token)).toEqual(shown)
    expect(await links.preview(bob, token)).toEqual(shown)
    expect(await newest(alice)).toMatchObject({ uses: 0 })
    expect(await relationshipOf(bob, alice)).toEqual(strangers)
  })

  it('shows the maker their own while it is live', async () => {
    const { alice, token, link } = await linkFor()
    expect(await links.preview(alice, token)).toMatchObject({ user: { id: alice.id } })
    await links.revoke(alice, link)
    expect(await links.preview(alice, token)).toBeNull()
  })

  it('of a used-up link is there for those who may still consume it, and for nobody else', async () => {
    const { alice, bob, carol, token } = await usedUpLink()
    const [dave] = await app.people('dave')
    await verbs.addContact(dave, alice)
    for (const person of [carol, dave])
      expect(await links.preview(person, token)).toMatchObject({ user: { id: alice.id } })
    expect(await links.preview(bob, token)).toBeNull()
    expect(await links.preview(alice, token)).toBeNull()
  })

  it('of many links is one statement', async () => {
    const [bob] = await app.people('bob')
    const tokens = await Promise.all(
      Array.from({ length: 20 }, async () => (await linkFor()).token),
    )
    const { data, statements } = await bob.ask(
      `query (${tokens.map((_, place) => `$t${String(place)}: String!`).join()}) {
        ${tokens.map((_, place) => `l${String(place)}: contactLinkPreview(token: $t${String(place)}) { user { id } }`).join('\n')}
      }`,
      Object.fromEntries(tokens.map((token, place) => [`t${String(place)}`, token])),
    )
    expect(Object.values(data as object).every((preview) => preview !== null)).toBe(true)
    expect(statements).toEqual(['rateLimits.reserve', 'links.find'])
  })
})

describe('asking to be friends after using a link', () => {
  it.each(['NOBODY', 'FRIENDS_OF_FRIENDS'])(
    'lets its consumer ask somebody who allows %s, and nobody else',
    async (audience) => {
      const { alice, bob, token } = await linkFor()
      const [carol] = await app.people('carol')
      await closeSession(alice, audience)
      expect(await mayAsk(bob, alice)).toEqual(no)
      await links.consume(bob, token)
      expect(await mayAsk(bob, alice)).toEqual(yes)
      expect(await mayAsk(carol, alice)).toEqual(no)
      expect(codeOf(await verbs.requestFriend(carol, alice))).toBe('UNAVAILABLE')
      expect(await verbs.requestFriend(bob, alice)).toMatchObject({ changed: true, userErrors: [] })
    },
  )

  it('is told to services alike', async () => {
    const { alice, bob, token } = await linkFor()
    const [carol] = await app.people('carol')
    await closeSession(alice)
    await links.consume(bob, token)
    const { data } = await app.service.ask(
      `query ($pairs: [InteractionPair!]!) { interactions(pairs: $pairs) { requestFriend } }`,
      { pairs: [bob, carol].map((actor) => ({ actorId: actor.id, otherId: alice.id })) },
    )
    expect(data.interactions).toEqual([{ requestFriend: true }, { requestFriend: false }])
  })

  it('opens one way: alice may not ask bob because of it', async () => {
    const { alice, bob, token } = await linkFor()
    await closeSession(bob)
    await links.consume(bob, token)
    expect(await mayAsk(alice, bob)).toEqual(no)
  })

  it('stays open when the contact is removed, and when the link expires or is used up', async () => {
    const { alice, bob, token, link } = await linkFor({ maxUses: 1 })
    await closeSession(alice)
    await links.consume(bob, token)
    await verbs.removeContact(bob, alice)
    expect(await mayAsk(bob, alice)).toEqual(yes)
    await expire(link)
    expect(await mayAsk(bob, alice)).toEqual(yes)
  })

  it('is shut by revoking the link, unless another link of hers is open', async () => {
    const { alice, bob, token, link } = await linkFor()
    const other = await links.create(alice)
    await closeSession(alice)
    await links.consume(bob, token)
    await links.consume(bob, other.token)
    await links.revoke(alice, link)
    expect(await mayAsk(bob, alice)).toEqual(yes)
    await links.revoke(alice, other.link)
    expect(await mayAsk(bob, alice)).toEqual(no)
    expect(codeOf(await verbs.requestFriend(bob, alice))).toBe('UNAVAILABLE')
  })

  it('is opened by an unlimited link for somebody who kept her already, and by a limited one is not', async () => {
    const { alice, bob, token } = await linkFor()
    const limited = await links.create(alice, { maxUses: 5 })
    await closeSession(alice)
    await verbs.addContact(bob, alice)
    await links.consume(bob, limited.token)
    expect(await mayAsk(bob, alice)).toEqual(no)
    await links.consume(bob, token)
    expect(await mayAsk(bob, alice)).toEqual(yes)
    const uses = (await page(alice)).edges.map(({ node }: { node: { uses: number } }) => node.uses)
    expect(uses).toEqual([0, 0])
  })
})

describe('a block', () => {
  it.each([
    ['the maker', (alice: Person, bob: Person) => [alice, bob] as const],
    ['the consumer', (alice: Person, bob: Person) => [bob, alice] as const],
  ])('by %s ends that, and taking it back allows nothing', async (_who, sides) => {
    const { alice, bob, token } = await linkFor()
    await closeSession(alice)
    await links.consume(bob, token)
    const [blocker, blocked] = sides(alice, bob)
    await verbs.blockUser(blocker, blocked)
    await verbs.unblockUser(blocker, blocked)
    expect(await mayAsk(bob, alice)).toEqual(no)
    expect(await newest(alice)).toMatchObject({ uses: 1 })
  })

  it('forgets the uses of both each other’s links, and of nobody else', async () => {
    const { alice, bob, token } = await linkFor()
    const [carol] = await app.people('carol')
    const bobs = await links.create(bob)
    for (const person of [alice, bob]) await closeSession(person)
    await links.consume(bob, token)
    await links.consume(carol, token)
    await links.consume(alice, bobs.token)
    await verbs.blockUser(alice, bob)
    await verbs.unblockUser(alice, bob)
    expect(await mayAsk(alice, bob)).toEqual(no)
    expect(await mayAsk(bob, alice)).toEqual(no)
    expect(await mayAsk(carol, alice)).toEqual(yes)
  })

  it('makes a use forgotten: after it, using the link again counts again', async () => {
    const { alice, bob, token } = await linkFor({ maxUses: 2 })
    await links.consume(bob, token)
    await verbs.blockUser(bob, alice)
    await verbs.unblockUser(bob, alice)
    expect(await relationshipOf(bob, alice)).toEqual(strangers)
    expect((await links.consume(bob, token)).changed).toBe(true)
    expect(await newest(alice)).toMatchObject({ uses: 2, isLive: false })
  })
})

describe('at the same instant', () => {
  it('two hundred people consume a link with ten uses: ten do, the others are told it is unavailable', async () => {
    const { alice, token } = await linkFor({ maxUses: 10 })
    const people = await crowd(200)
    await Promise.all(people.map((person) => person.ask('{ viewer { id } }')))
    const answers = await Promise.all(
      people.map((person, place) =>
        links.consume(overHttp(app, person, place % 2 === 0 ? app.server.url : second.url), token),
      ),
    )
    const codes = answers.map(codeOf)
    expect(codes.filter((code) => code === null)).toHaveLength(10)
    expect(codes.filter((code) => code === 'LINK_UNAVAILABLE')).toHaveLength(190)
    expect(await newest(alice)).toMatchObject({ uses: 10, isLive: false })
    const { rows } = await app.admin.query(
      `select (select count(*)::int from user_contacts where contact_user_id = $1) as contacts,
              (select count(*)::int from contact_link_uses where maker_user_id = $1) as uses`,
      [alice.id],
    )
    expect(rows).toEqual([{ contacts: 10, uses: 10 }])
  })

  it('one person consumes it twenty times, through two processes: one use', async () => {
    for (let round = 0; round < 5; round++) {
      const { alice, bob, token } = await linkFor({ maxUses: 10 })
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, place) =>
          links.consume(overHttp(app, bob, place % 2 === 0 ? app.server.url : second.url), token),
        ),
      )
      expect(answers.filter(({ changed }) => changed)).toHaveLength(1)
      expect(new Set(answers.map(codeOf))).toEqual(new Set([null]))
      expect(await newest(alice)).toMatchObject({ uses: 1 })
    }
  })

  it('bob consumes it while alice blocks him: never a use, nor a request, across the block', async () => {
    for (let round = 0; round < 40; round++) {
      const { alice, bob, token } = await linkFor()
      await Promise.all([alice, bob].map((person) => person.ask('{ viewer { id } }')))
      const [consumed] = await Promise.all([
        links.consume(overHttp(app, bob), token),
        verbs.blockUser(overHttp(app, alice, second.url), bob),
      ])
      expect([null, 'LINK_UNAVAILABLE']).toContain(codeOf(consumed))
      expect(codeOf(await verbs.requestFriend(bob, alice))).toBe('UNAVAILABLE')
    }
    expect(await countBreaches(app)).toBe(0)
  })

  it('bob consumes it while he blocks alice: never a contact whom he blocks', async () => {
    for (let round = 0; round < 40; round++) {
      const { alice, bob, token } = await linkFor()
      await bob.ask('{ viewer { id } }')
      await Promise.all([
        links.consume(overHttp(app, bob), token),
        verbs.blockUser(overHttp(app, bob, second.url), alice),
      ])
    }
    expect(await countBreaches(app)).toBe(0)
  })
})

describe('the log', () => {
  it('has no token and no hash of one, whatever is done with it, at the finest level', async () => {
    const lines: string[] = []
    const loud = await openIsolatedTestService(
      { LOG_LEVEL: 'debug' },
      { write: (line) => void lines.push(line) },
    )
    // Finer than what can be configured: whatever any library would say.
    loud.server.app.log.level = 'trace'
    const [alice, bob, carol] = await loud.people('alice', 'bob', 'carol')
    const tokens: string[] = []
    const make = async () => {
      const made = await links.create(alice, { label: 'a label of the maker’s' })
      tokens.push(made.token)
      return { token: String(made.token), link: made.link }
    }
    const { token, link } = await make()
    await links.preview(bob, token)
    for (const asker of [bob, bob, alice]) await links.consume(asker, token)
    await page(alice)
    const documents = [
      `{ contactLinkPreview(token: "${token}") { label } }`,
      `mutation { consumeContactLink(token: "${token}") { changed } }`,
      // Mistakes of every kind, each with the token in the middle of it.
      `{ contactLinkPreview(token: "${token}) { label } }`,
      `{ contactLinkPreview(token: ${token}) { label } }`,
      `{ contactLinkPreview(token: ["${token}"]) { label } }`,
      `{ contactLinkPreview(${token}: "") { label } }`,
      `query x_${token.replaceAll('-', '_')} { contactLinkPreview(token: "${token}") { none } }`,
    ]
    for (const asker of [bob, loud.nobody, loud.service])
      for (const document of documents) await asker.ask(document)
    const bearer = await bob.token()
    const headers = { ...fromGateway(bearer), 'apollo-require-preflight': 'yes' }
    const preview = encodeURIComponent(documents[0] ?? '')
    const mutation = encodeURIComponent(documents[1] ?? '')
    for (const path of [
      `/graphql?query=${preview}`,
      `/graphql?query=${mutation}`,
      `/graphql?query=${preview}&variables=${token}`,
      `/graphql/${token}`,
      `/${token}?token=${token}`,
      `/%${token}`,
      `/livez?token=${token}`,
    ])
      await send(new URL(path, loud.server.url).href, { method: 'GET', headers })
    for (const body of [
      `{"query": "${token}`,
      token,
      JSON.stringify({ query: PreviewContactLink, variables: token }),
      JSON.stringify({ query: PreviewContactLink, variables: { token: { token } } }),
      JSON.stringify({ query: PreviewContactLink, variables: { token, [token]: token } }),
    ])
      await send(loud.server.url, { headers, body })
    await links.revoke(alice, link)
    await links.consume(bob, token)

    // Unexpected errors: the database fails when it looks, when it uses, and when it keeps a link.
    const fresh = await make()
    await loud.admin.query('revoke select on contact_link_uses from connections_facts')
    for (const document of [ConsumeContactLink, PreviewContactLink]) {
      const { errors } = await bob.ask(document, { token: fresh.token })
      expect(errors.map(({ extensions }) => extensions.code)).toEqual(['INTERNAL_SERVER_ERROR'])
    }
    await bob.ask(`mutation { consumeContactLink(token: "${fresh.token}") { changed } }`)
    await loud.admin.query(
      `grant select on contact_link_uses to connections_facts;
       create function refuse_row() returns trigger language plpgsql
         as $$ begin raise exception 'refused' using detail = new::text, hint = new.token_hash::text; end $$;
       create trigger refuse_row before insert or update on contact_links for each row execute function refuse_row()`,
    )
    await carol.ask(ConsumeContactLink, { token: fresh.token })
    await alice.ask('mutation { createContactLink { token } }')

    const log = lines.join('')
    expect(lines.filter((line) => line.includes('"msg":"unexpected error"'))).toHaveLength(5)
    expect(log).toContain('"message":"refused"')
    for (const secret of tokens) {
      const hash = Buffer.from(sha256(secret), 'hex')
      for (const trace of [
        secret,
        secret.replaceAll('-', '_'),
        encodeURIComponent(secret),
        Buffer.from(secret, 'base64url').toString('hex'),
        hash.toString('hex'),
        hash.toString('base64'),
        hash.toString('base64url'),
      ])
        expect(log).not.toContain(trace)
    }
  })
})
