/** What the worker does by itself, again and again (`connections worker`). */
export const taskLimits = {
  /** Minutes from the end of a run to the beginning of the next. */
  everyMinutes: {
    'expire-requests': 5,
    'archive-requests': 60,
    'sweep-outbox': 10,
    'sweep-rate-limits': 60,
    'sweep-quota-uses': 60,
    'sweep-links': 1_440,
    'sweep-game-facts': 60,
    /** Rule 8.4. Looked for every `endedBlocksMs` in between. */
    'end-blocks': 1,
    'recount-counters': 1_440,
    'roll-up-insights': 60,
    /** Rule 11.2. Each for a half of all people, so that two cores are used. */
    'compute-suggestions': 1_440,
    'compute-suggestions-upper': 1_440,
  },
  /** How often a worker looks for tasks that are due, and says that it is there. */
  lookEveryMs: 5_000,
  /** How often it looks for blocks that have run out. */
  endedBlocksMs: 1_000,
  /** For how long a task belongs to the worker that runs it; each batch begins it anew. */
  leaseMs: 30_000,
  /** Between two batches, so that the database has room for others. */
  pauseMs: 50,
  /** Until a task that failed is tried again. */
  retryMs: 60_000,
  /** What one batch looks at. Each pair of people is a lock that the batch holds. */
  pairsAtOnce: 100,
  rowsAtOnce: 1_000,
  peopleAtOnce: 200,
  /** Computing suggestions: a batch has as many people as fit into the time that it aims at. */
  suggestions: {
    batchMs: 250,
    peopleAtFirst: 20,
    peopleAtMost: 200,
    pauseMs: 10,
    busyPauseMs: 2_000,
  },
  /**
   * How long things are kept that are over. Policies in the database keep them for as long, so a
   * smaller number here has no effect.
   */
  keptDays: {
    /** Rule 6.10, from when the request was sent. */
    requests: 90,
    /** Delivered events, from when they were dispatched. */
    events: 14,
    /** Rule 4.7. */
    links: 90,
    /** Rule 12.3: which facts of games were told already. */
    gameFacts: 30,
  },
  keptHours: { quotaUses: 48, rateLimits: 1 },
} as const
