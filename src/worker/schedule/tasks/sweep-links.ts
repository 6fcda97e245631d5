import { sql } from '../../../database/sql.ts'
import { nobody } from '../../../graphql/ids.ts'
import { limits } from '../../../limits.ts'
import { daysBefore, type Task } from '../task.ts'

/**
 * Rule 4.7. A link that has expired still lets those ask its maker who have used it, so it stays as
 * long as there is somebody; revoking takes that back, so a revoked link goes with its uses.
 */
export const sweepLinks: Task = {
  name: 'sweep-links',
  description: `Remove contact links ${limits.tasks.keptDays.links} days after they were revoked, or after they expired if nobody has used them.`,
  batch: async (tx, moment, position) => {
    const { rowsAtOnce, keptDays } = limits.tasks
    const before = daysBefore(moment, keptDays.links)
    const [swept] = await tx.rows<{ rows: number; last: string | null; looked: number }>(
      'sweepLinks.sweep',
      sql`
          with page as materialized (
        select id from contact_links
         where id > ${position ?? nobody}::uuid
         order by id
         limit ${rowsAtOnce}
               ), gone as (
        delete from contact_links as link
         where link.id = any (array(select id from page))
           and (link.revoked_at <= ${before}::timestamptz
             or link.expires_at <= ${before}::timestamptz
            and not exists (select from contact_link_uses as used
                             where used.maker_user_id = link.maker_user_id and used.link_id = link.id))
     returning 1
               )
        select (select count(*)::int from gone) as rows,
               (select id from page order by id desc limit 1) as last, (select count(*)::int from page) as looked`,
    )
    const { rows = 0, last = null, looked = 0 } = swept ?? {}
    return { rows, next: looked < rowsAtOnce ? null : last }
  },
}
