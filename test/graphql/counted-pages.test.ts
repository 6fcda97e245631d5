import pg from 'pg'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { StatementBatch } from '../../src/database/statement-batch.ts'
import { type Answer, openTestService } from '../support/test-service.ts'
import { befriend } from '../support/verbs.ts'

const app = await openTestService()

/** Every list with a count, by the statement that gives its page. */
const lists = {
  'friends.pages': 'friends',
  'mutualFriends.pages': 'mutualFriends',
  'contacts.pages': 'contacts',
  'blocks.pages': 'blocks',
  'requests.pages': 'requests',
  'links.pages': 'contactLinks',
  'follows.followers': 'followers',
  'follows.following': 'following',
} as const

/** Two who have become friends have each other there, and an answered request. */
const isLong = (field: string) => ['friends', 'requests'].includes(field)

const ask = (fields: string) => `query ($ids: [_Any!]!) {
  _entities(representations: $ids) { ... on User { ${fields} } }
}`

/** Writes down which statements each message to Postgres has that asks for `page`. */
function messagesWith(page: string): string[][] {
  const messages: string[][] = []
  // It is only ever called on a client.
  // eslint-disable-next-line @typescript-eslint/unbound-method
  const { query } = pg.Client.prototype
  const spy = vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (
    this: pg.Client,
    ...parts: unknown[]
  ) {
    const [batch] = parts
    if (batch instanceof StatementBatch && batch.names.includes(page)) messages.push(batch.names)
    return (query as (...all: unknown[]) => unknown).apply(this, parts)
  })
  onTestFinished(() => {
    spy.mockRestore()
  })
  return messages
}

describe('a page and its count', () => {
  it.each(Object.entries(lists))('%s: one message, each of four times', async (page, field) => {
    const [alice, bob] = await app.people('alice', 'bob')
    await befriend(alice, bob)
    const messages = messagesWith(page)
    const whose = page === 'mutualFriends.pages' ? bob : alice
    const ids = [{ __typename: 'User', id: whose.id }]
    const answers: Answer[] = []
    for (let time = 0; time < 4; time++)
      answers.push(await alice.ask(ask(`${field} { edges { cursor } totalCount }`), { ids }))
    for (const { body } of answers) expect(body).toBe(answers[0]?.body)
    expect(answers[0]?.data._entities[0][field].totalCount).toBe(isLong(field) ? 1 : 0)
    expect(messages).toHaveLength(4)
    for (const names of messages) expect(names).toEqual([page, expect.stringMatching(/count$/i)])
  })

  it.each(Object.entries(lists))('%s: nobody counts who is not asked to', async (page, field) => {
    const [alice, bob] = await app.people('alice', 'bob')
    const whose = page === 'mutualFriends.pages' ? bob : alice
    const ids = [{ __typename: 'User', id: whose.id }]
    const { statements } = await alice.ask(ask(`${field} { edges { cursor } }`), { ids })
    expect(statements).toEqual([page])
  })
})
