import { GraphQLError } from 'graphql'

/**
 * The entries of a list of which some are errors: such an entry is null in the answer, with its
 * error at its index, and the others are answered. An executor takes an error in a list as if it
 * had been thrown there, which its types do not say.
 */
export function eachForItself<Entry>(entries: readonly (Entry | GraphQLError)[]): (Entry | null)[] {
  return entries as (Entry | null)[]
}

/**
 * Asks at once for all entries that are not errors, and gives each answer in the place of its
 * entry.
 * @param ask answers one for each, in order
 */
export async function answerEach<Entry, Answer>(
  entries: readonly (Entry | GraphQLError)[],
  ask: (good: readonly Entry[]) => Promise<readonly Answer[]>,
): Promise<(Answer | null)[]> {
  const answers = (await ask(entries.filter(isGood))).values()
  return eachForItself(entries.map((entry) => (isGood(entry) ? next(answers) : entry)))
}

function isGood<Entry>(entry: Entry | GraphQLError): entry is Entry {
  return !(entry instanceof GraphQLError)
}

function next<Value>(values: Iterator<Value>): Value {
  const found = values.next()
  if (found.done === true) throw new Error('There are fewer answers than entries.')
  return found.value
}
