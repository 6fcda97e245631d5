import pg from 'pg'
import type { Database } from '../../database/database.ts'
import type { Viewer } from '../../database/identity.ts'
import type { Session } from '../../database/session.ts'
import type { UserProfileInput } from '../../generated/graphql.ts'
import { parseUserId, type UserId } from '../../graphql/ids.ts'
import { isRefused, type Refused } from '../../graphql/refusals.ts'
import { limits } from '../../limits.ts'
import { blockUser } from '../../modules/blocks/service.ts'
import { followUser } from '../../modules/follows/service.ts'
import { rejectFriendRequest } from '../../modules/friends/requests/answers.ts'
import { requestFriend, upgradeToClose } from '../../modules/friends/requests/service.ts'
import { updatePrivacySettings } from '../../modules/privacy/service.ts'
import { updateProfile } from '../../modules/profiles/service.ts'
import { claimUsername } from '../../modules/usernames/service.ts'
import { useQuota } from '../../pairs/quota.ts'
import { idOf, type Person } from './people.ts'

const week = 7 * 24 * 60 * 60 * 1000

/**
 * Makes the relationships between the demo people, through the same services that a request goes
 * through. Every way in which two people can stand to each other is somewhere in it; docs/tour.md
 * tells what they are.
 * @param superuserUrl for the one thing that no service can do: let time pass
 */
export async function seedRelationships(database: Database, superuserUrl: string): Promise<void> {
  const as = <Done>(person: Person, act: (session: Session<Viewer>) => Promise<Done | Refused>) =>
    actAs(database, person, act)
  const ask = (one: Person, other: Person, words: string | null = null) =>
    as(one, (session) => requestFriend(session, userId(other), words))

  // Friends, and close friends: each asks, which is how both agree.
  for (const [one, other] of [
    ['alice', 'bob'],
    ['alice', 'carol'],
    ['bob', 'carol'],
    ['bob', 'dave'],
  ] as const) {
    await ask(one, other)
    await ask(other, one)
  }
  await as('alice', (session) => upgradeToClose(session, userId('carol')))
  await as('carol', (session) => upgradeToClose(session, userId('alice')))
  await as('bob', (session) => upgradeToClose(session, userId('carol')))

  for (const [person, profile] of Object.entries(introductions) as [Person, UserProfileInput][]) {
    await as(person, (session) => claimUsername(session, person))
    await as(person, (session) => updateProfile(session, profile))
  }
  await as('grace', (session) => claimUsername(session, 'amazing.grace'))

  // Open, declined and expired requests.
  await ask('dave', 'alice', 'We met at the climbing hall.')
  await ask('alice', 'erin')
  const declined = await ask('frank', 'alice', 'Add me!')
  const { request } = declined
  if (request === null) throw new Error('The seed has no request for alice to decline.')
  await as('alice', (session) => rejectFriendRequest(session, request))
  const old = await ask('heidi', 'alice')
  await letExpire(superuserUrl, old.request ?? '')

  for (const follower of ['dave', 'erin', 'frank'] as const) {
    await as(follower, (session) => followUser(session, userId('alice')))
  }
  await as('alice', (session) => followUser(session, userId('heidi')))

  // Ivan lets nobody in; grace has used up her day.
  const closed = { allowFollows: 'NOBODY', allowFriendRequests: 'NOBODY' } as const
  await as('ivan', (session) => updatePrivacySettings(session, closed))
  await as('grace', useUpTheDay)

  // Blocks: by bob, of bob, and one that ends by itself.
  await as('bob', (session) =>
    blockUser(session, userId('mallory'), null, limits.caps.blocks.standard),
  )
  await as('judy', (session) =>
    blockUser(session, userId('bob'), null, limits.caps.blocks.standard),
  )
  await as('carol', (session) =>
    blockUser(session, userId('mallory'), new Date(Date.now() + week), limits.caps.blocks.standard),
  )
}

/**
 * Who has a username, the same as their name, and what they say of themselves. Grace has changed
 * hers, trent has none.
 */
const introductions: Partial<Record<Person, UserProfileInput>> = {
  alice: {
    displayName: 'Alice Liddell',
    bio: 'Down every rabbit hole.',
    city: 'Oxford',
    region: 'Oxfordshire',
    sportPreferences: ['croquet', 'climbing'],
  },
  bob: { displayName: 'Bob Builder', city: 'Oxford', sportPreferences: ['climbing', 'football'] },
  carol: { displayName: 'Carol Shaw', city: 'Cambridge', sportPreferences: ['croquet', 'chess'] },
  dave: { displayName: 'Dave Bowman', bio: 'Open the doors.', sportPreferences: ['climbing'] },
  erin: { displayName: 'Erin O’Neill' },
  frank: { displayName: 'Frank', city: 'Oxford' },
  grace: { displayName: 'Grace Hopper', sportPreferences: ['chess'] },
  heidi: {},
  ivan: { displayName: 'Ivan the Quiet' },
  judy: { displayName: 'Judy Jetson', sportPreferences: ['football'] },
  mallory: { displayName: 'Mallory' },
}

/**
 * One act of one person. @throws when it is refused: the seed is for an empty database, where
 * nothing can be
 */
export async function actAs<Done>(
  database: Database,
  person: Person,
  act: (session: Session<Viewer>) => Promise<Done | Refused>,
): Promise<Done> {
  const session = database.as({ kind: 'viewer', userId: userId(person) })
  const done = await act(session).finally(() => session.finish())
  if (isRefused(done)) throw new Error(`${person} was refused: ${JSON.stringify(done)}`)
  return done
}

export function userId(person: Person): UserId {
  const id = parseUserId(idOf(person))
  if (id === null) throw new Error(`${person} has no UUID.`)
  return id
}

async function useUpTheDay(session: Session<Viewer>): Promise<null> {
  const { most } = limits.quotas.friendRequests
  return session.write(async (tx) => {
    for (let use = 0; use < most; use++) await useQuota(tx, 'requestFriend')
    return null
  })
}

async function letExpire(superuserUrl: string, request: string): Promise<void> {
  const clock = new pg.Client({ connectionString: superuserUrl })
  await clock.connect()
  await clock
    .query(
      `with event as (
         update outbox set created_at = created_at - interval '31 days' where subject_id = $1
       )
       update user_friend_requests
          set created_at = created_at - interval '31 days', expires_at = expires_at - interval '31 days'
        where id = $1`,
      [request],
    )
    .finally(() => clock.end())
}
