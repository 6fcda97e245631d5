import { sql } from '../../../database/sql.ts'
import { limits } from '../../../limits.ts'
import { daysBefore, type Task } from '../task.ts'

/**
 * Forgets which facts of games were told long ago. What they said stays, each under its own key, so
 * a fact that is told again after that changes nothing.
 */
export const sweepGameFacts: Task = {
  name: 'sweep-game-facts',
  description: `Forget the ids of game facts after ${limits.tasks.keptDays.gameFacts} days.`,
  batch: async (tx, moment) => {
    const { rowsAtOnce, keptDays } = limits.tasks
    const gone = await tx.rows(
      'sweepGameFacts.sweep',
      sql`
        delete from game_facts
         where key = any (array(
               select key from game_facts
                where recorded_at <= ${daysBefore(moment, keptDays.gameFacts)}::timestamptz
                order by recorded_at
                limit ${rowsAtOnce}))
     returning 1`,
    )
    return { rows: gone.length, next: gone.length < rowsAtOnce ? null : 'oldest' }
  },
}
