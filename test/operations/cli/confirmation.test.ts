import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { askConfirmation } from '../../../src/operations/cli/confirmation.ts'

/** Both sides of a terminal. */
function openTerminal() {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined })
  return { input, output: Object.assign(new PassThrough(), { isTTY: true, columns: 80 }) }
}

describe('a question with yes or no', () => {
  it.each([
    ['y\r', true],
    [' YES \r', true],
    ['n\r', false],
    ['\r', false],
    ['yes please\r', false],
    // Ctrl-C and Ctrl-D.
    ['\x03', false],
    ['\x04', false],
  ])('is answered with %j: %s', async (typed, answer) => {
    const { input, output } = openTerminal()
    const answered = askConfirmation('Delete it?', input, output)
    input.write(typed)
    expect(await answered).toBe(answer)
    expect(String(output.read())).toMatch(/Delete it\? \[y\/N\][^]*\n$/)
  })

  it('is answered with no by a terminal that was closed', async () => {
    const { input, output } = openTerminal()
    const answered = askConfirmation('Delete it?', input, output)
    input.end()
    expect(await answered).toBe(false)
  })
})
