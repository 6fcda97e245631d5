import pg from 'pg'
import { readConfig } from '../../src/config.ts'
import type { StatementBatch } from '../../src/database/statement-batch.ts'
import { startServer } from '../../src/server/server.ts'
import { changes } from './changes.ts'
import { asAdmin } from './dataset.ts'
import { headersOf } from './measure.ts'
import type { ChangeName } from './options.ts'
import { environment } from './systems/start.ts'
import type { Where } from './where.ts'

interface Sent {
  readonly text: string
  readonly values: readonly unknown[]
  /** Filled when the answer comes. */
  readonly rows: readonly unknown[]
}

/**
 * Makes a change once, in this process, writes down every statement that our service sends for it,
 * and makes of them a script for pgbench: the same statements, prepared, in the same transactions
 * and the same order, for people at random. What says who asks is one statement there, and two in
 * our batches.
 */
export async function captureScript(where: Where, name: ChangeName): Promise<string> {
  const { dataset, auth } = where
  const server = await startServer(
    readConfig({ ...environment(dataset, auth, 0), LOG_LEVEL: 'silent' }),
  )
  const { rows } = await asAdmin(dataset, (admin) =>
    admin.query<{ id: string }>('select id from bench.people where n in (5000, 9000) order by n'),
  )
  const [first = '', second = ''] = rows.map(({ id }) => id)
  const sent: Sent[] = []
  const send = async (by: string, query: string, id: string) => {
    const payload = { query, variables: { id } }
    const headers = await headersOf(by, auth)
    return (await server.app.inject({ method: 'POST', url: '/graphql', headers, payload })).body
  }
  const stop = listen(sent)
  try {
    for (const person of [first, second]) await send(person, 'query { viewer { id } }', '')
    sent.length = 0
    let before = ''
    for (const { by, query, about } of changes[name]) {
      const id = about === 'other' ? second : (/"id":"([^"]+)"/.exec(before)?.[1] ?? '')
      before = await send(by === 'first' ? first : second, query, id)
      if (!before.includes('"changed":true')) throw new Error(`${name}: ${before}`)
    }
  } finally {
    stop()
    await server.drain()
  }
  await forget(where, first, second)
  return toScript(sent, first, second, dataset.size.users)
}

/**
 * Writes down what every client of this process sends: commands as texts of their own, statements
 * in batches.
 */
function listen(sent: Sent[]): () => void {
  // It is only ever called on a client.
  // eslint-disable-next-line @typescript-eslint/unbound-method
  const { query } = pg.Client.prototype
  pg.Client.prototype.query = function (this: pg.Client, ...parts: never[]) {
    const [what] = parts as unknown[] as [string | StatementBatch]
    if (typeof what === 'string') sent.push({ text: what, values: [], rows: [] })
    else
      for (const { statement, rows } of what.asked)
        sent.push({ text: statement.text, values: statement.values ?? [], rows })
    return (query as (...all: unknown[]) => unknown).apply(this, parts)
  } as never
  return () => {
    pg.Client.prototype.query = query
  }
}

async function forget({ dataset }: Where, first: string, second: string): Promise<void> {
  await asAdmin(dataset, async (admin) => {
    await admin.query('set session_replication_role = replica')
    const both = [[first, second]]
    await admin.query(
      'delete from user_friends where user_id = any ($1) and friend_id = any ($1)',
      both,
    )
    await admin.query(
      'delete from user_friend_requests where requester_user_id = any ($1) and target_user_id = any ($1)',
      both,
    )
    await admin.query('truncate outbox, quota_uses, rate_limit_buckets')
  })
}

function toScript(sent: readonly Sent[], first: string, second: string, users: number): string {
  const [low, high] = [first, second].sort() as [string, string]
  const caps = (...people: string[]) =>
    `{${people
      .sort()
      .map((id) => `"cap:${id}"`)
      .join(',')}}`
  // What a value of the captured change is called in pgbench, and how pgbench gets it for other
  // people.
  const names: readonly (readonly [string, string, string])[] = [
    ['first', first, 'first::text'],
    ['second', second, 'second::text'],
    [
      'pair',
      `pair:${low}:${high}`,
      `'pair:' || least(first, second) || ':' || greatest(first, second)`,
    ],
    ['firsts', `{"${first}"}`, `'{"' || first || '"}'`],
    ['seconds', `{"${second}"}`, `'{"' || second || '"}'`],
    ['cap', caps(first), `'{"cap:' || first || '"}'`],
    [
      'caps',
      caps(first, second),
      `'{"cap:' || least(first, second) || '","cap:' || greatest(first, second) || '"}'`,
    ],
  ]
  const variables = new Map(names.map(([name, value]) => [value, `:${name}`]))
  const lines = [
    `\\set n random(1, ${Math.floor(users / 2)})`,
    // Some way beyond half the circle: nobody is anything to them yet, few meet twice, and none of
    // them is a pair of ours.
    `\\set far ${Math.floor(users / 2)} + random(1000, 3000)`,
    `\\set other (:n + :far - 1) % ${users} + 1`,
    `select ${names.map(([name, , value]) => `${value} as "${name}"`).join(', ')} from (select bench.person(:n) as first, bench.person(:other) as second) as pair \\gset`,
  ]
  let role = ''
  for (const { text, values, rows } of sent) {
    const [, what, value = ''] = /^set local (role|app.user_id) =? ?(\S+)$/.exec(text) ?? []
    if (what === 'role') role = value
    if (what === 'app.user_id') {
      const viewer = variables.get(value.replaceAll("'", '')) ?? value
      lines.push(
        `select set_config('role', '${role}', true), set_config('app.user_id', ${viewer}, true);`,
      )
    }
    if (what !== undefined) continue
    const filled = text.replace(/\$(\d+)/g, (_whole, place: string) =>
      literal(values[Number(place) - 1], variables),
    )
    const line = filled
      .replace(/--.*\n/g, '\n')
      .replace(/\s+/g, ' ')
      .trim()
    const made = text.includes('insert into user_friend_requests')
      ? (rows[0] as { id?: unknown } | undefined)?.id
      : undefined
    if (typeof made === 'string') {
      variables.set(made, ':request')
      variables.set(`{"${made}"}`, `('{"' || :request || '"}')`)
      lines.push(`${line.replace('returning id, quiet', 'returning id as request, quiet')} \\gset`)
    } else lines.push(`${line};`)
  }
  return `${lines.join('\n')}\n`
}

function literal(value: unknown, variables: ReadonlyMap<string, string>): string {
  if (value === null || value === undefined) return 'null'
  const text = Array.isArray(value)
    ? `{${value.map((one) => `"${String(one)}"`).join(',')}}`
    : typeof value === 'string'
      ? value
      : JSON.stringify(value)
  return variables.get(text) ?? `'${text.replaceAll("'", "''")}'`
}
