import { createServer } from 'node:http'
import pg from 'pg'
import { readConfig } from '../../../src/config.ts'
import { viewerAuthentication } from '../../../src/server/auth/token-verifier.ts'
import { answers } from './limit-answers.ts'

// What can be had by hand: no GraphQL, a route a question, one SQL statement each, in a transaction
// that is opened, asked and committed in one go, with the same role and the same row security. The
// token is proved by the same code.

const config = readConfig(process.env)
const viewerOf = viewerAuthentication(config.auth)
const pool = new pg.Pool({
  connectionString: config.database.url,
  max: config.database.poolSize,
  pipeline: true,
})

async function ask(viewer: string, name: string, text: string, values: unknown[]) {
  const connection = await pool.connect()
  try {
    const opened = connection.query(
      `begin transaction isolation level repeatable read, read only; set local role connections_app; set local app.user_id = '${viewer}'`,
    )
    const answered = connection.query({ name, text, values })
    const ended = connection.query('commit')
    const [, { rows }] = await Promise.all([opened, answered, ended])
    return rows
  } finally {
    connection.release()
  }
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    answer(request.url ?? '', request.headers.authorization, Buffer.concat(chunks).toString()).then(
      (body) => {
        response.writeHead(200, { 'content-type': 'application/json' }).end(body)
      },
      (error: unknown) => {
        response.writeHead(500).end(String(error))
      },
    )
  })
})

async function answer(url: string, authorization: string | undefined, body: string) {
  const identity = await viewerOf(authorization)
  if (identity.kind !== 'viewer') throw new Error('Only viewers are measured.')
  const question = url.slice(1) as keyof typeof answers
  const { statement, values, data } = answers[question]
  const { people } = JSON.parse(body) as { people: string[] }
  const rows = await ask(identity.userId, question, statement, values(identity.userId, people))
  return JSON.stringify({ data: data(rows, people) })
}

server.listen(config.port, config.host)
