import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, readFileSync, rmSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { env, execPath } from 'node:process'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readRow } from '../../../src/people-data/contacts/contact-row.ts'
import { importAll, type Imported } from '../../../src/people-data/contacts/import.ts'
import { parseOldId } from '../../../src/people-data/contacts/old-ids.ts'
import { asOnlyRun } from '../../../src/people-data/contacts/only-run.ts'
import { openSource } from '../../../src/people-data/contacts/source.ts'
import { importContacts } from '../../../src/people-data/contacts/sql.ts'
import { runHere } from '../../support/command-line.ts'
import { untilWaiting } from '../../support/held-pairs.ts'
import { findBreaches, keepsInvariants } from '../../support/invariants.ts'
import {
  contacts,
  everyContact,
  everyKindOfRow,
  importFrom,
  minute,
  oldId,
  openFolder,
  readRejects,
  sources,
  sqliteSource,
} from '../../support/old-contacts.ts'
import { overHttp } from '../../support/race-harness.ts'
import {
  newUserId,
  openIsolatedTestService,
  openTestService,
  type Person,
  type TestService,
} from '../../support/test-service.ts'
import { verbs } from '../../support/verbs.ts'

const app = await openTestService()
keepsInvariants(app)
const folder = openFolder()

const names = Array.from({ length: 14 }, (_, index) => `person ${String(index)}`)
const Contacts = `{ viewer { contacts(first: 50) { edges { node { id } addedAt updatedAt } } } }`

/** A person's contacts as they read them. */
const listOf = async (owner: Person) =>
  (await owner.ask(Contacts)).data.viewer.contacts.edges as {
    node: { id: string }
    addedAt: string
    updatedAt: string
  }[]
const at = (time: number) => new Date(time).toISOString()

/** Everything about the imported contacts, down to the version of each row. */
async function versions(): Promise<unknown[]> {
  const { rows } = await app.admin.query(
    `select xmin::text, ctid::text, * from user_contacts order by owner_user_id, contact_user_id`,
  )
  return rows
}

describe('an id of the old service', () => {
  const id = '0f7a523c-0b4a-4e9d-8f6f-6f1c1d2e3f40'

  it('is a UUID’s text or the base32 of its bytes, in any case, with white space around it', () => {
    for (const text of [
      id,
      id.toUpperCase(),
      oldId(id),
      oldId(id).toLowerCase(),
      ` ${oldId(id)}\n`,
    ])
      expect(parseOldId(text)).toBe(id)
    expect(oldId(id)).toBe('B55FEPALJJHJ3D3PN4OB2LR7IA')
    expect(parseOldId('77777777777777777777777774')).toBe('ffffffff-ffff-ffff-ffff-ffffffffffff')
  })

  it('is none when its spare bits are set, its length is wrong, or a letter is foreign', () => {
    const last = oldId(id).slice(0, 25)
    expect(['B', 'C', 'D'].map((letter) => parseOldId(last + letter))).toEqual([null, null, null])
    for (const text of [
      '',
      last,
      `${oldId(id)}A`,
      `${last}0`,
      `${oldId(id)}=`,
      id.replaceAll('-', ''),
    ])
      expect(parseOldId(text)).toBeNull()
  })
})

describe('a time of the old service', () => {
  const row = (createdAt: string | null) => {
    const [owner, contact] = [newUserId(), newUserId()]
    return readRow({ owner, contact, createdAt, updatedAt: createdAt })
  }

  it('is a whole number of milliseconds, from 1970 to 9999, also where SQLite made a real of it', () => {
    for (const [text, createdAt] of [
      ['0', 0],
      ['1709208000007', 1_709_208_000_007],
      ['1709208000007.0', 1_709_208_000_007],
      ['253402300799999', 253_402_300_799_999],
    ] as const)
      expect(row(text)).toMatchObject({ createdAt, updatedAt: createdAt, mended: false })
  })

  it.each([null, '', '-1', '12.5', '1e12', '253402300800000', '1709208000007000', '2024-02-29'])(
    'is malformed: %s',
    (text) => expect(row(text)).toBe('malformed time'),
  )
})

