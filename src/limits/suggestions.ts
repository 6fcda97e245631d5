/** Suggestions (rule 11.3). */
export const suggestionLimits = {
  /** A page, unless it says otherwise; so many people are found at least, if there are any. */
  standard: 25,
  /** How many there are to page through. Also feedback ids in one call. */
  most: 100,
  /** Days that dismissals and impressions count. */
  forgottenAfterDays: 90,
  /** Of both, removed by their owner's next feedback. */
  sweptAtOnce: 100,
} as const
