import type DataLoader from 'dataloader'
import type { Identity } from '../database/identity.ts'
import { type Queryable, sql } from '../database/sql.ts'
import { forbidden } from '../graphql/errors.ts'
import type { UserId } from '../graphql/ids.ts'
import { membership } from '../graphql/loaders.ts'
import { asksOnlyCount } from '../graphql/selections.ts'

/**
 * Whether the one who asks may see each person: neither is absent, and neither blocks the other.
 */
export type VisibleLoader = DataLoader<UserId, boolean>

export function visibleLoader(from: Queryable): VisibleLoader {
  return membership(from, 'pairs.visible', selectVisible)
}

/**
 * Whether a field that belongs to its owner may be read: by the owner and by services.
 * @returns false for a person who is absent to the one who asks: the field is null, like everything
 * of theirs
 * @throws FORBIDDEN for a person whom the one who asks can see, and who is somebody else
 */
export async function mayReadOwn(
  identity: Identity,
  visible: VisibleLoader,
  owner: UserId,
): Promise<boolean> {
  if (identity.kind === 'service') return true
  if (identity.kind === 'viewer' && identity.userId === owner) return true
  if (await visible.load(owner))
    throw forbidden('Only the person and services may read this field.')
  return false
}

/**
 * Whether no page of an *own* list need be read: its owner asks how long it is and nothing else.
 * For anybody else the page also says whether the person is there.
 */
export function isUnread(
  { identity }: { readonly identity: Identity },
  owner: UserId,
  info: Parameters<typeof asksOnlyCount>[0],
): boolean {
  return identity.kind === 'viewer' && identity.userId === owner && asksOnlyCount(info)
}

async function selectVisible(from: Queryable, people: readonly UserId[]): Promise<Set<UserId>> {
  const rows = await from.rows<{ id: UserId }>(
    'pairs.visible',
    sql`select id from visible_users(${people}::uuid[]) as id`,
  )
  return new Set(rows.map((row) => row.id))
}
