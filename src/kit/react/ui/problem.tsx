import type { ReactElement } from 'react'
import { ConnectionsRequestError } from '../../client/client.ts'
import { useUndo } from '../undo.ts'
import { Button } from './button.tsx'
import { isolate } from './messages/plural.ts'
import { useMoment } from './moments.ts'
import { useNameOf } from './person.tsx'
import { type ShownPerson, useCommonMessages } from './settings.ts'

/** Says that something could not be loaded, and loads it again. */
export function LoadProblem({
  error,
  onRetry,
}: {
  /** Null when it waits for the network. */
  readonly error: Error | null
  readonly onRetry: () => unknown
}): ReactElement {
  const words = useCommonMessages()
  const text = useProblemText(words.loadFailed)
  return (
    <div className="cx-problem" role="alert">
      <p>{text(error)}</p>
      <Button
        onClick={() => {
          onRetry()
        }}
      >
        {words.retry}
      </Button>
    </div>
  )
}

/** Says why a verb has failed, where it was done. Nothing without an error. */
export function VerbProblem({ error }: { readonly error: Error | null }): ReactElement | null {
  const text = useProblemText()
  return (
    error && (
      <p className="cx-problem" role="alert">
        {text(error)}
      </p>
    )
  )
}

/**
 * For a verb that takes away the row, or the button, that it was done with: says in the toast when
 * it has failed.
 */
export function useReport(user: ShownPerson): (doing: Promise<unknown>) => void {
  const { report } = useUndo()
  const text = useProblemText()
  const name = useNameOf()(user)
  return (doing) => {
    doing.catch((error: unknown) => {
      report(`${isolate(name)}: ${text(error)}`)
    })
  }
}

/**
 * Gives the sentence for an error; null waits for the network. It tells of nobody's block.
 * @param failed where no sentence says more; that it did not work, unless told
 */
export function useProblemText(failed?: string): (error: unknown) => string {
  const words = useCommonMessages()
  const moment = useMoment()
  return (error) => {
    if (error === null || !navigator.onLine) return words.offline
    const other = failed ?? words.failed
    if (!(error instanceof ConnectionsRequestError)) return other
    const { code, refused, retryAt } = error
    if (code === 'RATE_LIMITED') return words.rateLimited(retryAt && moment.at(retryAt))
    if (code === 'LIMIT_REACHED') return words.limitReached
    return refused ? words.unavailable : other
  }
}
