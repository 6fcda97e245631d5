import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { keepsInvariants } from '../../support/invariants.ts'
import { type Asker, newUserId, openTestService, type Person } from '../../support/test-service.ts'

const app = await openTestService()
keepsInvariants(app)

const edge = 'node { id username profile { displayName } } username displayName expiresAt'
const BlockUser = `mutation ($userId: ID!, $expiresAt: DateTime) {
  blockUser(userId: $userId, expiresAt: $expiresAt) { changed block { ${edge} } userErrors { code } }
}`
const UnblockUser = `mutation ($userId: ID!) { unblockUser(userId: $userId) { block { ${edge} } } }`
const Blocks = `{ viewer { blocks { edges { ${edge} } } } }`

const block = async (blocker: Asker, blocked: { id: string }, expiresAt: string | null = null) => {
  const { data, body } = await blocker.ask(BlockUser, { userId: blocked.id, expiresAt })
  if (data?.blockUser?.block == null) throw new Error(body)
  return data.blockUser.block
}
const listOf = async (blocker: Asker) => (await blocker.ask(Blocks)).data.viewer.blocks.edges
const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString()
const erase = ({ id }: Person) => app.admin.query('delete from users where id = $1', [id])
const stored = async (blocked: { id: string }) =>
  (
    await app.admin.query(
      'select username, display_name from user_blocks where blocked_user_id = $1',
      [blocked.id],
    )
  ).rows

let people = 0
/** Gives somebody a display name and a username of their own, and says what they are called now. */
async function call(person: Person, displayName: string) {
  const username = `${person.name}.${String(++people)}`
  await person.ask(
    `mutation ($username: String!, $displayName: String!) {
      claimUsername(username: $username) { changed } updateProfile(profile: { displayName: $displayName }) { changed }
    }`,
    { username, displayName },
  )
  return { username, displayName }
}
const nameless = { username: null, displayName: null }

describe('a list of blocks', () => {
  it('shows what bob was called when alice blocked him, although she sees nothing of him any more', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const called = await call(bob, 'Bob Builder')
    const kept = {
      node: { id: bob.id, username: null, profile: null },
      ...called,
      expiresAt: null,
    }
    expect(await block(alice, bob)).toEqual(kept)
    expect(await listOf(alice)).toEqual([kept])
    const { data } = await alice.ask(UnblockUser, { userId: bob.id })
    // By then the block is gone, and she sees him again.
    expect(data.unblockUser.block).toMatchObject(called)
  })

  it('tells of no change of his, also when the block’s end is moved', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const called = await call(bob, 'Bob Builder')
    await block(alice, bob)
    await call(bob, 'Robert')
    expect(await listOf(alice)).toMatchObject([called])
    expect(await block(alice, bob, inHours(1))).toMatchObject(called)
    expect(await block(alice, bob, inHours(2))).toMatchObject(called)
    expect(await listOf(alice)).toMatchObject([called])
  })

  it('shows what he is called at a new block, after the first has run out', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await call(bob, 'Bob Builder')
    await block(alice, bob, inHours(1))
    await app.admin.query(
      `update user_blocks set created_at = now() - interval '2 hours', expires_at = now() - interval '1 second'
        where blocker_user_id = $1`,
      [alice.id],
    )
    const called = await call(bob, 'Robert')
    expect(await block(alice, bob)).toMatchObject(called)
    expect(await listOf(alice)).toMatchObject([called])
  })

  it('shows nothing of whom alice did not see: who blocks her, and whom nobody knows, alike', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await call(bob, 'Bob Builder')
    await block(bob, alice)
    const nobody = newUserId()
    const answers = []
    for (const userId of [bob.id, nobody]) {
      const { body, statements } = await alice.ask(BlockUser, { userId })
      answers.push([body.replaceAll(userId, 'ID'), statements])
    }
    expect(answers[0]).toEqual(answers[1])
    expect(await listOf(alice)).toMatchObject([nameless, nameless])
    await bob.ask(UnblockUser, { userId: alice.id })
    expect(await listOf(alice)).toMatchObject([nameless, nameless])
  })

  it('shows somebody whose own block of alice has run out, and half a name of who has half', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    const called = await call(bob, 'Bob Builder')
    await block(bob, alice, inHours(1))
    await app.admin.query(
      `update user_blocks set created_at = now() - interval '2 hours', expires_at = now() - interval '1 second'
        where blocker_user_id = $1`,
      [bob.id],
    )
    expect(await block(alice, bob)).toMatchObject(called)
    await carol.ask('mutation { updateProfile(profile: { displayName: "Carol" }) { changed } }')
    expect(await block(alice, carol)).toMatchObject({ username: null, displayName: 'Carol' })
  })

  it('shows nothing of somebody who was erased since, and keeps the block', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    await call(bob, 'Bob Builder')
    const called = await call(carol, 'Carol Shaw')
    await block(alice, carol)
    await block(alice, bob)
    await erase(bob)
    expect(await listOf(alice)).toMatchObject([
      { node: { id: bob.id }, ...nameless },
      { node: { id: carol.id }, ...called },
    ])
    expect(await stored(bob)).toEqual([{ username: null, display_name: null }])
    const [erased] = await app.people('erased')
    await erase(erased)
    expect(await block(alice, erased)).toMatchObject(nameless)
  })

  it('keeps no name of somebody who is erased at the same instant', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await call(bob, 'Bob Builder')
    const blocking = new pg.Client({ connectionString: app.adminUrl })
    await blocking.connect()
    try {
      await blocking.query('begin')
      await blocking.query(
        'insert into user_blocks (blocker_user_id, blocked_user_id) values ($1, $2)',
        [alice.id, bob.id],
      )
      const erasing = erase(bob)
      await new Promise((resolve) => setTimeout(resolve, 200))
      await blocking.query('commit')
      await erasing
    } finally {
      await blocking.end()
    }
    expect(await stored(bob)).toEqual([{ username: null, display_name: null }])
  })

  it('is one statement, and reads as much with the names as without', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await call(bob, 'Bob Builder')
    await block(alice, bob)
    const { statements } = await alice.ask(
      '{ viewer { blocks { edges { username displayName } } } }',
    )
    expect(statements).toEqual(['blocks.pages'])
  })
})

