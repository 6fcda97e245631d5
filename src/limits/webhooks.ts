/** How events are dispatched and delivered to webhook endpoints (`connections worker`). */
export const webhookLimits = {
  /** Characters of the URL of an endpoint. */
  urlLength: 2_048,
  /** How long deliveries are signed with an old secret too. */
  oldSecretHours: 24,
  /** Events in one transaction of `events replay`. */
  replayedAtOnce: 1_000,
  /** What `events list` and `events dead` print. */
  listed: { standard: 50, most: 1_000 },
  /** How often a worker looks for events that wait, and how many it takes. */
  dispatchEveryMs: 200,
  dispatchedAtOnce: 500,
  /** The same for deliveries that are due, when nothing wakes it. */
  claimEveryMs: 500,
  claimedAtOnce: 200,
  /** Attempts of so long a time are recorded together. */
  recordAfterMs: 20,
  /** How long a delivery belongs to the worker that took it. Longer than one attempt. */
  leaseMs: 30_000,
  /** Deliveries under way: of one process, to one endpoint, and to one that is new to it. */
  atOnce: 512,
  endpointAtOnce: 64,
  endpointAtFirst: 8,
  /** One attempt, from its beginning until the status has come, and what follows it. */
  timeoutMs: 15_000,
  bodyMs: 1_000,
  /** Bytes of an answer's body that are read. */
  answerBytes: 1_024,
  /**
   * Waited before each attempt; some 75 hours in all. After the last one the delivery is dead. Each
   * wait is up to so many percent shorter or longer.
   */
  schedule: ['0 s', '5 s', '5 min', '30 min', '2 h', '5 h', '10 h', '14 h', '20 h', '24 h'],
  jitterPercent: 10,
  /** The most that `Retry-After` puts off one delivery, and a whole endpoint that is overloaded. */
  longestDelayMs: 86_400_000,
  longestPauseMs: 3_600_000,
  /** How long a delivery waits for an earlier one of the same two people, once it is due. */
  orderPatienceMs: 600_000,
  /** Days of nothing but failures after which an endpoint is disabled. */
  failingDays: 5,
  /** Finishing what is under way, when a worker is told to end. */
  drainMs: 5_000,
} as const