describe.each(Object.entries(sources))('importing from %s', (_name, makeSource) => {
  it('brings alice’s contacts with both of their times, whatever way the ids are written', async () => {
    const [alice, bob, carol, dave] = await app.people('alice', 'bob', 'carol', 'dave')
    const from = await makeSource([
      [oldId(alice.id), oldId(bob.id), minute(0) + 1, minute(5) + 2],
      [alice.id, carol.id.toUpperCase(), minute(1), minute(1)],
      [oldId(alice.id).toLowerCase(), dave.id, minute(2), minute(3)],
    ])
    expect(await importFrom(app, from)).toMatchObject({
      counts: { read: 3, added: 3 },
      rejects: [],
    })
    const expected = [
      { node: { id: bob.id }, addedAt: at(minute(0) + 1), updatedAt: at(minute(5) + 2) },
      { node: { id: carol.id }, addedAt: at(minute(1)), updatedAt: at(minute(1)) },
      { node: { id: dave.id }, addedAt: at(minute(2)), updatedAt: at(minute(3)) },
    ]
    expect(await listOf(alice)).toEqual(expected.sort((a, b) => (a.node.id < b.node.id ? -1 : 1)))
    expect(await listOf(bob)).toEqual([])
  })

  it('makes one contact of rows of one pair: added at the earliest, updated at the latest', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const from = await makeSource([
      [oldId(alice.id), oldId(bob.id), minute(3), minute(4)],
      [alice.id, oldId(bob.id), minute(1), minute(2)],
      [alice.id, bob.id, minute(5), minute(9)],
      [alice.id, bob.id, minute(5), minute(9)],
    ])
    const { counts, rejects } = await importFrom(app, from)
    expect(rejects).toEqual([])
    expect(counts.added + counts.merged + counts.unchanged).toBe(4)
    expect(counts).toMatchObject({ read: 4, added: 1 })
    expect(await listOf(alice)).toEqual([
      { node: { id: bob.id }, addedAt: at(minute(1)), updatedAt: at(minute(9)) },
    ])
  })

  it('takes a contact that was updated before it was added as updated then, and says so', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const from = await makeSource([[alice.id, bob.id, minute(3), minute(1)]])
    expect(await importFrom(app, from)).toMatchObject({ counts: { added: 1, mended: 1 } })
    expect(await listOf(alice)).toMatchObject([
      { addedAt: at(minute(3)), updatedAt: at(minute(3)) },
    ])
  })

  it('keeps a contact that alice has added here already, with the earlier and the later time', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await verbs.addContact(alice, bob)
    const [before] = await listOf(alice)
    const from = await makeSource([[alice.id, bob.id, minute(0), minute(1)]])
    expect(await importFrom(app, from)).toMatchObject({ counts: { added: 0, merged: 1 } })
    expect(await listOf(alice)).toEqual([{ ...before, addedAt: at(minute(0)) }])
  })

  it('leaves out what cannot be a contact, and writes each such row down with the reason', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const [nobody, noOne] = [newUserId(), newUserId()]
    const rows = {
      self: [alice.id, oldId(alice.id), minute(0), minute(0)],
      'unknown owner': [nobody, bob.id, minute(0), minute(0)],
      'unknown contact': [alice.id, noOne, minute(0), minute(0)],
      'malformed id': [alice.id, `${oldId(bob.id).slice(0, 25)}B`, minute(0), minute(0)],
      'malformed time': [alice.id, bob.id, minute(0) * 1_000, minute(0)],
    } as const
    const { rejects, counts } = await importFrom(app, await makeSource(Object.values(rows)))
    const expected = Object.entries(rows).map(
      ([reason, [owner, contact, createdAt, updatedAt]]) => ({
        reason,
        row: { owner, contact, createdAt: String(createdAt), updatedAt: String(updatedAt) },
      }),
    )
    expect(new Set(rejects)).toEqual(new Set(expected))
    expect(counts).toMatchObject({ read: 5, added: 0, self: 1, 'malformed id': 1 })
    expect(await listOf(alice)).toEqual([])
  })

  it('comes to the same with any size of batch, and loses no row', async () => {
    const people = await app.people(...names)
    const rows = everyKindOfRow(people)
    const from = await makeSource(rows)
    const whole = await importFrom(app, from, '--batch', '2000')
    const before = await everyContact(app)
    expect(whole.counts.read).toBe(rows.length)
    const { read, mended, since2001, ...outcomes } = whole.counts
    expect(since2001).toBeGreaterThan(read / 2)
    expect(Object.values(outcomes as Record<string, number>).reduce((a, b) => a + b)).toBe(read)
    expect(mended).toBeGreaterThan(10)
    expect(whole.counts.added).toBe(names.length * (names.length - 1))

    await app.admin.query(
      'set session_replication_role = replica; delete from user_contacts; reset session_replication_role',
    )
    const byThree = await importFrom(app, from, '--batch', '3')
    expect(byThree.counts).toEqual(whole.counts)
    expect(new Set(byThree.rejects)).toEqual(new Set(whole.rejects))
    const ours = new Set<unknown>(people.map(({ id }) => id))
    const about = (list: unknown[]) =>
      list.filter((row) => ours.has((row as { owner: string }).owner))
    expect(about(await everyContact(app))).toEqual(about(before))
  })

  it('a second time changes no row at all', async () => {
    const from = await makeSource(everyKindOfRow(await app.people(...names)))
    const first = await importFrom(app, from)
    const before = await versions()
    const second = await importFrom(app, from)
    expect(await versions()).toEqual(before)
    expect(second.counts).toMatchObject({ read: first.counts.read, added: 0, merged: 0 })
    expect(second.rejects).toEqual(first.rejects)
  })

  it('a dry run changes nothing and foretells the rejects', async () => {
    const from = await makeSource(everyKindOfRow(await app.people(...names)))
    const before = await versions()
    const dry = await importFrom(app, from, '--dry-run')
    expect(await versions()).toEqual(before)
    expect(dry).toMatchObject({ dryRun: true, finished: true })
    const real = await importFrom(app, from)
    expect(dry.rejects).toEqual(real.rejects)
    const there = ({ counts }: typeof dry) => counts.added + counts.merged + counts.unchanged
    expect(there(dry)).toBe(there(real))
  })
})

