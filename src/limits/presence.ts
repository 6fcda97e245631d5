/** Presence and activity (rules 10, 16.3). */
export const presenceLimits = {
  /** Milliseconds between two heartbeats of a person that count. */
  betweenMs: 15_000,
  /** How long somebody is online, and then away, after a heartbeat. */
  onlineMs: 60_000,
  awayMs: 600_000,
  /** Milliseconds between two writes of a process. */
  writeEveryMs: 1_000,
  /** Heartbeats, and days of activity, in one write. */
  writtenAtOnce: 5_000,
  /** The same that wait for a write while none succeeds. Further ones are lost, and counted. */
  mostWaiting: 50_000,
  /**
   * People of whom a process remembers the last heartbeat, and that they were active today. Of
   * others it writes once more what is written already.
   */
  remembered: 50_000,
  /** A clock of ours that differs from the database's by less is left as it is. */
  clockMs: 1_000,
} as const
