import { violatedConstraint } from '../database/retry.ts'
import { refuse, type Refused } from '../graphql/refusals.ts'

/**
 * Runs a write whose row belongs to the viewer. Somebody who was erased may still have a good
 * token, and may be erased between two statements: the row then has no person to belong to, and the
 * write is refused with UNAVAILABLE, as it is for everything that an absent person is part of (rule
 * 0.4).
 * @param ownRow the foreign key from the row to its person
 */
export async function unlessErased<T>(
  ownRow: string,
  write: () => Promise<T>,
): Promise<T | Refused> {
  try {
    return await write()
  } catch (error) {
    if (violatedConstraint(error) === ownRow) return refuse('UNAVAILABLE')
    throw error
  }
}
