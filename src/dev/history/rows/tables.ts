import type { Traits } from '../people.ts'
import type { World } from '../world.ts'
import { gameTables } from './games.ts'
import { linkTables } from './links.ts'
import { personTables } from './people.ts'
import { requestTables } from './requests.ts'
import type { Calendar, TableRows } from './rows.ts'
import { bondTables, feedbackTables, listTables } from './ties.ts'

/** What has become of the world, as rows, in the order in which they can be written. */
export function tablesOf(
  world: World,
  people: readonly Traits[],
  seed: string,
  calendar: Calendar,
): TableRows[] {
  return [
    ...personTables(people, calendar),
    ...listTables(world, calendar),
    ...linkTables(world, seed, calendar),
    ...requestTables(world, seed, calendar),
    ...bondTables(world, calendar),
    ...feedbackTables(world, calendar),
    ...gameTables(world, seed, calendar),
  ]
}
