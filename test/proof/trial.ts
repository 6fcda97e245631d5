import type { Comparison, Difference } from './compare.ts'
import type { Answer, AskerName, Question } from './question.ts'
import type { Pair } from './worlds.ts'

/**
 * How often each question is put: the first times by the long way, the others by whatever the
 * service has learnt.
 */
const sends = 4

/** Where the two sides part. */
export interface Failure {
  readonly difference: Difference
  readonly question: Question
  readonly asker: AskerName
  /** Which time it was put. */
  readonly time: number
  readonly served: Answer
  readonly reference: Answer
  /** For what the question left behind. */
  readonly tables: readonly string[]
}

export interface Trial {
  readonly failure: Failure | null
  readonly answers: readonly Answer[]
}

/**
 * Puts one question to both sides, four times and by two in turn.
 * @param writes whether it may leave something behind, which is then compared too
 */
export async function tryQuestion(
  pair: Pair,
  comparison: Comparison,
  question: Question,
  writes: boolean,
): Promise<Trial> {
  const before = question.prelude && (await tryQuestion(pair, comparison, question.prelude, writes))
  if (before?.failure) return before
  const answers: Answer[] = []
  for (let time = 0; time < sends; time++) {
    const asker = question.askers[time % 2] ?? 'nobody'
    const [served, reference] = await Promise.all([
      pair.served.ask(question, asker),
      pair.reference.ask(translated(question, comparison), asker),
    ])
    answers.push(reference)
    const difference = comparison.difference(served, reference)
    if (difference !== null) {
      const failure = { difference, question, asker, time, served, reference, tables: [] }
      return { failure, answers }
    }
    const tables = writes && time === sends - 1 ? await pair.differingTables() : []
    if (tables.length > 0) {
      const failure = { question, asker, time, served, reference, tables }
      return { failure: { difference: 'tables', ...failure }, answers }
    }
  }
  return { failure: null, answers }
}

function translated(question: Question, comparison: Comparison): Question {
  if (comparison.tokens.length === 0) return question
  return JSON.parse(comparison.translated(JSON.stringify(question))) as Question
}
