import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { env } from 'node:process'
import { describe, expect, it } from 'vitest'
import {
  contacts,
  everyKindOfRow,
  importFrom,
  type MakeSource,
  minute,
  oldId,
  type OldRow,
  openFolder,
  sources,
  sqliteSource,
} from '../../support/old-contacts.ts'
import {
  newUserId,
  openIsolatedTestService,
  type Person,
  type TestService,
} from '../../support/test-service.ts'
import { verbs } from '../../support/verbs.ts'

const folder = openFolder()
const names = Array.from({ length: 9 }, (_, index) => `person ${String(index)}`)

/** What `contacts verify` says, with its exit code. */
async function verify(app: TestService, from: string, ...words: string[]) {
  const { code, output, errors } = await contacts(app, 'verify', '--from', from, '--json', ...words)
  if (output === '') throw new Error(errors)
  return { code, ...JSON.parse(output) }
}

/** A test service whose contacts were imported from a source of every kind of row. */
async function imported(makeSource: MakeSource = sqliteSource, more: readonly OldRow[] = []) {
  const app = await openIsolatedTestService()
  const people = await app.people('alice', 'bob', 'carol', ...names)
  const rows = [...everyKindOfRow(people), ...more]
  const from = await makeSource(rows)
  const report = await importFrom(app, from)
  return { app, people, rows, from, report }
}

/** The two first, of whom the first keeps the second as a contact, added when and updated when. */
async function somePair(app: TestService, people: readonly Person[]) {
  const { rows } = await app.admin.query(
    `select owner_user_id as owner, contact_user_id as contact, created_at as "addedAt", updated_at as "updatedAt"
       from user_contacts where owner_user_id = $1 and contact_user_id = $2`,
    [people[0]?.id, people[1]?.id],
  )
  const [{ owner, contact, addedAt, updatedAt }] = rows
  const times = { addedAt: addedAt.toISOString(), updatedAt: updatedAt.toISOString() }
  return { owner, contact, times, key: [owner, contact] as const }
}

const bucketOf = (owner: string) => createHash('sha256').update(owner).digest('hex').slice(0, 2)

describe.each(Object.entries(sources))('after an import from %s', (_name, makeSource) => {
  it('all is alike: every contact, every checksum, both samples; rejects are counted by reason', async () => {
    const { app, people, rows, from, report } = await imported(makeSource)
    const pairs = people.length * (people.length - 1)
    const verified = await verify(app, from)
    const { added, merged, unchanged, ...counts } = report.counts
    expect(verified).toMatchObject({
      code: 0,
      alike: true,
      rows: rows.length,
      expected: pairs,
      imported: pairs,
      removedSince: 0,
      repeated: merged + unchanged,
      buckets: { compared: 256, differing: [] },
      differences: [],
      samples: {
        sourceHere: { pairs, differences: [] },
        hereInSource: { pairs, differences: [] },
      },
    })
    expect(added).toBe(pairs)
    expect(counts).toMatchObject(verified.rejected)
    expect(verified.rejected['malformed id']).toBe(7)
  })

  it('a contact of the source that was never imported is named', async () => {
    const { app, people, from } = await imported(makeSource)
    const { owner, contact, times, key } = await somePair(app, people)
    await behindItsBack(
      app,
      'delete from user_contacts where owner_user_id = $1 and contact_user_id = $2',
      key,
    )
    const { code, differing, differences, buckets } = await verify(app, from)
    expect(code).toBe(4)
    expect(differing).toEqual({
      missing: 1,
      unexpected: 0,
      'addedAt differs': 0,
      'updatedAt differs': 0,
    })
    expect(differences).toEqual([{ kind: 'missing', owner, contact, source: times, target: null }])
    expect(buckets.differing).toMatchObject([{ bucket: bucketOf(owner) }])
    const [{ source, target }] = buckets.differing
    expect(source.contacts - target.contacts).toBe(1)
  })
})

describe('a contact here that was corrupted', () => {
  it.each([
    ['created_at', 'addedAt', "created_at - interval '1 millisecond'"],
    ['updated_at', 'updatedAt', "updated_at + interval '1 hour'"],
    ['updated_at', 'updatedAt', "'infinity'"],
  ])('in %s is named with both values (%s = %s)', async (column, field, value) => {
    const { app, people, from } = await imported()
    const { owner, contact, times, key } = await somePair(app, people)
    await behindItsBack(
      app,
      `update user_contacts set ${column} = ${value} where owner_user_id = $1 and contact_user_id = $2`,
      key,
    )
    const { code, differences, buckets, samples } = await verify(app, from)
    expect(code).toBe(4)
    expect(differences).toMatchObject([{ kind: `${field} differs`, owner, contact, source: times }])
    expect(differences[0].target).not.toEqual(times)
    expect(buckets.differing).toHaveLength(1)
    expect(samples.sourceHere.differences).toEqual(differences)
    expect(samples.hereInSource.differences).toEqual(differences)
  })

  it('into one that is marked as imported and is not in the source is named', async () => {
    const { app, from } = await imported()
    const [owner, contact] = await app.people('mallory', 'trent')
    await behindItsBack(
      app,
      'insert into user_contacts (owner_user_id, contact_user_id, imported) values ($1, $2, true)',
      [owner.id, contact.id],
    )
    const { code, differing, differences } = await verify(app, from)
    expect(code).toBe(4)
    expect(differing).toMatchObject({ missing: 0, unexpected: 1 })
    expect(differences).toMatchObject([
      { kind: 'unexpected', owner: owner.id, contact: contact.id, source: null },
    ])
  })

  it('many times over is counted, and the first twenty are named', async () => {
    const { app, from } = await imported()
    await behindItsBack(app, 'delete from user_contacts')
    const { differing, differences, expected, imported: here } = await verify(app, from)
    expect(differing.missing).toBe(expected)
    expect(here).toBe(0)
    expect(differences).toHaveLength(20)
  })

  it('is found even if the importer itself had written it so', async () => {
    const app = await openIsolatedTestService()
    const people = await app.people(...names)
    const { rows } = await app.admin.query(
      `select pg_get_functiondef(oid) as definition from pg_proc where proname = 'import_contacts'`,
    )
    await app.admin.query(
      String(rows[0].definition).replace(
        'created[judged.place],',
        "created[judged.place] - interval '1 ms',",
      ),
    )
    const from = await sqliteSource(everyKindOfRow(people))
    await importFrom(app, from)
    const { code, differing } = await verify(app, from)
    expect(code).toBe(4)
    expect(differing['addedAt differs']).toBe(names.length * (names.length - 1))
  })
})

