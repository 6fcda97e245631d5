import pg from 'pg'
import { type Database, openDatabase } from '../../database/database.ts'
import { isRefused } from '../../graphql/refusals.ts'
import { limits } from '../../limits.ts'
import { addContact } from '../../modules/contacts/service.ts'
import { registerUsers } from '../../modules/users/service.ts'
import { databaseOf, type DatabaseUrls } from '../database.ts'
import { idOf, people, type Person } from './people.ts'
import { actAs, seedRelationships, userId } from './relationships.ts'

/**
 * Who keeps whom as a contact. Alice has all the others, one more than a page; trent has nobody.
 */
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
 * Brings the demo people into a database, through the same services that a request goes through.
 * Once in its life: what a developer has changed since stays changed. The database itself
 * remembers, in its comment.
 */
export async function seedPeople(
  { name, ownerUrl, loginUrl }: DatabaseUrls,
  superuserUrl: string,
): Promise<void> {
  const owner = new pg.Client({ connectionString: ownerUrl })
  await owner.connect()
  try {
    const comment = `select from pg_database where datname = $1 and shobj_description(oid, 'pg_database') = $2`
    if ((await owner.query(comment, [name, peopled])).rowCount === 1) return
    const database = openDatabase({
      url: loginUrl,
      poolSize: 1,
      deadlines: limits.deadlines.background,
    })
    await settle(database, databaseOf(superuserUrl, name)).finally(() => database.close())
    await owner.query(
      `comment on database ${pg.escapeIdentifier(name)} is ${pg.escapeLiteral(peopled)}`,
    )
  } finally {
    await owner.end()
  }
}

async function settle(database: Database, superuserUrl: string): Promise<void> {
  const registration = database.as({ kind: 'service', name: 'dev' })
  const registered = await registerUsers(registration, people.map(idOf))
  if (isRefused(registered)) throw new Error('The demo people could not be registered.')
  for (const person of people) {
    for (const contact of contacts[person]) {
      await actAs(database, person, (session) => addContact(session, userId(contact)))
    }
  }
  await seedRelationships(database, superuserUrl)
}
