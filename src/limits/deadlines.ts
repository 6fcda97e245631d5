/**
 * How long work may take, in milliseconds; null: as long as it takes. What a request may take in
 * the database stands on the login role too (prisma/roles.sql), so that Postgres holds to it even
 * when this process does not.
 */
export const deadlineLimits = {
  /** GraphQL, of viewers and of services. */
  request: {
    /** Waiting for a lock, once. The write is then tried again until `totalMs` is over. */
    lockMs: 500,
    /** One SQL statement. */
    statementMs: 2_000,
    /** An open transaction in which nothing is asked. */
    idleMs: 10_000,
    /** One transaction, and so the time that an operation can hold a connection. */
    transactionMs: 4_000,
    /** Waiting for a connection of the pool. */
    poolMs: 1_000,
    /** The whole request, with everything that is tried again. */
    totalMs: 10_000,
  },
  /** Counting one call for a rate limit. What is not counted in time is let through. */
  rateLimit: {
    lockMs: 200,
    statementMs: 1_000,
    idleMs: 10_000,
    transactionMs: 1_500,
    poolMs: 1_000,
    totalMs: 10_000,
  },
  /** Imports and other work that nobody waits for in front of a screen. */
  background: {
    lockMs: 5_000,
    statementMs: 60_000,
    idleMs: 60_000,
    transactionMs: null,
    poolMs: 60_000,
    totalMs: null,
  },
  /** Opening a connection to Postgres, with authentication. */
  connectMs: 3_000,
  /** From canceling a transaction to its end. A connection that is still silent is closed. */
  graceMs: 500,
  /** From when a service that ends stops listening until the last request has its answer. */
  drainMs: 4_500,
} as const
