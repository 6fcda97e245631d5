/** Insights (rule 14). */
export const insightLimits = {
  /** Fewer people than this are never told of as a group; the database holds to it by itself. */
  fewestPeople: 10,
  /** How long a period may be. */
  mostDays: 1_827,
  /** A period of so many days has a point for each, then one for each of so many weeks. */
  mostDailyPoints: 92,
  mostWeeklyPoints: 105,
  /** Days that are counted anew, because services tell of them late. */
  settleDays: 3,
  /** Rows that one batch of the roll-up counts; most are of one day. */
  atOnce: 16,
  /** Days before today with which the roll-up begins at most. */
  keptDays: 3_653,
} as const
