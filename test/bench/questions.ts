import type { Dataset } from './dataset.ts'
import { asAdmin } from './dataset.ts'
import { type QuestionName, type SystemName, systemNames } from './options.ts'

/** One time that a question is put: who asks, and about whom. */
export interface Input {
  readonly viewer: string
  /**
   * Q2: fifty people, some of whom are something to the viewer. Q5: the one whose followers are
   * asked for.
   */
  readonly people: readonly string[]
}

export type Inputs = Readonly<Record<QuestionName, readonly Input[]>>

export const questionTitles: Readonly<Record<QuestionName, string>> = {
  Q1: "a viewer's first 20 friends with username and profile",
  Q2: 'an entity query for 50 people: username, profile, relationship',
  Q3: 'the home screen: 20 contacts, 20 friends close first, counts of requests in and out and of blocks',
  Q4: '25 suggestions with scores, reasons, username, profile and relationship',
  Q5: '20 followers of the one whom everybody follows, with the count',
}

/**
 * Who answers a question. Suggestions of the usual and the naive server would be a program of their
 * own; the others call the database's function.
 */
export const systemsFor = (question: QuestionName): readonly SystemName[] =>
  question === 'Q4' ? ['ours', 'postgraphile', 'limit'] : systemNames

/**
 * The same people each time, spread over the whole set.
 * @param viewers as many take turns
 */
export async function readInputs(dataset: Dataset, viewers = 300): Promise<Inputs> {
  const { users } = dataset.size
  // A stride that shares no factor with the number of people meets everybody before it comes back.
  const number = (index: number) => ((index * 7_919) % (users - 1)) + 2
  const ids = await idsOf(
    dataset,
    Array.from({ length: viewers }, (_, index) => [
      number(index),
      // Of the fifty: twenty friends, ten contacts, blocked ones and blockers, those with requests,
      // and strangers.
      ...Array.from({ length: 20 }, (_none, far) => number(index) + far + 1),
      ...Array.from({ length: 10 }, (_none, far) => number(index) + 2 * far + 40),
      ...[101, 211, 307, -101, -211, 401, 402, -401, -402].map((far) => number(index) + far),
      ...Array.from({ length: 11 }, (_none, far) => number(index) + 1_009 * (far + 1)),
    ]).map((numbers) => numbers.map((n) => ((((n - 1) % users) + users) % users) + 1)),
  )
  const alone = ids.map(([viewer = '']) => ({ viewer, people: [] }))
  const [star = ''] = (await idsOf(dataset, [[1]]))[0] ?? []
  return {
    Q1: alone,
    Q2: ids.map(([viewer = '', ...people]) => ({ viewer, people })),
    Q3: alone,
    Q4: alone,
    Q5: alone.map(({ viewer }) => ({ viewer, people: [star] })),
  }
}

async function idsOf(dataset: Dataset, numbers: readonly number[][]): Promise<string[][]> {
  return asAdmin(dataset, async (admin) => {
    const { rows } = await admin.query<{ n: string; id: string }>(
      'select n, id from bench.people where n = any ($1::bigint[])',
      [[...new Set(numbers.flat())]],
    )
    const known = new Map(rows.map(({ n, id }) => [Number(n), id]))
    return numbers.map((of) => of.map((n) => known.get(n) ?? ''))
  })
}
