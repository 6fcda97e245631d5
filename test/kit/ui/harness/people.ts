import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { parseUserId, type UserId } from '../../../../src/graphql/ids.ts'
import { registerUsers } from '../../../../src/modules/users/service.ts'
import { type Person, type TestService, whileBusy } from '../../../support/test-service.ts'

/** Somebody whom a picture can show. */
export interface Shown extends Person {
  readonly username: string
  readonly displayName: string
}

/**
 * New people with a username and a display name. Their ids follow from the test and the name, so
 * that everything about them looks alike in each run.
 */
export async function introduce<const Names extends readonly string[]>(
  app: TestService,
  names: Names,
): Promise<{ [Index in keyof Names]: Shown }> {
  const test = expect.getState().currentTestName ?? ''
  const people = names.map((name) => {
    const username = name.toLowerCase()
    const displayName = name.charAt(0).toUpperCase() + name.slice(1)
    const person = app.stranger(name, idOf(`${test} ${name}`))
    return { ...person, ask: patiently(person), username, displayName }
  })
  const session = app.server.database.as({ kind: 'service', name: 'test' })
  const ids = people.map(({ id }) => id)
  await whileBusy(() => registerUsers(session, ids))
  // The people of tests before are not needed any more, and their names are.
  const usernames = people.map(({ username }) => username)
  await app.admin.query('delete from usernames where name = any($1)', [usernames])
  await app.admin.query('delete from username_holds where name = any($1)', [usernames])
  for (const person of people) {
    const { username, displayName } = person
    const { data, body } = await person.ask(
      `mutation ($username: String!, $displayName: String!) {
        claimUsername(username: $username) { userErrors { code } }
        updateProfile(profile: { displayName: $displayName }) { userErrors { code } }
      }`,
      { username, displayName },
    )
    const refusals = [data?.claimUsername, data?.updateProfile].flatMap((each) => each?.userErrors)
    if (refusals.length > 0) throw new Error(body)
  }
  return people as { [Index in keyof Names]: Shown }
}

/**
 * Asks again what was not done because the machine is busy, as every client does. Browsers take
 * much of it.
 */
function patiently(person: Person): Person['ask'] {
  return async (...question) => {
    for (let attempt = 1; ; attempt++) {
      const answer = await person.ask(...question)
      const isOverloaded = answer.errors.some(({ extensions: { code } }) =>
        ['OVERLOADED', 'DATABASE_UNAVAILABLE'].includes(code),
      )
      if (!isOverloaded || attempt === 20) return answer
      await sleep(500)
    }
  }
}

function idOf(text: string): UserId {
  const hex = createHash('sha256').update(text).digest('hex')
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`]
  const id = parseUserId([...parts, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-'))
  if (id === null) throw new Error('No UUID.')
  return id
}
