import { isDeepStrictEqual } from 'node:util'
import { askOnce } from './ask-once.ts'
import { callsOf } from './measure.ts'
import type { QuestionName } from './options.ts'
import type { Inputs } from './questions.ts'
import type { Auth, System } from './systems/start.ts'

/** Every how-manieth viewer is compared. */
const stride = 20

/**
 * Puts each question to each system on behalf of the same people and compares what the answers say.
 * @throws when two differ: what answers something else may not be compared by how fast it does
 */
export async function assertEqualFacts(
  systems: readonly System[],
  question: QuestionName,
  inputs: Inputs,
  auth: Auth,
): Promise<void> {
  for (let place = 0; place < inputs[question].length; place += stride) {
    const input = inputs[question][place]
    if (input === undefined) continue
    const answers = await Promise.all(
      systems.map(async (system) => {
        const [call] = await callsOf(system, question, { ...inputs, [question]: [input] }, auth)
        if (call === undefined) throw new Error('There is nothing to ask.')
        const response = await askOnce(`${system.origin}${call.path}`, {
          method: 'POST',
          headers: call.headers,
          body: call.body,
        })
        const text = await response.text()
        try {
          const { data, errors } = JSON.parse(text) as { data: unknown; errors?: unknown }
          if (errors !== undefined) throw new Error('It has errors.')
          return JSON.parse(JSON.stringify(system.words[question].facts(data, input))) as unknown
        } catch (error) {
          throw new Error(`${question} of ${system.name}: ${text.slice(0, 600)}`, { cause: error })
        }
      }),
    )
    const other = answers.findIndex((answer) => !isDeepStrictEqual(answer, answers[0]))
    if (other === -1) continue
    const say = (answer: unknown) => JSON.stringify(answer, null, 1).split('\n')
    const [one, two] = [say(answers[0]), say(answers[other])]
    const line = one.findIndex((text, index) => text !== two[index])
    throw new Error(
      `${question}: ${systems[0]?.name ?? ''} and ${systems[other]?.name ?? ''} do not say the same to ${input.viewer}:\n` +
        `${one.slice(line - 3, line + 5).join('\n')}\n--\n${two.slice(line - 3, line + 5).join('\n')}`,
    )
  }
}
