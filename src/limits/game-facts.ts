/** What services tell of games (rule 12.3). */
export const gameFactLimits = {
  /** Facts in one `recordGameFacts`. */
  atOnce: 500,
  /** Code points of the id of a fact or of a game. */
  idLength: 200,
  /** How far in the future a fact may lie, for clocks that differ. */
  aheadMinutes: 60,
  /** Pairs that a batch holds beside others; one that wants more holds them alone. */
  pairsBeside: 50,
  /** Rule 12.4: who joined longer ago is not told of. */
  toldWithinHours: 24,
} as const