describe('the names in a list of blocks', () => {
  /** SQL as one of the roles, for a person. */
  async function as(role: string, person: { id: string } | null, sql: string) {
    const connection = await app.admin.connect()
    try {
      await connection.query('begin')
      await connection.query(`set local role ${role}`)
      if (person !== null) await connection.query(`set local app.user_id = '${person.id}'`)
      return (await connection.query(sql)).rows
    } finally {
      await connection.query('rollback')
      connection.release()
    }
  }

  it('are alice’s to read: not bob’s, nor a service’s, nor any function’s', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    const { username, displayName } = await call(bob, 'Bob Builder')
    await block(alice, bob)
    const read = `select username, display_name from user_blocks where blocked_user_id = '${bob.id}'`
    expect(await as('connections_app', alice, read)).toEqual([
      { username, display_name: displayName },
    ])
    for (const other of [bob, carol, null])
      expect(await as('connections_app', other, read)).toEqual([])
    for (const role of ['connections_service', 'connections_facts'])
      await expect(as(role, null, read)).rejects.toThrow(/permission denied/)
    const { data, errors } = await app.service.ask(
      `query ($people: [_Any!]!) { _entities(representations: $people) { ... on User {
        blocks { totalCount edges { node { id } username displayName } } } } }`,
      { people: [{ __typename: 'User', id: alice.id }] },
    )
    expect(errors).toEqual([])
    expect(data._entities[0].blocks).toEqual({
      totalCount: 1,
      edges: [{ node: { id: bob.id }, ...nameless }],
    })
  })

  it('are written by nobody: alice cannot give one, nor look again while her block stands', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const { username } = await call(bob, 'Bob Builder')
    await block(alice, bob)
    await call(bob, 'Robert')
    for (const sql of [
      `insert into user_blocks (blocker_user_id, blocked_user_id, username) values ('${alice.id}', '${newUserId()}', 'x')`,
      `update user_blocks set username = 'x' where blocked_user_id = '${bob.id}'`,
      `update user_blocks set display_name = 'x' where blocked_user_id = '${bob.id}'`,
    ])
      await expect(as('connections_app', alice, sql), sql).rejects.toThrow(/permission denied/)
    const renew = `update user_blocks set created_at = now() + interval '1 minute', expires_at = null
                    where blocked_user_id = '${bob.id}' returning username`
    expect(await as('connections_app', alice, renew)).toEqual([{ username }])
  })
})
