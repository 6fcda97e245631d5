import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { env, execPath, pid } from 'node:process'
import { createInterface } from 'node:readline'
import { format } from 'prettier'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { resetStack } from '../../src/dev/reset.ts'
import { runSteps, stepsOf } from '../support/shell-page.ts'

// The commands of README.md and docs/tour.md, run in a shell as they stand there, against a dev
// stack. What an answer says must be what the page shows; `vitest -u` writes the answers anew.

const checkout = join(import.meta.dirname, '..', '..')
const main = join(checkout, 'src', 'main.ts')

let dataDirectory: string
let stack: ChildProcess
let places: { gatewayUrl: string; graphqlUrl: string }

beforeAll(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), 'connections-tour-'))
  const ports = ['GATEWAY', 'ACCOUNTS', 'GAMES', 'NOTIFICATIONS', 'POSTGRES'].map(
    (name) => [`${name}_PORT`, '0'] as const,
  )
  stack = spawn(execPath, [main, 'dev', '--json', '--data', dataDirectory], {
    env: { ...shellEnvironment, ...Object.fromEntries(ports), PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (stack.stdout === null) throw new Error('The dev stack has no output.')
  const [line] = (await once(createInterface(stack.stdout), 'line')) as [string]
  const ready = JSON.parse(line) as { places: { gateway: string; graphql: string } }
  places = { gatewayUrl: ready.places.gateway, graphqlUrl: ready.places.graphql }
})

afterAll(async () => {
  const ended = once(stack, 'exit')
  stack.kill('SIGINT')
  await ended
  await resetStack(dataDirectory, pid)
  await rm(dataDirectory, { recursive: true })
})

it.each([
  ['README.md', 'first-request'],
  ['docs/tour.md', 'tour'],
])(
  'the commands of %s answer what it shows',
  async (path, name) => {
    const page = readFileSync(join(checkout, path), 'utf8')
    const steps = stepsOf(page, name)
    const answers = await runSteps(steps, {
      // As a reader changes them whose banner names other ports.
      replacements: [
        ['http://127.0.0.1:4000/graphql', places.gatewayUrl],
        ['http://127.0.0.1:4001/graphql', places.graphqlUrl],
        // A reader is slower than a webhook.
        [newestOfDave, `${untilTold(newestOfDave)}\n${newestOfDave}`],
      ],
      prelude: `npx() { shift; '${execPath}' '${main}' "$@" --data '${dataDirectory}'; }`,
      env: shellEnvironment,
    })
    let current = page
    for (const [place, { command, answer }] of steps.entries()) {
      const printed = (answers[place] ?? '').trim()
      if (answer === null) {
        // A command without an answer prints nothing: it keeps something in a variable.
        expect(printed, command).toBe('')
        continue
      }
      const now = withoutCosts(JSON.parse(printed))
      if (withoutVolatile(now) === withoutVolatile(JSON.parse(answer))) continue
      const text = await format(JSON.stringify(now), { parser: 'json', printWidth: 100 })
      current = current.replace(answer, () => text)
    }
    await expect(current).toMatchFileSnapshot(join(checkout, path))
  },
  120_000,
)

/** How the tour begins to ask for what alice has done. */
const newestOfDave = `ask "$dave" '{ viewer { notifications(first: 1)`

/** Waits half a minute at most for the webhook. */
function untilTold(question: string): string {
  const ask = `${question} { edges { node { kind } } } } }'`
  return `for _ in $(seq 60); do ${ask} | grep -q FRIEND_REQUEST_ACCEPTED && break; sleep 0.5; done`
}

/** What a reader's shell has. Vitest sets NODE_ENV and more. */
const shellEnvironment = { PATH: env['PATH'] ?? '', HOME: env['HOME'] ?? '' }

/** An answer without what the dev stack adds to it. */
function withoutCosts(answer: unknown): unknown {
  const own = Object.entries(answer as object).filter(([name]) => name !== 'extensions')
  return Object.fromEntries(own)
}

/** An answer as text, without what is new on each run: times, cursors and the ids of requests. */
function withoutVolatile(answer: unknown): string {
  return JSON.stringify(answer)
    .replaceAll(/\d{4}-\d{2}-\d{2}T[\d:.]+Z/g, '<time>')
    .replaceAll(/(?<="(?:end|start)?[cC]ursor":")[^"]+/g, '<cursor>')
    .replaceAll(/(?!0{8}|9{8})[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g, '<id>')
}