describe('what is not a difference', () => {
  it('a contact that was removed since, by its owner or by a block', async () => {
    const { app, people, from } = await imported()
    const [alice, bob, carol] = people
    await verbs.removeContact(alice, bob)
    await verbs.blockUser(alice, carol)
    expect(await verify(app, from)).toMatchObject({ code: 0, alike: true, removedSince: 2 })
    await importFrom(app, from)
    expect(await verify(app, from)).toMatchObject({ code: 0, alike: true, removedSince: 2 })
  })

  it('a contact that somebody added here, also again after removing it', async () => {
    const { app, people, from } = await imported()
    const [alice, bob] = people
    const [zoe] = await app.people('zoe')
    await verbs.addContact(alice, zoe)
    await verbs.removeContact(alice, bob)
    await verbs.addContact(alice, bob)
    expect(await verify(app, from)).toMatchObject({ code: 0, alike: true, removedSince: 1 })
  })

  it('a person of the source whom nobody knows here, until they are known', async () => {
    const stranger = newUserId()
    const app = await openIsolatedTestService()
    const [alice] = await app.people('alice')
    const from = await sqliteSource([[oldId(alice.id), oldId(stranger), minute(0), minute(1)]])
    await importFrom(app, from)
    expect(await verify(app, from)).toMatchObject({ code: 0, rejected: { 'unknown contact': 1 } })
    await app.stranger('stranger', stranger).ask('{ viewer { id } }')
    expect(await verify(app, from)).toMatchObject({ code: 4, differing: { missing: 1 } })
    await importFrom(app, from)
    expect(await verify(app, from)).toMatchObject({ code: 0, expected: 1 })
  })
})

describe('the report', () => {
  it('says in words what differs, with a table of the buckets, and ends with the conclusion', async () => {
    const { app, people, from } = await imported()
    const alike = await contacts(app, 'verify', '--from', from)
    expect(alike.output).toMatch(/checksums +0 of 256 buckets differ/)
    expect(alike.output.split('\n').at(-1)).toBe('No differences.')
    const { owner, contact, times, key } = await somePair(app, people)
    await behindItsBack(
      app,
      'delete from user_contacts where owner_user_id = $1 and contact_user_id = $2',
      key,
    )
    const { code, output } = await contacts(app, 'verify', '--from', from)
    expect(code).toBe(4)
    expect(output).toContain(`missing: ${owner} -> ${contact}`)
    expect(output).toContain(`source  added ${times.addedAt}, updated ${times.updatedAt}`)
    expect(output).toMatch(/checksums +1 of 256 buckets differ/)
    // Another owner may be in the same bucket.
    const bucket = bucketOf(owner)
    const before = 11 * people.filter(({ id }) => bucketOf(id) === bucket).length
    expect(output).toMatch(
      new RegExp(`\\n  ${bucket} +${before} [0-9a-f]{16} +${before - 1} [0-9a-f]{16}\\n`),
    )
    expect(output.split('\n').at(-1)).toBe('DIFFERENCES FOUND.')
  })

  it('looks up as many pairs of each side as it is told', async () => {
    const { app, from } = await imported()
    const { samples } = await verify(app, from, '--sample', '7')
    expect(samples).toMatchObject({ sourceHere: { pairs: 7 }, hereInSource: { pairs: 7 } })
  })

  it('leaves no file behind', async () => {
    const { app, from } = await imported()
    const place = mkdtempSync(join(folder, 'scratch-'))
    const before = env['TMPDIR']
    env['TMPDIR'] = place
    try {
      expect(await verify(app, from)).toMatchObject({ code: 0 })
    } finally {
      if (before === undefined) delete env['TMPDIR']
      else env['TMPDIR'] = before
    }
    expect(readdirSync(place)).toEqual([])
  })
})

/** A change that no trigger and no rule sees. */
async function behindItsBack(
  app: TestService,
  sql: string,
  values: readonly string[] = [],
): Promise<void> {
  const connection = await app.admin.connect()
  try {
    await connection.query('set session_replication_role = replica')
    await connection.query(sql, [...values])
  } finally {
    await connection.query('reset session_replication_role')
    connection.release()
  }
}
