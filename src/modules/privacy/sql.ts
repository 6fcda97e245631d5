import type { Queryable, Transaction } from '../../database/sql.ts'
import type {
  FollowAudience,
  GameAudience,
  MessageAudience,
  PresenceAudience,
  RequestAudience,
} from '../../generated/graphql.ts'
import type { UserId } from '../../graphql/ids.ts'

/** What a person allows others. */
export interface Privacy {
  readonly allowFollows: FollowAudience
  readonly allowFriendRequests: RequestAudience
  readonly allowMessages: MessageAudience
  readonly discoverable: boolean
  readonly showInMutualFriends: boolean
  readonly presenceVisibility: PresenceAudience
  readonly defaultGameVisibility: GameAudience
  readonly notifyFriendJoinsGame: boolean
}

/** What holds for a person without a row (rule 9): the same as the defaults of the columns. */
const defaults: Privacy = {
  allowFollows: 'EVERYONE',
  allowFriendRequests: 'EVERYONE',
  allowMessages: 'EVERYONE',
  discoverable: true,
  showInMutualFriends: true,
  presenceVisibility: 'FRIENDS',
  defaultGameVisibility: 'PUBLIC',
  notifyFriendJoinsGame: true,
}

/** The settings of each person; one who does not exist is not in the answer. */
export async function selectPrivacy(
  from: Queryable,
  people: readonly string[],
): Promise<Map<string, Privacy>> {
  const rows = await from.prisma('privacy.settings', (prisma) =>
    prisma.user.findMany({
      where: { id: { in: [...people] } },
      select: { id: true, privacySettings: { omit: { userId: true } } },
    }),
  )
  return new Map(rows.map(({ id, privacySettings }) => [id, toPrivacy(privacySettings)]))
}

/**
 * Writes the changes into the person's row, which is made if need be, and gives all settings as
 * they are then.
 * @throws a violation of `user_privacy_settings_user_id_fkey` for somebody who does not exist
 */
export async function upsertPrivacy(
  tx: Transaction,
  person: UserId,
  changes: Partial<Privacy>,
): Promise<{ readonly changed: boolean; readonly settings: Privacy }> {
  const row = eachText<Partial<Row>>(changes, (text) => text.toLowerCase())
  // The condition is in the statement, so that of two equal changes at the same instant one says
  // that it changed something.
  const update = () =>
    tx.prisma('privacy.update', (prisma) =>
      prisma.userPrivacySettings.updateManyAndReturn({
        where: { userId: person, NOT: row },
        data: row,
        omit: { userId: true },
      }),
    )
  const [updated] = await update()
  if (updated !== undefined) return { changed: true, settings: toPrivacy(updated) }
  // Nothing to change, or no row yet: then it begins with the defaults, and is changed like any
  // other.
  await tx.prisma('privacy.insert', (prisma) =>
    prisma.userPrivacySettings.createMany({ data: [{ userId: person }], skipDuplicates: true }),
  )
  const [first] = await update()
  if (first !== undefined) return { changed: true, settings: toPrivacy(first) }
  const present = await tx.prisma('privacy.present', (prisma) =>
    prisma.userPrivacySettings.findUnique({ where: { userId: person }, omit: { userId: true } }),
  )
  return { changed: false, settings: toPrivacy(present) }
}

/** The settings as Prisma knows them: a text may be any text. */
type Row = {
  readonly [Setting in keyof Privacy]: Privacy[Setting] extends string ? string : boolean
}

/** The columns hold the graph's names in lower case, and their checks let nothing else in. */
function toPrivacy(row: Row | null): Privacy {
  return row === null ? defaults : (eachText(row, (text) => text.toUpperCase()) as Privacy)
}

function eachText<Settings extends object>(
  settings: Settings,
  change: (text: string) => string,
): Settings {
  const changed = Object.entries(settings).map(([name, value]: [string, unknown]) => [
    name,
    typeof value === 'string' ? change(value) : value,
  ])
  return Object.fromEntries(changed) as Settings
}
