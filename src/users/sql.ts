import type { UserId } from '../base/ids.ts'
import { sql, type Sql, type Tx } from '../base/sql.ts'

/** Inserts those who are not there yet, and says how many. In order, so that two batches cannot wait for each other. */
export async function insertUsers(tx: Tx, ids: readonly UserId[]): Promise<number> {
  const added = await tx.prisma('users.insert', (prisma) =>
    prisma.user.createMany({
      data: [...ids].sort().map((id) => ({ id })),
      skipDuplicates: true,
    }),
  )
  return added.count
}

/** What a person says of themselves. */
export interface Profile {
  readonly displayName: string | null
  readonly avatarUrl: string | null
  readonly bio: string | null
  readonly city: string | null
  readonly region: string | null
  readonly sportPreferences: readonly string[]
}

/** What a person shows to whoever sees them. */
export interface Card {
  /** Null: has not claimed one. */
  readonly username: string | null
  /** Null: has never said anything. */
  readonly profile: Profile | null
}

/** The cards of those whom the one who asks can see, names and profiles in one statement. */
export async function selectCards(
  from: Sql,
  people: readonly UserId[],
): Promise<Map<UserId, Card>> {
  const rows = await from.rows<CardRow>(
    'users.cards',
    sql`
      select person, username, introduced, display_name as "displayName", avatar_url as "avatarUrl", bio, city, region,
             sport_preferences as "sportPreferences"
        from cards(${people}::uuid[])`,
  )
  return new Map(
    rows.map(({ person, username, introduced, ...profile }) => [
      person,
      { username, profile: introduced ? profile : null },
    ]),
  )
}

interface CardRow extends Profile {
  readonly person: UserId
  readonly username: string | null
  readonly introduced: boolean
}
