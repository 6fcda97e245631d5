import { inTurn, type Paced, type PacedCall, putPaced } from '../events/paced.ts'
import type { System } from '../systems/start.ts'

// Sends heartbeats from a process of its own: in the one that times the reads, they would be part
// of the times.

export interface Beats {
  readonly system: Pick<System, 'origin' | 'pid'>
  readonly perSecond: number
  readonly seconds: number
  /** Sent one after the other, from the first again when there are no more. */
  readonly calls: readonly PacedCall[]
}

process.on('message', ({ system, calls, ...pace }: Beats) => {
  void putPaced(system, pace, inTurn(calls), () => Promise.resolve([])).then((result: Paced) =>
    process.send?.(result),
  )
})
