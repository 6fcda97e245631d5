import type { UserId } from '../../graphql/ids.ts'
import { counts, pages } from '../../graphql/loaders.ts'
import type { Queryable } from '../../database/sql.ts'
import { fillPages } from '../../pairs/visible-pages.ts'
import { countContacts, selectContactPages } from './sql.ts'

/** A page of contacts; `after` is the id of a person, there or not. */
interface ContactPageRequest {
  readonly first: number
  readonly after: UserId | null
  /** Whether what the contacts show is to come with the page. */
  readonly summaries: boolean
}

/** The lists of many owners at once; null for an owner who does not exist. */
export function contactLoaders(from: Queryable) {
  return {
    page: pages(
      from,
      'contacts.page',
      (owners: readonly UserId[], { first, after, summaries }: ContactPageRequest) =>
        fillPages(owners, first, after, (some, candidates, start) =>
          selectContactPages(from, some, first + 1, candidates, { after: start, summaries }),
        ),
    ),
    count: counts(from, 'contacts.count', (owners: readonly UserId[]) =>
      countContacts(from, owners),
    ),
  }
}