describe('a contact that was removed since its import', () => {
  const importedPair = async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const from = await sqliteSource([[alice.id, bob.id, minute(0), minute(1)]])
    await importFrom(app, from)
    expect(await listOf(alice)).toHaveLength(1)
    return { alice, bob, again: () => importFrom(app, from) }
  }

  it('by alice herself stays away', async () => {
    const { alice, bob, again } = await importedPair()
    await verbs.removeContact(alice, bob)
    expect(await again()).toMatchObject({ counts: { read: 1, removed: 1, added: 0 } })
    expect(await listOf(alice)).toEqual([])
  })

  it('by alice’s block stays away, also when the block is over', async () => {
    const { alice, bob, again } = await importedPair()
    await verbs.blockUser(alice, bob)
    expect(await again()).toMatchObject({ counts: { removed: 1 } })
    await verbs.unblockUser(alice, bob)
    expect(await again()).toMatchObject({ counts: { removed: 1 } })
    expect(await listOf(alice)).toEqual([])
  })

  it('is not hidden by bob’s block alone: it is there again when that is over', async () => {
    const { alice, bob, again } = await importedPair()
    await verbs.blockUser(bob, alice)
    expect(await again()).toMatchObject({ counts: { unchanged: 1 } })
    expect(await listOf(alice)).toEqual([])
    await verbs.unblockUser(bob, alice)
    expect(await listOf(alice)).toHaveLength(1)
  })

  it('and added again by hand is left as alice made it', async () => {
    const { alice, bob, again } = await importedPair()
    await verbs.removeContact(alice, bob)
    await verbs.addContact(alice, bob)
    const before = await versions()
    expect(await again()).toMatchObject({ counts: { removed: 1 } })
    expect(await versions()).toEqual(before)
  })

  it('was never imported if alice blocked bob before, and stays away when the block is over', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await verbs.blockUser(alice, bob)
    const from = await sqliteSource([[alice.id, bob.id, minute(0), minute(1)]])
    expect(await importFrom(app, from)).toMatchObject({ counts: { removed: 1 } })
    await verbs.unblockUser(alice, bob)
    expect(await importFrom(app, from)).toMatchObject({ counts: { removed: 1 } })
    expect(await listOf(alice)).toEqual([])
  })

  it('is not remembered of a person who was erased', async () => {
    const { alice, bob } = await importedPair()
    const other = await importedPair()
    await verbs.removeContact(other.alice, other.bob)
    await app.admin.query('delete from users where id = any ($1)', [[bob.id, other.bob.id]])
    const { rows } = await app.admin.query(
      'select from contact_import_removals where owner_user_id = any ($1)',
      [[alice.id, other.alice.id]],
    )
    expect(rows).toEqual([])
  })

  it('is not remembered when alice had added it here, and nothing else had', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await verbs.addContact(alice, bob)
    await verbs.removeContact(alice, bob)
    const from = await sqliteSource([[alice.id, bob.id, minute(0), minute(1)]])
    expect(await importFrom(app, from)).toMatchObject({ counts: { added: 1 } })
  })
})

