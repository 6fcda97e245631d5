import { createLogUpdate } from 'log-update'
import type { Host } from './host.ts'

/** How far something is that takes long. */
interface Progress {
  /**
   * So many of the rows of this step are done, of all processes together. A new step ends the one
   * before.
   */
  readonly reach: (step: string, rows: number, total: number) => void
  /** The last word: draws nothing over again afterwards. */
  readonly end: () => void
}

/**
 * How often somebody is told, in milliseconds: often enough to look alive, seldom enough to fill no
 * log.
 */
const rests = { terminal: 100, lines: 1_000 }

/**
 * Shows progress on standard error: as one line that is drawn over again on a terminal, else as
 * JSON lines.
 * @param now the clock, in milliseconds
 */
export function showProgress(
  { terminal, complain }: Pick<Host, 'terminal' | 'complain'>,
  now = () => performance.now(),
): Progress {
  const draw = terminal === null ? null : createLogUpdate(terminal)
  const rest = draw === null ? rests.lines : rests.terminal
  let state: Step | null = null
  const tell = (step: Step): void => {
    step.told = { at: now(), rows: step.rows }
    const moment = measure(step, step.told.at)
    if (draw === null) complain(JSON.stringify({ event: 'progress', ...moment }))
    else draw(describe(moment))
  }
  const end = (): void => {
    if (state !== null && state.told.rows !== state.rows) tell(state)
    state = null
    draw?.done()
  }
  return {
    reach: (name, rows, total) => {
      if (state?.name !== name) {
        end()
        state = { name, begun: { at: now(), rows }, told: { at: -Infinity, rows: -1 }, rows, total }
      }
      state.rows = rows
      state.total = total
      if (now() - state.told.at >= rest) tell(state)
    },
    end,
  }
}

interface Step {
  readonly name: string
  /** When this process came to it, and how many rows were done by then. */
  readonly begun: { readonly at: number; readonly rows: number }
  told: { readonly at: number; readonly rows: number }
  rows: number
  total: number
}

/** A moment of it. */
interface Moment {
  readonly step: string
  readonly rows: number
  readonly total: number
  readonly rowsPerSecond: number
  /** Null while nobody can tell. */
  readonly secondsLeft: number | null
}

function measure({ name, begun, rows, total }: Step, at: number): Moment {
  const rate = at > begun.at ? ((rows - begun.rows) / (at - begun.at)) * 1_000 : 0
  const left = Math.max(0, total - rows)
  const secondsLeft = left === 0 ? 0 : rate > 0 ? Math.ceil(left / rate) : null
  return { step: name, rows, total, rowsPerSecond: Math.round(rate), secondsLeft }
}

/** The same in a line for people. */
function describe({ step, rows, total, rowsPerSecond, secondsLeft }: Moment): string {
  const share = total === 0 ? 100 : Math.min(100, Math.floor((rows / total) * 100))
  const parts = [`${inFull(rows)} of ${inFull(total)} rows`, `${share} %`]
  if (rowsPerSecond > 0) parts.push(`${inFull(rowsPerSecond)} per second`)
  if (secondsLeft !== null) parts.push(`${duration(secondsLeft)} left`)
  return `${step}  ${parts.join('  ')}`
}

export function inFull(number: number): string {
  return number.toLocaleString('en')
}

function duration(seconds: number): string {
  const minutes = Math.floor(seconds / 60)
  return minutes === 0 ? `${seconds} s` : `${minutes} min ${seconds % 60} s`
}
