import { useEffect, useSyncExternalStore } from 'react'
import { useConnectionsClient } from './provider.ts'
import { nothing, type UndoQueue, undoQueueOf, type UndoState } from './undo-queue.ts'

// Verbs that are sent only when they can no longer be undone.

const before = () => nothing

function useQueue(): UndoState & UndoQueue {
  const queue = undoQueueOf(useConnectionsClient())
  return { ...queue, ...useSyncExternalStore(queue.subscribe, queue.now, before) }
}

/**
 * For a list: `begin` does something that can be undone, `hidden` says which rows to omit. `undo`
 * takes back what is `waiting`. `report` tells of a failure.
 */
export type Undo = Pick<UndoQueue, 'begin' | 'undo' | 'report'> &
  Pick<UndoState, 'waiting' | 'hidden' | 'restored'>

/**
 * Does things that can be undone. `begin` sends at once where there is no `useUndoToast` on the
 * page.
 */
export function useUndo(): Undo {
  return useQueue()
}

/** What a toast needs. */
export type UndoToastState = Pick<
  UndoQueue,
  'now' | 'undo' | 'hold' | 'resume' | 'send' | 'dismiss'
> &
  Pick<UndoState, 'waiting' | 'failures'>

/**
 * For the one place of a page where things can be undone, near its root. What waits is sent after 8
 * seconds, before the next one waits, when this component goes, and when the page is left.
 */
export function useUndoToast(): UndoToastState {
  const queue = useQueue()
  const { attach } = queue
  useEffect(attach, [attach])
  return queue
}