describe('an import that is killed with -9', () => {
  it(
    'four times on its way comes to what an undisturbed one comes to, rejects included',
    { timeout: 300_000 },
    async () => {
      const [disturbed, undisturbed] = [
        await openIsolatedTestService(),
        await openIsolatedTestService(),
      ]
      const people = await disturbed.people(...names, ...names)
      await undisturbed.admin.query('insert into users (id) select unnest($1::uuid[])', [
        people.map(({ id }) => id),
      ])
      const from = await sqliteSource(everyKindOfRow(people))
      const rejects = join(folder, 'killed.ndjson')
      for (const batches of [3, 60, 61, 150]) await killAfter(disturbed, from, rejects, batches)
      expect(readRejects(rejects).length).toBeGreaterThan(0)

      const rest = await contacts(
        disturbed,
        'import',
        '--from',
        from,
        '--rejects',
        rejects,
        '--json',
        '--batch',
        '2',
      )
      const whole = await importFrom(undisturbed, from, '--batch', '2')
      const resumed = JSON.parse(rest.output)
      expect(resumed.resumedAt).toBeGreaterThan(0)
      expect(resumed.counts).toEqual(whole.counts)
      expect(readRejects(rejects)).toEqual(whole.rejects)
      expect(await everyContact(disturbed)).toEqual(await everyContact(undisturbed))
    },
  )

  it('has the rejects of a batch that was never committed cut off, also when no more follow', async () => {
    const people = await app.people(...names)
    const [alice] = await app.people('alice')
    const from = await sqliteSource([
      [null, alice.id, minute(0), minute(1)],
      ...people.map(({ id }) => [alice.id, id, minute(0), minute(1)] as const),
    ])
    const rejects = join(folder, 'cut.ndjson')
    await stopAfterOne(from, rejects)
    appendFileSync(rejects, '{"reason":"self","row":{"owner":"half a li')
    const { code } = await contacts(app, 'import', '--from', from, '--rejects', rejects)
    expect(code).toBe(0)
    expect(readRejects(rejects)).toMatchObject([{ reason: 'malformed id', row: { owner: null } }])
    expect(await listOf(alice)).toHaveLength(people.length)
  })

  it('has its checkpoint from the very transaction of the last batch', async () => {
    const from = await sqliteSource(everyKindOfRow(await app.people(...names)))
    await stopAfterOne(from, join(folder, 'transaction.ndjson'))
    const { rows } = await app.admin.query(
      `select batches, xmin = (select xmin from user_contacts order by xmin::text::bigint desc limit 1) as together
         from contact_import_checkpoints where name = $1`,
      [`${from}#user_contacts`],
    )
    expect(rows).toEqual([{ batches: 1, together: true }])
  })

  it('does not go on without its rejects, nor with another source; --restart begins anew', async () => {
    const rows = everyKindOfRow(await app.people(...names))
    const [from, other] = [await sqliteSource(rows), await sqliteSource(rows)]
    const rejects = join(folder, 'lost.ndjson')
    await stopAfterOne(from, rejects)
    const words = ['--rejects', rejects, '--checkpoint', `${from}#user_contacts`]
    const elsewhere = await contacts(app, 'import', '--from', other, ...words)
    expect(elsewhere).toMatchObject({ code: 1 })
    expect(elsewhere.errors).toContain('reads sqlite:')
    expect(await contacts(app, 'import', '--from', from)).toMatchObject({
      code: 1,
      errors: expect.stringContaining('writes its rejects to') as string,
    })
    for (const lose of [
      () => {
        truncateSync(rejects, 1)
      },
      () => {
        rmSync(rejects)
      },
    ]) {
      lose()
      expect(await contacts(app, 'import', '--from', from, ...words)).toMatchObject({
        code: 1,
        errors: expect.stringContaining('--restart') as string,
      })
    }
    expect(await contacts(app, 'import', '--from', from, ...words, '--restart')).toMatchObject({
      code: 0,
    })
    expect(readRejects(rejects).length).toBeGreaterThan(0)
  })
})

