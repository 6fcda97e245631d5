import { describe, expect, it, onTestFinished } from 'vitest'
import { openDatabase } from '../../src/database/database.ts'
import { type Queryable, sql, type Statement } from '../../src/database/sql.ts'
import { openTestService } from '../support/test-service.ts'

const app = await openTestService()

/** A pool of one connection, so that all that a test asks meets there. */
function onePlace() {
  const database = openDatabase({ url: app.database.loginUrl, poolSize: 1 })
  onTestFinished(() => database.close())
  return {
    /** Asks in a snapshot of its own. */
    ask: async <Row>(...statements: Statement[]) => {
      const session = database.as({ kind: 'service', name: 'test' })
      const answers = await Promise.allSettled(
        statements.map((statement) => session.read.rows<Row>('test.ask', statement)),
      )
      await session.finish()
      return answers.map((answer) =>
        answer.status === 'fulfilled' ? answer.value : (answer.reason as { code: string }).code,
      )
    },
    write: <T>(work: (tx: Queryable) => Promise<T>) =>
      database.as({ kind: 'service', name: 'test' }).write(work),
  }
}

const answer = sql`select 42 as answer`
const failure = sql`select 1 / 0 as nothing`

describe('what travels together', () => {
  it('is answered in the order in which it was asked, the same statement twice too', async () => {
    const { ask } = onePlace()
    const numbered = (n: number) => sql`select ${n}::int as n`
    const all = [numbered(1), numbered(2), answer, numbered(3), answer]
    for (let round = 0; round < 3; round++)
      expect(await ask(...all)).toEqual([
        [{ n: 1 }],
        [{ n: 2 }],
        [{ answer: 42 }],
        [{ n: 3 }],
        [{ answer: 42 }],
      ])
  })

  it('keeps what came before a failure, fails with it, and leaves the connection as good as new', async () => {
    const { ask } = onePlace()
    for (let round = 0; round < 3; round++) {
      const codes = ['22012', '22012', '22012']
      expect(await ask(answer, failure, answer, failure)).toEqual([[{ answer: 42 }], ...codes])
      expect(await ask(answer)).toEqual([[{ answer: 42 }]])
    }
  })

  it('fails together when one value cannot be sent, and nothing of it was', async () => {
    const { ask } = onePlace()
    const unsendable = {
      toPostgres() {
        throw Object.assign(new Error('no'), { code: 'unsendable' })
      },
    }
    const bad = sql`select ${unsendable}::text as bad`
    expect(await ask(answer, bad)).toEqual(['unsendable', 'unsendable'])
    expect(await ask(answer)).toEqual([[{ answer: 42 }]])
  })

  it('is read anew after a migration has changed the columns, and fails once', async () => {
    const { ask } = onePlace()
    const look = sql`select * from changing`
    await app.admin.query(
      'create table changing (n int); insert into changing values (1); grant select on changing to connections_service',
    )
    expect(await ask(look)).toEqual([[{ n: 1 }]])
    await app.admin.query(`alter table changing add column word text default 'one'`)
    expect(await ask(look)).toEqual(['0A000'])
    expect(await ask(look)).toEqual([[{ n: 1, word: 'one' }]])
  })

  it('brings lists of any text as they are', async () => {
    const { ask } = onePlace()
    const texts = [
      'plain',
      '',
      'null',
      'a,b',
      '{x}',
      'é 🎲',
      '"quoted"',
      'back\\slash',
      'two\nlines',
    ]
    for (const list of [[], ...texts.map((text) => [text]), texts])
      expect(await ask(sql`select ${list}::text[] as list`)).toEqual([[{ list }]])
    expect(await ask(sql`select ${[['a'], ['b']]}::text[] as list`)).toEqual([
      [{ list: [['a'], ['b']] }],
    ])
    expect(await ask(sql`select ${[1, null]}::int[] as list`)).toEqual([[{ list: [1, null] }]])
  })

  it('has no rows where there are none, and nulls where nothing is', async () => {
    const { ask } = onePlace()
    const rows = sql`select null as nothing, true as yes, '{a,b}'::text[] as list, 7::bigint as many where ${'x'} = 'x'`
    const none = sql`select 1 as one where false`
    for (let round = 0; round < 2; round++)
      expect(await ask(none, rows)).toEqual([
        [],
        [{ nothing: null, yes: true, list: ['a', 'b'], many: '7' }],
      ])
  })
})

describe('a moment', () => {
  const read = async (text: string, zone = 'UTC') => {
    const { write } = onePlace()
    return write(async (tx) => {
      await tx.rows('test.zone', sql`select set_config('timezone', ${zone}, true)`)
      const [row] = await tx.rows<{ at: Date }>(
        'test.moment',
        sql`select ${text}::timestamptz as at`,
      )
      return row?.at
    })
  }

  it.each([
    ['2026-11-21 10:26:25.1+00', '2026-11-21T10:26:25.100Z'],
    ['2026-11-21 10:26:25.123456+00', '2026-11-21T10:26:25.123Z'],
    ['2026-11-21 10:26:25+00', '2026-11-21T10:26:25.000Z'],
    ['0099-01-02 03:04:05+00', '0099-01-02T03:04:05.000Z'],
  ])('%s is read and written to the millisecond', async (text, iso) => {
    for (const zone of ['UTC', 'Asia/Kathmandu']) {
      const at = await read(text, zone)
      expect(at?.getTime()).toBe(Date.parse(iso))
      expect(at?.toISOString()).toBe(iso)
      expect(JSON.stringify({ at })).toBe(`{"at":"${iso}"}`)
    }
  })

  it('that never comes is no date', async () => {
    expect(await read('infinity')).toBe(Infinity)
  })
})
