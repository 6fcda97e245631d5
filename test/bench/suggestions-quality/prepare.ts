import { standardWeights, toWeights } from '../../../src/config/suggestion-weights.ts'
import { asAdmin, type Dataset } from '../dataset.ts'
import type { Input } from '../questions.ts'

/** Twenty games a person, of ten each, most of them with neighbours in the circle of friends. */
const games = `
  insert into game_participations (user_id, game_id, joined_at)
  select people.id, 'game ' || (people.n + case when step < 15 then step * 7 else step * 997 end) / 10,
         timestamptz '2026-01-01' + step * interval '1 day'
    from bench.people, generate_series(0, 19) as step
   where people.n <= $1
      on conflict do nothing`

/**
 * Adds games to a data set that has none, and stores the suggestions of those who ask, as the
 * worker does at night.
 */
export async function prepareSuggestions(
  dataset: Dataset,
  asking: readonly Input[],
  say: (line: string) => void,
): Promise<void> {
  await asAdmin(dataset, async (admin) => {
    const { rows } = await admin.query('select from game_participations limit 1')
    if (rows.length === 0) {
      say('Adding games.')
      await admin.query('set session_replication_role = replica')
      await admin.query(games, [dataset.size.users])
      await admin.query('reset session_replication_role')
      await admin.query('vacuum (analyze) game_participations')
    }
    await admin.query('select store_suggestions($1, $2)', [
      asking.map(({ viewer }) => viewer),
      // As the server reckons them: a difference in the last digit would be another set of weights.
      toWeights(standardWeights),
    ])
    await admin.query('vacuum (analyze) user_similarity, similarity_runs')
  })
}
