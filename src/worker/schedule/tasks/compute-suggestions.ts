import { sql } from '../../../database/sql.ts'
import { nobody } from '../../../graphql/ids.ts'
import { Pace } from '../pace.ts'
import type { Task, TaskName } from '../task.ts'

/** The ids in the middle and at the end: each task has the people up to one of them. */
const middle = '7fffffff-ffff-ffff-ffff-ffffffffffff'
const end = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

/** Where a run begins that computes everybody, active or not. It says so in each position. */
export const everybody = 'everybody'

/**
 * Rule 11.2. In the order of ids, which are random, so both tasks have as much to do. The batch and
 * its position are committed together: nobody is computed twice by a run, however often it is
 * killed.
 */
function computing(name: TaskName, description: string, from: string, until: string): Task {
  // Of this process: another one learns it anew within a few batches.
  const pace = new Pace()
  return {
    name,
    description,
    batch: async (tx, _moment, position, { suggestionWeights }) => {
      const { isAll, after } = parsePosition(position)
      const begun = performance.now()
      const [batch] = await tx.rows<{ last: string | null; computed: number }>(
        'computeSuggestions.batch',
        sql`
          select last_id as last, computed
            from compute_suggestions(${after ?? from}::uuid, ${until}::uuid, ${suggestionWeights}::float8[], ${isAll}::boolean, ${pace.people}::int)`,
      )
      const { last = null, computed = 0 } = batch ?? {}
      const pauseMs = pace.after(computed, performance.now() - begun)
      const next = last !== null && isAll ? `${everybody} ${last}` : last
      return { rows: computed, next, pauseMs }
    },
  }
}

/** Reads what a batch has written: `<id>`, or `everybody`, or `everybody <id>`. */
function parsePosition(position: string | null): { isAll: boolean; after: string | null } {
  const isAll = position?.startsWith(everybody) ?? false
  const after = isAll ? position?.slice(everybody.length).trim() : position
  return { isAll, after: after === '' ? null : (after ?? null) }
}

/**
 * How much of the work is done, from 0 to 1, by where each task is.
 * @param positions of both tasks; null: it is at its end
 */
export function shareDone(positions: readonly (string | null)[]): number {
  const shares = positions.map((position, half) => {
    if (position === null) return 1
    const { after } = parsePosition(position)
    // The first eight digits of an id are a number from 0 to 2³².
    return after === null ? 0 : (parseInt(after.slice(0, 8), 16) / 2 ** 32 - half / 2) * 2
  })
  return shares.reduce((sum, share) => sum + share, 0) / shares.length
}

/** The lower half of all people, by their ids. */
export const computeSuggestions = computing(
  'compute-suggestions',
  'Compute suggestions for active people and those whose friends made friends; the lower half of the ids.',
  nobody,
  middle,
)

/** The upper half. */
export const computeUpperSuggestions = computing(
  'compute-suggestions-upper',
  'The same for the upper half of the ids.',
  middle,
  end,
)
