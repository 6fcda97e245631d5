import type { ConnectionsClient } from '../client/client.ts'

/** Something that is done, but sent only after a while: until then it can be undone. */
export interface Undoable {
  /** Names it, for example `unfollow <id>`. A list leaves its row out while it is hidden. */
  readonly key: string
  /** Whom it is about. Before the next verb about the same person it is sent. */
  readonly userId: string
  /** What was done, for the viewer to read. */
  readonly text: string
  /** What to say when it fails afterwards. */
  readonly failedText: string
  /** Sends it: `mutateAsync` of a verb's hook. Called once. */
  readonly send: () => Promise<unknown>
}

export interface UndoState {
  /** What can be undone now. */
  readonly waiting: Undoable | null
  /** The keys of what does not show any more, although lists still have it. */
  readonly hidden: readonly string[]
  /** What was undone last: the focus belongs on its row. */
  readonly restored: Undoable | null
  /** What has failed after it showed as done, the oldest first. */
  readonly failures: readonly Failure[]
}

export interface Failure {
  /** What to say of it. */
  readonly text: string
}

export interface UndoQueue {
  readonly subscribe: (listener: () => void) => () => void
  readonly now: () => UndoState
  /** Shows something as done. What has waited so far is sent. */
  readonly begin: (undoable: Undoable) => void
  readonly undo: () => void
  /** Stops the clock, while somebody looks at it. */
  readonly hold: () => void
  /** Starts the clock anew, if it was stopped. */
  readonly resume: () => void
  /** Sends what waits, at once. */
  readonly send: () => void
  /** Says that something has failed whose place on the screen may be gone. */
  readonly report: (text: string) => void
  /** Forgets the failures. */
  readonly dismiss: () => void
  /** Says that there is something on the screen by which to undo. Without, nothing waits. */
  readonly attach: () => () => void
}

const waitsMs = 8_000
export const nothing: UndoState = { waiting: null, hidden: [], restored: null, failures: [] }
const queues = /* @__PURE__ */ new WeakMap<ConnectionsClient, UndoQueue>()

/** The queue of a client: at most one thing waits. */
export function undoQueueOf(client: ConnectionsClient): UndoQueue {
  const queue = queues.get(client) ?? createUndoQueue(client)
  queues.set(client, queue)
  return queue
}

/** Sends what waits about a person, because something else is about to be done to them. */
export function sendWaiting(client: ConnectionsClient, userId: string): void {
  const queue = queues.get(client)
  if (queue?.now().waiting?.userId === userId) queue.send()
}

/**
 * Whether a verb has to outlive the page, or the client: of a closed client, only what was done as
 * it was being closed. What had waited for the network, or for another attempt, is not sent.
 */
export function outlives(client: ConnectionsClient, wasDoneLast: boolean): boolean {
  return client.closed.aborted ? wasDoneLast : document.visibilityState === 'hidden'
}

function createUndoQueue(client: ConnectionsClient): UndoQueue {
  let state = nothing
  let timer: ReturnType<typeof setTimeout> | undefined
  let attached = 0
  const listeners = new Set<() => void>()
  const change = (changed: Partial<UndoState>) => {
    state = { ...state, ...changed }
    for (const listener of listeners) listener()
  }
  const report = (text: string) => {
    // Nobody hears of what somebody did who has signed out.
    if (!client.closed.aborted) change({ failures: [...state.failures, { text }] })
  }
  const withoutKey = ({ key }: Undoable) => state.hidden.filter((each) => each !== key)

  const stopClock = () => {
    clearTimeout(timer)
    timer = undefined
  }
  const startClock = () => {
    timer = setTimeout(send, waitsMs)
  }
  const send = () => {
    stopClock()
    const { waiting } = state
    if (waiting === null) return
    // First: before the verb, what waits about the same person is sent.
    change({ waiting: null })
    waiting.send().catch(() => {
      report(waiting.failedText)
    })
    // The verb takes the row from the lists in a moment. Until then it must not be seen again.
    setTimeout(() => {
      change({ hidden: withoutKey(waiting) })
    })
  }
  // Browsers say `hidden` also of a page that is being closed, in time to send something.
  const look = () => {
    if (document.visibilityState === 'hidden') send()
  }
  const close = () => {
    send()
    change({ failures: [] })
  }
  const listen = (method: 'addEventListener' | 'removeEventListener') => {
    document[method]('visibilitychange', look)
    window[method]('pagehide', look)
    client.closed[method]('abort', close)
  }

  return {
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    now: () => state,
    begin: (undoable) => {
      send()
      change({ waiting: undoable, hidden: [...state.hidden, undoable.key], restored: null })
      if (attached > 0) startClock()
      else send()
    },
    undo: () => {
      const { waiting: restored } = state
      if (restored === null) return
      stopClock()
      change({ waiting: null, hidden: withoutKey(restored), restored })
    },
    hold: stopClock,
    resume: () => {
      if (state.waiting !== null && timer === undefined) startClock()
    },
    send,
    report,
    dismiss: () => {
      change({ failures: [] })
    },
    attach: () => {
      if (attached++ === 0) listen('addEventListener')
      return () => {
        if (--attached > 0) return
        listen('removeEventListener')
        send()
      }
    },
  }
}