describe('two imports at once', () => {
  it('of one name: the second is refused, and the first goes on', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const from = await sqliteSource([[alice.id, bob.id, minute(0), minute(1)]])
    await asOnlyRun(app.server.database, 'the move', async () => {
      const second = await contacts(
        app,
        'import',
        '--from',
        from,
        '--checkpoint',
        'the move',
        '--rejects',
        join(folder, 'x'),
      )
      expect(second.code).toBe(1)
      expect(second.errors).toContain('Another run of `the move` is in progress on this database.')
    })
    expect(await listOf(alice)).toEqual([])
    expect(await importFrom(app, from, '--checkpoint', 'the move')).toMatchObject({
      finished: true,
    })
  })
})

describe('an import that meets a block of the same pair', () => {
  /** Imports a contact, and while that is not committed yet its owner blocks them. */
  const meet = async (place: TestService) => {
    const [alice, bob] = await place.people('alice', 'bob')
    await alice.ask('{ viewer { id } }')
    const contact = {
      owner: alice.id,
      contact: bob.id,
      createdAt: minute(0),
      updatedAt: minute(1),
      mended: false,
    }
    let blocked: Promise<unknown> = Promise.resolve()
    await place.server.database.as({ kind: 'service', name: 'test' }).write(async (tx) => {
      await importContacts(tx, [contact])
      blocked = verbs.blockUser(overHttp(place, alice), bob)
      // Until she has blocked him, or waits for the import to end.
      const waits = untilWaiting(place).catch(() => undefined)
      await Promise.race([blocked, waits])
    })
    await blocked
    return findBreaches(place)
  }

  it('never leaves a contact beside its owner’s block', async () => {
    expect(await meet(app)).toEqual([])
  })

  it('would, if it did not hold the pair', async () => {
    const lockless = await openIsolatedTestService()
    const { rows } = await lockless.admin.query(
      `select pg_get_functiondef(oid) as definition from pg_proc where proname = 'import_contacts'`,
    )
    const definition = String(rows[0].definition)
    await lockless.admin.query(definition.replace(/perform pg_advisory_xact_lock[^;]*;/, ''))
    expect(await meet(lockless)).toHaveLength(1)
  })

  it('leaves no breach when many are blocked while they are imported', async () => {
    const [alice] = await app.people('alice')
    for (let round = 0; round < 8; round++) {
      const people = await app.people(...names)
      const session = app.server.database.as({ kind: 'service', name: 'test' })
      const batch = people.map(({ id }) => ({
        owner: alice.id,
        contact: id,
        createdAt: minute(0),
        updatedAt: minute(1),
        mended: false,
      }))
      await Promise.all([
        ...people.map((person) => verbs.blockUser(overHttp(app, alice), person)),
        session.write((tx) => importContacts(tx, batch)),
      ])
    }
    expect(await findBreaches(app)).toEqual([])
  })
})

