import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { runHere } from '../../support/command-line.ts'
import { newUserId, openTestService } from '../../support/test-service.ts'

const app = await openTestService()
const folder = mkdtempSync(join(tmpdir(), 'connections-faulty-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

let files = 0
function fileOf(content: string | Buffer, ending: string): string {
  const file = join(folder, `people-${String(++files)}.${ending}`)
  writeFileSync(file, content)
  return file
}
const run = (file: string, ...words: string[]) =>
  runHere(['users', 'import', file, ...words], { DATABASE_URL: app.config.database.url })

interface Row {
  readonly line: number
  readonly reason: string
  readonly row: unknown
}
/** What an import came to, and which rows it rejected. */
async function imported(file: string, ...words: string[]) {
  const { code, output, errors } = await run(file, '--json', ...words)
  expect({ code, errors }).toMatchObject({ code: 0 })
  const rejects = readFileSync(`${file}.rejects.ndjson`, 'utf8').split('\n').filter(Boolean)
  return {
    ...(JSON.parse(output) as Record<string, unknown>),
    rows: rejects.map((line) => JSON.parse(line) as Row),
  }
}
async function isHere(...ids: string[]): Promise<boolean[]> {
  const { rows } = await app.admin.query<{ id: string }>(
    'select id from users where id = any ($1::uuid[])',
    [ids],
  )
  return ids.map((id) => rows.some((row) => row.id === id))
}
/** A text as Windows writes it in western Europe. */
const windows1252 = (text: string) => Buffer.from(text, 'latin1')

describe('a file of people that is not quite right', () => {
  it('may begin with a byte order mark, as NDJSON too', async () => {
    const [alice, bob] = [newUserId(), newUserId()]
    const lines = [alice, bob].map((id) => `\uFEFF${JSON.stringify({ id })}\r\n`)
    expect(await imported(fileOf(lines.join(''), 'ndjson'))).toMatchObject({ added: 2, rows: [] })
  })

  it('may have line separators of Unicode in its texts', async () => {
    const [alice, bob] = [newUserId(), newUserId()]
    const bio = 'one\u2028two'
    const lines = [{ id: alice, bio }, { id: bob }].map((row) => JSON.stringify(row))
    expect(await imported(fileOf(lines.join('\n'), 'ndjson'))).toMatchObject({ added: 2 })
    const { rows } = await app.admin.query('select bio from user_profiles where user_id = $1', [
      alice,
    ])
    expect(rows).toEqual([{ bio }])
  })

  it('is imported but for rows with a field too many or too few, or with a stray quote', async () => {
    const ids = Array.from({ length: 9 }, newUserId)
    const [alice, bob, carol, dave, erin, frank, grace, heidi, ivan] = ids
    const file = fileOf(
      [
        'id,bio,city',
        `${String(alice)},Alice,Ulm`,
        `${String(bob)},Bob,Ulm,too many`,
        `${String(carol)},too few`,
        `${String(dave)},Dave "D",Ulm`,
        `${String(erin)},"Erin ""E""",Ulm`,
        `${String(frank)},"never closed,Ulm`,
        `${String(grace)},"Grace",Ulm`,
        `${String(heidi)},"Heidi,\nof two lines",Ulm`,
        `${String(ivan)},"never closed,Ulm`,
        '',
      ].join('\r\n'),
      'csv',
    )
    const { rows, ...counts } = await imported(file)
    expect(counts).toMatchObject({
      added: 4,
      rejected: { 'stray quote': 3, 'wrong number of fields': 2 },
    })
    expect(rows.map(({ line, reason }) => [line, reason]).sort()).toEqual([
      [11, 'stray quote'],
      [3, 'wrong number of fields'],
      [4, 'wrong number of fields'],
      [5, 'stray quote'],
      [7, 'stray quote'],
    ])
    expect(rows.find(({ line }) => line === 3)?.row).toBe(`${String(bob)},Bob,Ulm,too many`)
    const here = await isHere(...ids)
    expect(here).toEqual([true, false, false, false, true, false, true, true, false])
  })

  it('loses no other row to a quote that stays open over thousands of lines', async () => {
    const ids = Array.from({ length: 3_000 }, newUserId)
    const [, , third] = ids
    const lines = ids.map((id) => (id === third ? `${id},"open` : `${id},city`))
    const file = fileOf(`id,city\n${lines.join('\n')}`, 'csv')
    const { rows, ...counts } = await imported(file)
    expect(rows.map(({ line, reason }) => [line, reason])).toEqual([[4, 'stray quote']])
    expect(counts).toMatchObject({ read: 3_000, added: 2_999 })
  })

  it.each(['\r', '\n', '\r\n'])('has lines that end in %j', async (end) => {
    const ids = Array.from({ length: 3 }, newUserId)
    const file = fileOf(['id,city', ...ids.map((id) => `${id},Ulm`)].join(end), 'csv')
    expect(await imported(file)).toMatchObject({ read: 3, added: 3 })
  })
})

describe('a file of people that is refused as a whole', () => {
  it.each([
    [
      'CSV in Windows-1252',
      'csv',
      (id: string) => windows1252(`id,displayName\r\n${id},Jürgen\r\n`),
      /line 2: byte 39 \(0xFC\) is not UTF-8/,
    ],
    [
      'NDJSON in Windows-1252',
      'ndjson',
      (id: string) => windows1252(`{"id":"${id}"}\n{"id":"${id}","bio":"é"}`),
      /line 2: byte \d+ \(0xE9\) is not UTF-8/,
    ],
    [
      'UTF-16',
      'csv',
      (id: string) => Buffer.from(`\uFEFFid,city\n${id},Ulm\n`, 'utf16le'),
      /is UTF-16[^]*-f UTF-16 -t/,
    ],
    [
      'UTF-16 without its mark',
      'csv',
      (id: string) => Buffer.from(`id,city\n${id},Ulm\n`, 'utf16le'),
      /is UTF-16[^]*-f UTF-16LE -t/,
    ],
    [
      'UTF-16 in the other byte order',
      'ndjson',
      (id: string) => Buffer.from(`{"id":"${id}"}\n`, 'utf16le').swap16(),
      /is UTF-16[^]*-f UTF-16BE -t/,
    ],
    [
      'a compressed file',
      'csv',
      (id: string) => gzipSync(`id,city\n${id},Ulm\n`),
      /is compressed with gzip[^]*gunzip/,
    ],
    [
      'a workbook',
      'csv',
      () => Buffer.from('PK\x03\x04\x14\0\x06\0\b\0\0\0!\0\xdf\xa4', 'latin1'),
      /is a ZIP archive or a workbook/,
    ],
    [
      'column names that would steer a terminal',
      'csv',
      () => Buffer.from(`\u001b]0;name\u0007id,\u009b31m${'x'.repeat(500)}\n`),
      /\(got: \uFFFD\]0;name\uFFFDid, \uFFFD31mx{150,200}\)/,
    ],
    [
      'a column that comes twice',
      'csv',
      (id: string) => Buffer.from(`id,username, id\n${id},x,${id}\n`),
      /has the column `id` twice/,
    ],
    [
      'a username that comes twice',
      'csv',
      (id: string) => Buffer.from(`id,username,username\n${id},x,y\n`),
      /has the column `username` twice/,
    ],
    [
      'semicolons',
      'csv',
      (id: string) => Buffer.from(`id;username\n${id};x\n`),
      /no column `id` \(got: id;username\)/,
    ],
    [
      'an array of JSON',
      'json',
      (id: string) => Buffer.from(`\uFEFF\n[\n{"id":"${id}"}\n]\n`),
      /is a JSON array/,
    ],
    ['an empty CSV', 'csv', () => Buffer.from(''), /has no people in it/],
    [
      'a CSV with column names only',
      'csv',
      () => Buffer.from('id,username\n'),
      /has no people in it/,
    ],
    ['an empty NDJSON', 'ndjson', () => Buffer.from('\n\n'), /has no people in it/],
    [
      'a line without an end',
      'ndjson',
      () => Buffer.alloc(2 * 1024 * 1024, 'x'),
      /line 1: it is longer than 1 MiB/,
    ],
  ] as const)('%s', async (_what, ending, content, words) => {
    const id = newUserId()
    const { code, output, errors } = await run(fileOf(content(id), ending))
    expect({ code, output }).toEqual({ code: 1, output: '' })
    expect(errors).toMatch(words)
    expect(errors).not.toContain('    at ')
    expect(await isHere(id)).toEqual([false])
  })

  it('a folder', async () => {
    expect(await run(folder, '--format', 'csv')).toMatchObject({
      code: 1,
      errors: `${folder} is not a regular file.`,
    })
  })

  it('and one whose every row is rejected fails', async () => {
    const file = fileOf('{\n "id": 7\n}\n', 'json')
    const { code, errors } = await run(file, '--json')
    expect(code).toBe(1)
    expect(errors).toContain(
      `Nothing was imported: every row was rejected, see ${file}.rejects.ndjson.`,
    )
  })
})

describe('a dry run', () => {
  it('counts what would be imported, and imports nothing', async () => {
    const [alice, bob] = [newUserId(), newUserId()]
    const present = { id: alice, username: 'dry.alice' }
    await imported(fileOf(JSON.stringify(present), 'ndjson'))
    const file = fileOf(
      [
        { id: alice },
        { id: bob, username: 'dry.bob', bio: 'b' },
        { id: newUserId(), username: 'dry.alice' },
      ]
        .map((row) => JSON.stringify(row))
        .join('\n'),
      'ndjson',
    )
    const counts = {
      read: 3,
      added: 2,
      alreadyHere: 1,
      named: 1,
      introduced: 1,
      rejected: { 'taken username': 1 },
    }
    expect(await imported(file, '--dry-run')).toMatchObject({ dryRun: true, ...counts })
    expect(await isHere(bob)).toEqual([false])
    expect(await imported(file)).toMatchObject({ dryRun: false, ...counts })
  })
})

describe('the file of rejected rows', () => {
  it('is not written over anything else, such as the people themselves', async () => {
    const people = `id,username\n${newUserId()},\n`
    const file = fileOf(people, 'csv')
    const { code, errors } = await run(file, '--rejects', file)
    expect(code).toBe(1)
    expect(errors).toBe(
      `The rejects file ${file} cannot be used: it contains something other than rejected rows.\n` +
        'Fix: choose another file with --rejects.',
    )
    expect(readFileSync(file, 'utf8')).toBe(people)
  })

  it('is another one where it cannot be made', async () => {
    const file = fileOf(`id\n${newUserId()}\n`, 'csv')
    const { errors } = await run(file, '--rejects', folder)
    expect(errors).toMatch(/EISDIR[^]*Fix: choose another file with --rejects\.$/)
  })
})
