/** Subscriptions. */
export const liveLimits = {
  /** Open at a time, of one person and of one process. */
  perPerson: 10,
  perProcess: 5_000,
  /** Milliseconds between two looks at what the worker has dispatched. */
  pollMs: 250,
  /** Events of one look. */
  eventsAtOnce: 500,
  /** Answers of one process that are made at once; each takes a connection of the pool. */
  answersAtOnce: 4,
  /** How often an answer is tried that could not be made because of overload or an outage. */
  attempts: 4,
  /** An answer that took more milliseconds is asked again whether there is a block by now. */
  freshMs: 300,
  /**
   * Changes that wait for one client; one that is slower is cut off. More than the events of one
   * look, which may all concern the same person.
   */
  waitingChanges: 1_000,
  /** Bytes that wait for a client over WebSocket; one that sends more meanwhile is cut off. */
  unreadBytes: 1_024 * 1_024,
  /** Between two signs of life, in seconds; a client that answers none over WebSocket is gone. */
  pingSeconds: 12,
  /** How long a WebSocket may take to say who it is, in seconds. */
  connectSeconds: 3,
  /** How long a WebSocket may take to close, in seconds. */
  closeSeconds: 1,
} as const