describe('the command', () => {
  it('explains a wrong command line with exit code 2, and a source that is not one with 1', async () => {
    const wrong = [
      ['import'],
      ['import', '--from', 'x', '--batch', '0'],
      ['import', '--from', 'x', '--batch', '2001'],
      ['verify', '--from', 'x', '--sample', 'all'],
      ['move'],
    ]
    for (const words of wrong) expect(await contacts(app, ...words)).toMatchObject({ code: 2 })
    expect(await contacts(app, 'import', '--from', join(folder, 'nowhere'))).toMatchObject({
      code: 1,
    })
    const from = await sqliteSource([])
    const table = await contacts(
      app,
      'import',
      '--from',
      from,
      '--table',
      'people"; drop table user_contacts',
    )
    expect(table).toMatchObject({ code: 1 })
    expect(table.errors).toContain('no such table: people"; drop table user_contacts')
  })

  it('has help with examples and exit codes for each of the two', async () => {
    for (const word of ['import', 'verify']) {
      const { code, output } = await contacts(app, word, '--help')
      expect(code).toBe(0)
      expect(output).toContain(`npx connections contacts ${word} --from postgres://`)
      expect(output).toContain('Exit codes:')
    }
  })

  it('warns when every time is before 2001, for seconds are taken for milliseconds', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const seconds = Math.floor(minute(0) / 1_000)
    const from = await sqliteSource([
      [alice.id, bob.id, seconds, seconds + 60],
      [alice.id, 'nobody', minute(0), minute(0)],
    ])
    const ask = (...words: string[]) =>
      contacts(app, ...words, '--from', from, '--json', '--rejects', join(folder, 'seconds'))
    for (const words of [['import', '--dry-run'], ['import']]) {
      const { code, output, errors } = await ask(...words)
      expect(code).toBe(0)
      expect(errors).toContain('every time in the source is before 2001')
      expect((JSON.parse(output) as Imported).warning).toContain('multiplies created_at')
    }
    const verified = await contacts(app, 'verify', '--from', from, '--json')
    expect(verified.errors).toContain('every time in the source is before 2001')
    expect(
      (await importFrom(app, await sqliteSource([[bob.id, alice.id, 7, minute(0)]]))).warning,
    ).toBe(null)
  })

  it('has the options of importing people, in the same words', async () => {
    const helps = await Promise.all(
      [['contacts'], ['users']].map((words) => runHere([...words, 'import', '--help'])),
    )
    const [ours = [], theirs = []] = helps.map(({ output }) =>
      output
        .split(/\n(?= {2}--|\n)/)
        .filter((text) => /^ {2}--(dry-run|batch|json|data|rejects)/.test(text)),
    )
    const said = (option: string) =>
      option
        .replace(/\(default: .*\)/s, '')
        .replace(/at most \d+/, '')
        .replace(/\s+/g, ' ')
    expect(ours).toHaveLength(5)
    expect(ours.map(said).sort()).toEqual(theirs.map(said).sort())
  })

  it('tells its progress in JSON lines on standard error, with rate and time left', async () => {
    const from = await sqliteSource(everyKindOfRow(await app.people(...names)))
    const { errors } = await contacts(app, 'import', '--from', from, '--rejects', join(folder, 'p'))
    const lines = errors.split('\n').map((line) => JSON.parse(line))
    expect(lines.at(-1)).toMatchObject({ event: 'progress', step: 'import', secondsLeft: 0 })
    expect(lines.at(-1).rows).toBe(lines.at(-1).total)
  })

  it('draws it on a terminal instead, and prints no line of JSON there', async () => {
    const from = await sqliteSource(everyKindOfRow(await app.people(...names)))
    let drawn = ''
    const terminal = {
      isTTY: true,
      columns: 120,
      rows: 40,
      write: (text: string) => (drawn += text) !== '',
    }
    const { code, errors } = await runHere(
      ['contacts', 'verify', '--from', from],
      { DATABASE_URL: app.database.loginUrl },
      terminal as never,
    )
    expect(code).toBe(4)
    expect(drawn).toMatch(/read {2}\d+ of \d+ rows {2}\d+ %/)
    expect(errors).toBe('')
  })

  it('names no password: not in the checkpoint, not in the report', async () => {
    const from = await sources['a Postgres database']?.([])
    const imported = await importFrom(app, from ?? '')
    expect(new URL(from ?? '').password).not.toBe('')
    expect(JSON.stringify(imported)).not.toContain(new URL(from ?? '').password)
    const { rows } = await app.admin.query('select * from contact_import_checkpoints')
    expect(JSON.stringify(rows)).not.toContain(new URL(from ?? '').password)
  })
})

