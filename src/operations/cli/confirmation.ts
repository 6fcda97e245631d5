import { createInterface } from 'node:readline/promises'

/**
 * Asks whoever sits at a terminal a question with yes or no. Whatever is not a yes is a no: also
 * Ctrl-C, Ctrl-D, and a terminal that was closed.
 */
export async function askConfirmation(
  question: string,
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
): Promise<boolean> {
  const terminal = createInterface({ input, output })
  const closed = new Promise<null>((resolve) => {
    terminal.once('close', () => {
      resolve(null)
    })
  })
  // Ctrl-C and Ctrl-D are errors to readline.
  const answered = terminal.question(`${question} [y/N] `).catch(() => null)
  const answer = await Promise.race([answered, closed])
  terminal.close()
  // What is said next begins on a line of its own.
  if (answer === null) output.write('\n')
  return /^y(es)?$/i.test(answer?.trim() ?? '')
}
