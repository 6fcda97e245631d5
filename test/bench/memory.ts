import { readMemory } from './cpu.ts'
import type { Call } from './load.ts'
import { callsOf, headersOf } from './measure.ts'
import { questionNames } from './options.ts'
import { startSystem } from './systems/start.ts'
import type { Where } from './where.ts'

/** Often enough to be parsed, validated, compiled and asked once more. */
const times = 3

/** Megabytes above the warm server that what it remembers of documents may take. */
const bar = 60

/**
 * Puts very many distinct legal documents to our server, each several times, and reads off its
 * resident memory after 5,000 and after all of them.
 */
export async function watchMemory({ dataset, auth, loader, inputs, options, say }: Where) {
  const ours = await startSystem('ours', dataset, auth, [`--max-old-space-size=${options.heap}`])
  const { connections } = options
  const put = async (calls: readonly Call[], most: number) => {
    const steps = calls.map((call) => [call])
    const done = await loader.put({ origin: ours.origin, connections, seconds: 1e6, most, steps })
    if (done.errors > 0) throw new Error(done.complaint ?? '')
  }
  try {
    const usual = await Promise.all(
      questionNames.map((question) => callsOf(ours, question, inputs, auth)),
    )
    await put(usual.flat(), options.warmUp)
    const warm = readMemory(ours.pid)
    say(`documents   resident MB (--max-old-space-size=${options.heap}), above ${warm.toFixed(0)}`)
    const viewer = inputs.Q1[0]?.viewer ?? ''
    const headers = await headersOf(viewer, auth)
    const part = 500
    for (let sent = 0; sent < options.memory; sent += part) {
      const calls = Array.from({ length: part }, (_, index) => ({
        path: '/graphql',
        headers,
        body: JSON.stringify({ query: documentOf(sent + index) }),
        expect: '"data":{',
      }))
      await put(
        calls.flatMap((call) => Array.from({ length: times }, () => call)),
        part * times,
      )
      const asked = sent + part
      if (asked === 5_000 || asked % 20_000 === 0 || asked >= options.memory) {
        const above = readMemory(ours.pid) - warm
        const judged = above <= bar ? 'reached' : 'MISSED'
        say(`${String(asked).padStart(9)}   +${above.toFixed(0)} (≤ ${String(bar)}) ${judged}`)
      }
    }
  } finally {
    await ours.stop()
  }
}

/**
 * Every kind in turn: as many aliases as an operation may have without being refused, lists,
 * fragments, and a small one.
 */
function documentOf(number: number): string {
  const names = (length: number) =>
    Array.from({ length }, (_, at) => `a${String(number)}_${String(at)}`)
  switch (number % 4) {
    case 0:
      return `query Q${String(number)} { viewer { ${names(160)
        .map((name) => `${name}: username`)
        .join(' ')} } }`
    case 1:
      return `{ viewer { ${names(30)
        .map((name) => `${name}: contacts(first: 1) { edges { node { id } } }`)
        .join(' ')} } }`
    case 2:
      return `{ viewer { ${names(40)
        .map((name) => `${name}: profile { ...P }`)
        .join(' ')} } } fragment P on UserProfile { bio city }`
    default:
      return `query Q${String(number)} { viewer { id username } }`
  }
}
