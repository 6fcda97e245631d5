import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { runHere } from '../../support/command-line.ts'

// What every command owes to whoever types it, read off its own help.

const page = readFileSync(new URL('../../../docs/reference/cli.md', import.meta.url), 'utf8')

/** The commands below these words, as their help lists them. */
async function commandsBelow(words: readonly string[]): Promise<string[][]> {
  const { output } = await runHere([...words, '--help'])
  const [, list = ''] = output.split(/^Commands:$/m)
  const names = [...(list.split(/^\S/m)[0] ?? '').matchAll(/^ {2}(\w+)/gm)].map(
    ([, name]) => name ?? '',
  )
  return names.filter((name) => name !== 'help').map((name) => [...words, name])
}

const groups = await commandsBelow([])
const below = await Promise.all(groups.map((words) => commandsBelow(words)))
/** Those that do something, `contacts import` and not `contacts`. */
const commands = groups.flatMap((words, place) => (below[place]?.length ? below[place] : [words]))

const codesIn = (text: string) => [...text.matchAll(/(?:^|; ) *(\d) /gm)].map(([, code]) => code)

describe('the command line', () => {
  it('has the commands that are known here', () => {
    expect(commands.map((words) => words.join(' '))).toEqual([
      'dev',
      'serve',
      'worker',
      'migrate',
      'schema',
      'contacts import',
      'contacts verify',
      'users id',
      'users import',
      'pair',
      'webhooks add',
      'webhooks list',
      'webhooks disable',
      'webhooks enable',
      'webhooks rotate',
      'webhooks remove',
      'webhooks test',
      'events list',
      'events show',
      'events replay',
      'events dead',
      'insights',
      'suggestions compute',
      'token',
      'doctor',
      'status',
      'reset',
    ])
  })

  it.each([[], ...groups, ...below.flat()].map((words) => [words.join(' '), words] as const))(
    'explains `%s` with examples and exit codes, and exits with 0',
    async (_name, words) => {
      const { code, output, errors } = await runHere([...words, '--help'])
      expect({ code, errors }).toEqual({ code: 0, errors: '' })
      const [, examples = '', codes = ''] = output.split(/^Examples:$|^Exit codes:$/m)
      expect(examples).toContain(`npx connections ${words.join(' ')}`)
      expect(codesIn(codes)).toEqual(expect.arrayContaining(['0', '1', '2']))
    },
  )

  it.each(commands.map((words) => [words.join(' '), words] as const))(
    'lets a program ask `%s` for JSON, and refuses an unknown option with 2',
    async (_name, words) => {
      expect((await runHere([...words, '--help'])).output).toMatch(/^ {2}--json /m)
      expect(await runHere([...words, '--frobnicate'])).toMatchObject({ code: 2, output: '' })
    },
  )

  it.each(commands.map((words) => [words.join(' '), words] as const))(
    'says of `%s` in docs/reference/cli.md what its help says: its own options and its exit codes',
    async (name, words) => {
      const { output } = await runHere([...words, '--help'])
      const [, codes = ''] = output.split(/^Exit codes:$/m)
      const section = page.split(/^## /m).find((text) => text.startsWith(`${name}\n`)) ?? ''
      const told = [...section.matchAll(/^\| (\d) /gm)].map(([, code]) => code)
      expect(told).toEqual(codesIn(codes))
      const options = [...output.matchAll(/^ {2}(--[a-z-]+)/gm)].map(([, option]) => option)
      const everywhere = ['--data', '--json']
      const own = options.filter((option) => !everywhere.includes(option ?? ''))
      expect(own.filter((option) => !section.includes(`\`${option ?? ''}`))).toEqual([])
      expect(section).toContain('--json')
    },
  )
})
