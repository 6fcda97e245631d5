import { compose, type Composed, readSchemas, type Subgraph } from './supergraph.ts'

/** A supergraph that follows its subgraphs. */
export interface WatchedSupergraph {
  /** The last one that composed; null when none ever has. */
  readonly sdl: () => string | null
  /** Why the subgraphs, as they are now, do not compose; empty when they do. */
  readonly problems: () => readonly string[]
  /** Looks now, instead of at the next turn. */
  readonly look: () => Promise<void>
  readonly stop: () => void
}

interface WatchOptions {
  readonly subgraphs: readonly Subgraph[]
  readonly gatewaySecret: string
  /** Between two looks, in milliseconds. */
  readonly interval: number
  /** Told when the graph changes for the worse or back, each time once. */
  readonly notice: (sentence: string) => void
  /** Called with each new graph. */
  readonly onChange: () => void
}

/**
 * Composes the subgraphs, and again whenever one of them tells another schema. What does not
 * compose changes nothing: the last good graph stays, and the problem is told.
 * @returns after the first look, whatever it has seen
 */
export async function watchSupergraph(options: WatchOptions): Promise<WatchedSupergraph> {
  const { subgraphs, gatewaySecret, interval, notice, onChange } = options
  let [sdl, problems, seen] = [null as string | null, [] as readonly string[], '']
  let stopped = false
  const take = (composed: Composed) => {
    const before = problems.join('\n')
    problems = composed.problems ?? []
    if (problems.join('\n') !== before) notice(describe(problems, sdl !== null))
    if (composed.sdl === null || composed.sdl === sdl) return
    sdl = composed.sdl
    onChange()
  }
  const look = async () => {
    const told = await readSchemas(subgraphs, gatewaySecret)
    const text = JSON.stringify(told)
    // Subgraphs that end together with the gateway are no news.
    if (text === seen || stopped) return
    seen = text
    take(compose(told))
  }
  await look()
  const timer = setInterval(() => void look(), interval).unref()
  return {
    sdl: () => sdl,
    problems: () => problems,
    look,
    stop: () => {
      stopped = true
      clearInterval(timer)
    },
  }
}

function describe(problems: readonly string[], serving: boolean): string {
  if (problems.length === 0) return 'Composition succeeded again.'
  const consequence = serving
    ? 'still serving the previous supergraph.'
    : 'the gateway answers 503 until it succeeds.'
  return `Composition failed; ${consequence}\n- ${problems.join('\n- ')}`
}