/**
 * Runs the import as a process of its own, in batches of two, and kills it when so many are
 * committed. It may come three batches further and waits there, so that it never ends before it is
 * killed, however late that is.
 */
async function killAfter(
  place: TestService,
  from: string,
  rejects: string,
  batches: number,
): Promise<void> {
  const holder = await place.admin.connect()
  await holder.query(
    `create or replace function wait_for_the_test() returns trigger language plpgsql as
       'begin perform pg_advisory_xact_lock(7); return new; end';
     create or replace trigger waits before update on contact_import_checkpoints
       for each row when (new.batches > ${String(batches + 3)}) execute function wait_for_the_test();
     select pg_advisory_lock(7)`,
  )
  const main = join(import.meta.dirname, '..', '..', '..', 'src', 'main.ts')
  const words = ['contacts', 'import', '--from', from, '--rejects', rejects, '--batch', '2']
  const child = spawn(execPath, [main, ...words], {
    env: { ...env, DATABASE_URL: place.database.loginUrl },
    stdio: 'ignore',
  })
  const exited = once(child, 'exit')
  onTestFinished(() => void child.kill('SIGKILL'))
  const done = async () => {
    const { rows } = await place.admin.query('select batches from contact_import_checkpoints')
    return Number(rows[0]?.batches ?? 0)
  }
  await expect.poll(done, { timeout: 70_000, interval: 5 }).toBeGreaterThanOrEqual(batches)
  child.kill('SIGKILL')
  expect(await exited).toEqual([null, 'SIGKILL'])
  await holder.query(
    'select pg_advisory_unlock(7); drop trigger waits on contact_import_checkpoints',
  )
  holder.release()
}

/** Runs the import until its first batch of three is committed. */
async function stopAfterOne(from: string, rejectsFile: string): Promise<void> {
  const source = await openSource(from, 'user_contacts')
  const stop = new AbortController()
  const imported = await importAll({
    source,
    database: app.server.database,
    checkpoint: source.name,
    rejectsFile,
    batchSize: 3,
    restart: false,
    onProgress: (read) => {
      if (read === 0) setImmediate(() => stop.abort())
    },
    signal: stop.signal,
  })
  await source.close()
  expect(imported).toMatchObject({ finished: false })
  expect(readFileSync(rejectsFile, 'utf8')).not.toBe('')
}
