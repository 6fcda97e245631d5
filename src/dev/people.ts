import pg from 'pg'
import { type Database, openDatabase } from '../base/database.ts'
import { parseUserId, type UserId } from '../base/ids.ts'
import { isRefused } from '../base/refusals.ts'
import { addContact } from '../contacts/service.ts'
import { registerUsers } from '../users/service.ts'
import { type Person, idOf, people } from './cast.ts'
import type { DatabaseUrls } from './database.ts'

/** Who keeps whom as a contact. Alice has all the others, one more than a page; trent has nobody. */
const contacts: Record<Person, readonly Person[]> = {
  alice: people.filter((person) => person !== 'alice'),
  bob: ['alice', 'carol', 'dave'],
  carol: ['alice', 'bob'],
  dave: ['alice', 'erin'],
  erin: ['dave', 'frank'],
  frank: ['alice', 'grace', 'heidi'],
  grace: ['frank'],
  heidi: ['alice', 'ivan', 'judy'],
  ivan: ['heidi'],
  judy: ['alice', 'mallory'],
  mallory: ['alice', 'bob'],
  trent: [],
}

const peopled = 'The demo people live here.'

/**
 * Brings the demo people into a database, through the same services that a request goes through. Once in its life: what a developer has
 * changed since stays changed. The database itself remembers, in its comment.
 */
export async function bringPeople({ name, ownerUrl, loginUrl }: DatabaseUrls): Promise<void> {
  const owner = new pg.Client({ connectionString: ownerUrl })
  await owner.connect()
  try {
    const comment = `select from pg_database where datname = $1 and shobj_description(oid, 'pg_database') = $2`
    if ((await owner.query(comment, [name, peopled])).rowCount === 1) return
    const database = openDatabase({ url: loginUrl, poolSize: 1 })
    await settle(database).finally(() => database.close())
    await owner.query(
      `comment on database ${pg.escapeIdentifier(name)} is ${pg.escapeLiteral(peopled)}`,
    )
  } finally {
    await owner.end()
  }
}

async function settle(database: Database): Promise<void> {
  const registration = database.as({ kind: 'service', name: 'dev' })
  expectDone(await registerUsers(registration, people.map(idOf)))
  for (const person of people) {
    const door = database.as({ kind: 'viewer', userId: userId(person) })
    for (const contact of contacts[person]) expectDone(await addContact(door, userId(contact)))
    await door.finish()
  }
}

function userId(person: Person): UserId {
  const id = parseUserId(idOf(person))
  if (id === null) throw new Error(`${person} has no UUID.`)
  return id
}

function expectDone(answer: unknown): void {
  if (isRefused(answer)) throw new Error(`The demo people were refused: ${JSON.stringify(answer)}`)
}
