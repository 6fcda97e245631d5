import { createHash } from 'node:crypto'
import { idFrom } from '../random.ts'
import type { World } from '../world.ts'
import { type Calendar, idOf, type TableRows } from './rows.ts'

/** Contact links and who is remembered to have used them. */
export function linkTables(world: World, seed: string, { moment, maybe }: Calendar): TableRows[] {
  const { end } = world.span
  const links = world.links.map((link, place) => ({ link, id: idFrom(seed, 'link', place) }))
  return [
    {
      table: 'contact_links',
      rows: links.map(({ link, id }) => ({
        id,
        maker_user_id: idOf(link.maker),
        // Of a token that nobody has.
        token_hash: `\\x${createHash('sha256').update(`${id} token`).digest('hex')}`,
        label: link.label,
        expires_at: maybe(link.expiresAt),
        max_uses: link.maxUses,
        uses: link.uses,
        last_used_at: maybe(link.lastUsedAt),
        revoked_at: maybe(link.revokedAt !== null && link.revokedAt < end ? link.revokedAt : null),
        created_at: moment(link.at),
      })),
    },
    {
      table: 'contact_link_uses',
      rows: links.flatMap(({ link, id }) =>
        Array.from(link.users, ([user, at]) => ({
          link_id: id,
          user_id: idOf(user),
          maker_user_id: idOf(link.maker),
          created_at: moment(at),
        })),
      ),
    },
  ]
}
