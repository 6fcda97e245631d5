import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { env, execPath } from 'node:process'
import { afterAll, describe, expect, it } from 'vitest'
import { runHere } from '../../support/command-line.ts'
import { newUserId, openTestService, type Person } from '../../support/test-service.ts'

const app = await openTestService()
const folder = mkdtempSync(join(tmpdir(), 'connections-people-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

let files = 0
function fileOf(text: string, ending: string): string {
  const file = join(folder, `people-${String(++files)}.${ending}`)
  writeFileSync(file, text)
  return file
}
const ndjson = (...rows: unknown[]) =>
  fileOf(rows.map((row) => `${JSON.stringify(row)}\n`).join(''), 'ndjson')

/** `connections users import`, with what it printed. */
async function command(...words: string[]) {
  const environment = { DATABASE_URL: app.config.database.url }
  const { code, output, errors } = await runHere(['users', 'import', ...words], environment)
  return { code, printed: output, complained: errors }
}
async function importFile(file: string, ...words: string[]) {
  const { code, printed, complained } = await command(file, '--json', ...words)
  expect({ code, complained }).toMatchObject({ code: 0 })
  return JSON.parse(printed) as Record<string, unknown>
}
const rejects = (file: string) =>
  readFileSync(`${file}.rejects.ndjson`, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { line: number; reason: string; problem?: string })

const Cards = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on User {
  username profile { displayName avatarUrl bio city region sportPreferences } } } }`
async function cards(...ids: string[]) {
  const r = ids.map((id) => ({ __typename: 'User', id }))
  return (await app.service.ask(Cards, { r })).data._entities as {
    username: string | null
    profile: Record<string, unknown> | null
  }[]
}
/** Everything that an import could have written, down to the version of each row. */
async function versions(): Promise<unknown> {
  const { rows } = await app.admin.query(
    `select 'users' as kind, id::text, xmin::text from users
      union all select 'names ' || name, user_id::text, xmin::text from usernames
      union all select 'profiles', user_id::text, xmin::text from user_profiles order by 1, 2`,
  )
  return rows
}

const nothing = {
  displayName: null,
  avatarUrl: null,
  bio: null,
  city: null,
  region: null,
  sportPreferences: [],
}

describe('importing people', () => {
  it('from NDJSON: ids, and for those who have them usernames and profiles', async () => {
    const [plain, named, whole] = [newUserId(), newUserId(), newUserId()]
    const file = ndjson(
      { id: plain },
      { id: ` ${named.toUpperCase()} `, username: ' Named.Person ', shoeSize: 42 },
      {
        id: whole,
        username: 'whole',
        displayName: 'Whole Person',
        avatarUrl: 'https://example.com/w.png',
        bio: 'All of it',
        city: 'Ulm',
        region: 'Swabia',
        sportPreferences: ['Chess', 'go'],
      },
    )
    expect(await importFile(file)).toMatchObject({
      dryRun: false,
      finished: true,
      read: 3,
      added: 3,
      alreadyHere: 0,
      named: 2,
      introduced: 1,
      rejected: {},
    })
    expect(await cards(plain, named, whole)).toEqual([
      { username: null, profile: null },
      { username: 'named.person', profile: null },
      {
        username: 'whole',
        profile: {
          displayName: 'Whole Person',
          avatarUrl: 'https://example.com/w.png',
          bio: 'All of it',
          city: 'Ulm',
          region: 'Swabia',
          sportPreferences: ['chess', 'go'],
        },
      },
    ])
    const [searcher] = await app.people('searcher')
    const { data } = await searcher.ask(`{ searchUsers(query: "pers") { edges { node { id } } } }`)
    expect(data.searchUsers.edges).toContainEqual({ node: { id: whole } })
  })

  it('with names in marks of direction, as phones write them, and with nothing for texts that cannot be seen', async () => {
    const [wrapped, blank, partly] = [newUserId(), newUserId(), newUserId()]
    const file = ndjson(
      {
        id: wrapped,
        username: '\u2068Wrapped.One\u2069',
        displayName: '\u2068Alice\u2069',
        city: 'Ulm',
      },
      { id: blank, displayName: '\u3164', bio: ' \u200b ', sportPreferences: '\u2060|\u00ad' },
      { id: partly, displayName: '\u2800', city: 'Ulm', sportPreferences: 'chess|\u3164' },
    )
    expect(await importFile(file)).toMatchObject({ added: 3, introduced: 2, rejected: {} })
    expect(await cards(wrapped, blank, partly)).toEqual([
      { username: 'wrapped.one', profile: { ...nothing, displayName: 'Alice', city: 'Ulm' } },
      { username: null, profile: null },
      { username: null, profile: { ...nothing, city: 'Ulm', sportPreferences: ['chess'] } },
    ])
    const [searcher] = await app.people('searcher')
    const { data } = await searcher.ask(
      `{ searchUsers(query: "wrapped") { edges { node { id } } } }`,
    )
    expect(data.searchUsers.edges).toEqual([{ node: { id: wrapped } }])
  })

  it('from CSV, with quotes, commas, line breaks, a byte order mark and columns in any order', async () => {
    const [one, other] = [newUserId(), newUserId()]
    const file = fileOf(
      `\uFEFFusername,id,bio,sportPreferences\r\ncsv.one,${one},"A ""quoted"",\nlong, bio",chess| Go |\r\n,${other},,\r\n`,
      'csv',
    )
    expect(await importFile(file)).toMatchObject({ read: 2, added: 2, named: 1, introduced: 1 })
    expect(await cards(one, other)).toEqual([
      {
        username: 'csv.one',
        profile: { ...nothing, bio: 'A "quoted",\nlong, bio', sportPreferences: ['chess', 'go'] },
      },
      { username: null, profile: null },
    ])
  })

  it('a second time changes nothing, and brings nothing back that people have changed since', async () => {
    const person = newUserId()
    const file = ndjson({ id: person, username: 'second.time', displayName: 'Before' })
    await importFile(file)
    const alice: Person = app.stranger('alice', person)
    await alice.ask(`mutation { claimUsername(username: "second.since") { changed } }`)
    await alice.ask(`mutation { updateProfile(profile: { displayName: null }) { changed } }`)
    const before = await versions()
    expect(await importFile(file)).toMatchObject({
      added: 0,
      alreadyHere: 1,
      named: 0,
      introduced: 0,
      rejected: {},
    })
    expect(await versions()).toEqual(before)
    expect(await cards(person)).toEqual([{ username: 'second.since', profile: nothing }])
  })

  it('says of each row what of it was not imported, and why; the rest of the row is', async () => {
    const taken = newUserId()
    await importFile(ndjson({ id: taken, username: 'taken.name' }))
    const ids = Array.from({ length: 7 }, newUserId)
    const [a, b, c, d, e, f, g] = ids
    const file = fileOf(
      [
        { id: a, username: 'taken.name', bio: 'kept' },
        { id: b, username: 'admin' },
        { id: c, username: 'no name!' },
        { id: d, username: 'twice.name' },
        { id: e, username: 'Twice.Name' },
        { id: f, avatarUrl: 'http://example.com' },
        { id: g, bio: 42 },
        { id: a, username: 'other.name' },
        { id: 'nobody' },
        { username: 'without.id' },
        [1],
      ]
        .map((row) => `${JSON.stringify(row)}\n`)
        .join('') + '{"id": broken\n',
      'jsonl',
    )
    expect(await importFile(file)).toMatchObject({ read: 12, added: 7, named: 1, introduced: 1 })
    expect(rejects(file).filter(({ problem }) => problem !== undefined)).toMatchObject([
      {
        line: 3,
        problem:
          '`username` may have only the letters a to z, digits, `.`, `_` and `-` (character 3 is another).',
      },
      { line: 6, problem: '`avatarUrl` must start with https://.' },
      { line: 7, problem: '`bio` must be text.' },
      { line: 9, problem: '`id` is not a UUID.' },
      { line: 10, problem: '`id` is not a UUID.' },
    ])
    expect(
      rejects(file)
        .map(({ line, reason }) => [line, reason])
        .sort(),
    ).toEqual(
      [
        [1, 'taken username'],
        [2, 'reserved username'],
        [3, 'malformed username'],
        [5, 'same username twice'],
        [6, 'malformed profile'],
        [7, 'malformed profile'],
        [8, 'same id twice'],
        [9, 'malformed id'],
        [10, 'malformed id'],
        [11, 'not an object'],
        [12, 'not an object'],
      ].sort(),
    )
    expect((await cards(...ids)).map(({ username }) => username)).toEqual([
      null,
      null,
      null,
      'twice.name',
      null,
      null,
      null,
    ])
    expect((await cards(String(a)))[0]?.profile).toEqual({ ...nothing, bio: 'kept' })
  })

  it('respects a name that is held', async () => {
    const [alice] = await app.people('alice')
    await alice.ask(`mutation { claimUsername(username: "held.name") { changed } }`)
    await alice.ask(`mutation { claimUsername(username: "held.since") { changed } }`)
    const file = ndjson({ id: newUserId(), username: 'held.name' })
    expect(await importFile(file)).toMatchObject({ named: 0, rejected: { 'taken username': 1 } })
  })

  it('tried dry reads and judges everything, says what would be added, and writes nothing but the rejects', async () => {
    const before = await versions()
    const file = ndjson({ id: newUserId(), username: 'dry.run' }, { id: 'nobody' })
    expect(await importFile(file, '--dry-run')).toMatchObject({
      dryRun: true,
      read: 2,
      added: 1,
      named: 1,
      rejected: { 'malformed id': 1 },
    })
    expect(rejects(file)).toHaveLength(1)
    expect(await versions()).toEqual(before)
  })

  it('killed on the way and repeated imports everybody once', async () => {
    const ids = Array.from({ length: 3_000 }, newUserId)
    const file = ndjson(...ids.map((id, place) => ({ id, username: `crowd${String(place)}` })))
    const main = join(import.meta.dirname, '..', '..', '..', 'src', 'main.ts')
    const child = spawn(execPath, [main, 'users', 'import', file, '--batch', '1'], {
      env: { ...env, DATABASE_URL: app.config.database.url },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    await once(child.stderr, 'data')
    child.kill('SIGKILL')
    await once(child, 'exit')
    const imported = await importFile(file)
    expect(imported).toMatchObject({ read: 3_000, finished: true, rejected: {} })
    expect(Number(imported['added']) + Number(imported['alreadyHere'])).toBe(3_000)
    const { rows } = await app.admin.query(
      `select count(*)::int from usernames where name ^@ 'crowd'`,
    )
    expect(rows).toEqual([{ count: 3_000 }])
  })
})

describe('a file that cannot be imported', () => {
  it.each([
    ['that is not there', join(folder, 'missing.csv'), 'cannot be read'],
    ['whose name says nothing', fileOf('', 'txt'), '--format csv'],
    ['without a column for ids', fileOf('name,bio\nx,y\n', 'csv'), 'has no column'],
    ['that is torn', fileOf('id,bio\n"x,y\n', 'csv'), 'every row was rejected'],
  ])('%s is refused in words', async (_what, file, words) => {
    const { code, complained } = await command(file)
    expect(code).toBe(1)
    expect(complained).toContain(words)
    expect(complained).not.toContain('    at ')
  })

  it('is told for people too', async () => {
    const file = ndjson({ id: newUserId(), username: 'admin' })
    const { code, printed } = await command(file)
    expect(code).toBe(0)
    expect(printed).toContain('reserved username')
    expect(printed).toContain('Finished.')
    expect(existsSync(`${file}.rejects.ndjson`)).toBe(true)
    expect(statSync(`${file}.rejects.ndjson`).size).toBeGreaterThan(0)
  })

  it('is a matter of services: nobody else may call what it calls', async () => {
    const { rows } = await app.admin.query(
      `select has_function_privilege('connections_app', 'import_people(jsonb)', 'execute') as may`,
    )
    expect(rows).toEqual([{ may: false }])
  })
})
