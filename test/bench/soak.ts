import { readMemory } from './cpu.ts'
import { callsOf } from './measure.ts'
import { questionNames } from './options.ts'
import { startSystem } from './systems/start.ts'
import type { Where } from './where.ts'

/**
 * Puts very many requests of all questions to our server and reads off its resident memory on the
 * way.
 */
export async function soak({ dataset, auth, loader, inputs, options, say }: Where): Promise<void> {
  // Without a limit V8 lets garbage lie while the machine has room, so a limit is set as a
  // container would have it.
  const ours = await startSystem('ours', dataset, auth, [`--max-old-space-size=${options.heap}`])
  try {
    const calls = await Promise.all(
      questionNames.map((question) => callsOf(ours, question, inputs, auth)),
    )
    const steps = calls.flat().map((call) => [call])
    const parts = 20
    say(`requests   resident MB (--max-old-space-size=${options.heap})`)
    for (let part = 0; part < parts; part++) {
      const most = Math.ceil(options.soak / parts)
      const { connections } = options
      const done = await loader.put({ origin: ours.origin, connections, seconds: 1e6, most, steps })
      if (done.errors > 0) throw new Error(done.complaint ?? '')
      const asked = String((part + 1) * most).padStart(8)
      say(`${asked}   ${readMemory(ours.pid).toFixed(0)}`)
    }
  } finally {
    await ours.stop()
  }
}
