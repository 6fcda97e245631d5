import { useWords } from '../words/words.tsx'

interface VerbProblemProps {
  /** A mutation. */
  readonly verb: { readonly error: Error | null; readonly isPaused: boolean }
  /** What is said when it has failed. */
  readonly failed?: string
}

/** Says that something was not done, or that it waits for the network. */
export function VerbProblem({ verb, failed }: VerbProblemProps) {
  const { verbs } = useWords()
  if (verb.isPaused)
    return (
      <p className="notice warning" role="status">
        {verbs.waits}
      </p>
    )
  if (verb.error === null) return null
  const isRefused = verb.error.name === 'GameRefused'
  return (
    <p className="notice problem" role="alert">
      {isRefused ? verbs.refused : (failed ?? verbs.failed)}
    </p>
  )
}
