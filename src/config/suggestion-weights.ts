import { z } from 'zod'

/** The signals of suggestions (rule 11.1), in the order in which the database takes weights. */
const signals = ['games', 'sports', 'mutual', 'place'] as const

/** What each of them counts unless told, as entries of the variable. */
export const standardWeights = ['games:0.35', 'sports:0.3', 'mutual:0.2', 'place:0.15']

/** Entries such as `games:0.35`: each signal at most once, with a number from 0 to 1. */
export const weightEntries = z
  .array(z.string())
  .refine((entries) => parseWeights(entries) !== null, {
    error: `must be signals with a weight from 0 to 1, such as ${standardWeights.join()}, each once and not all 0`,
  })

/**
 * The weights of all signals, in their order and together 1, so that a score is from 0 to 1.
 * @throws for entries that `weightEntries` does not let through
 */
export function toWeights(entries: readonly string[]): readonly number[] {
  const weights = parseWeights(entries)
  if (weights === null) throw new Error('These weights were not checked.')
  return weights
}

function parseWeights(entries: readonly string[]): readonly number[] | null {
  const weights = new Map(entries.map(toWeight))
  const given = signals.map((name) => weights.get(name) ?? 0)
  const sum = given.reduce((one, other) => one + other, 0)
  const isFit =
    weights.size === entries.length &&
    [...weights].every(([name, weight]) => isSignal(name) && weight >= 0 && weight <= 1)
  return isFit && sum > 0 ? given.map((weight) => weight / sum) : null
}

function toWeight(entry: string): readonly [string, number] {
  const [, name = '', number = ''] = /^(\w+)\s*:\s*([\d.]+)$/.exec(entry) ?? []
  return [name, Number(number)]
}

const isSignal = (name: string) => (signals as readonly string[]).includes(name)
