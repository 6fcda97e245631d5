import type { RunningPostgres } from '../../../src/dev/postgres.ts'
import { asAdmin, openDataset } from '../dataset.ts'
import { callsOf, watchStatements } from '../measure.ts'
import type { Options } from '../options.ts'
import { readInputs } from '../questions.ts'
import { row, verdict } from '../report.ts'
import { type Auth, startSystem } from '../systems/start.ts'
import { prepareSuggestions } from './prepare.ts'

/**
 * Measures how long `suggestions(first: 25)` takes, with reasons, profiles and relationships, from
 * one client that asks one question after the other: precomputed, computed now, and precomputed
 * with blocks that were made since, on a fifth of all suggestions and on everybody else as often.
 */
export async function measureSuggestionReads(
  postgres: RunningPostgres,
  auth: Auth,
  { users, friends, followers, rounds }: Options,
  say: (line: string) => void,
): Promise<void> {
  const dataset = await openDataset(postgres, { users, friends, followers }, say)
  await watchStatements(dataset, false)
  const inputs = await readInputs(dataset)
  const ours = await startSystem('ours', dataset, auth)
  const admin = (text: string) => asAdmin(dataset, (client) => client.query(text))
  const forget = () => admin('truncate similarity_runs, user_similarity')
  const unblock = () => admin("delete from user_blocks where created_at = 'epoch'")
  const states: Readonly<Record<string, () => Promise<unknown>>> = {
    precomputed: () => prepareSuggestions(dataset, inputs.Q4, say),
    'with blocks since': async () => {
      await prepareSuggestions(dataset, inputs.Q4, say)
      await admin(
        `insert into user_blocks (blocker_user_id, blocked_user_id, created_at)
         select candidate_user_id, base_user_id, 'epoch' from user_similarity
          where hashtext(candidate_user_id::text || base_user_id::text) % 5 = 0
             on conflict do nothing`,
      )
    },
    'computed now': async () => {
      await prepareSuggestions(dataset, [], say)
      await forget()
    },
  }
  const times: Record<string, number[]> = {}
  try {
    const calls = await callsOf(ours, 'Q4', inputs, auth)
    const askAll = async () => {
      const taken: number[] = []
      for (const { path, headers, body } of calls) {
        const begun = performance.now()
        const response = await fetch(`${ours.origin}${path}`, { method: 'POST', headers, body })
        const text = await response.text()
        taken.push(performance.now() - begun)
        if (text.includes('"errors"')) throw new Error(text.slice(0, 400))
      }
      return taken
    }
    for (let round = 0; round < rounds; round++)
      for (const [name, set] of Object.entries(states)) {
        await unblock()
        await set()
        // The first time, plans are made and pages are read.
        await askAll()
        times[name] = [...(times[name] ?? []), ...(await askAll())]
      }
  } finally {
    await unblock()
    await forget()
    await ours.stop()
  }
  const of = (name: string, share: number) => {
    const sorted = [...(times[name] ?? [])].sort((one, other) => one - other)
    return sorted[Math.floor(sorted.length * share)] ?? NaN
  }
  say(`A page of 25 suggestions, ${users} people, ms, ${times['precomputed']?.length ?? 0} each`)
  say(row(['', 'p50', 'p95', 'p99']))
  for (const name of Object.keys(states))
    say(row([name, ...[0.5, 0.95, 0.99].map((share) => of(name, share).toFixed(2))]))
  say(verdict('p95 in ms, precomputed', of('precomputed', 0.95), '<=', 15))
  say(verdict('p95 in ms, computed now', of('computed now', 0.95), '<=', 40))
  const slower = of('with blocks since', 0.5) / of('precomputed', 0.5)
  say(verdict('p50 with blocks since the nightly run, of without', slower, '<=', 1.1))
}
