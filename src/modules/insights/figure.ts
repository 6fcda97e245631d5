/** What is measured of the graph's health (rule 14). Each is a field of `SocialInsights`. */
export type FigureName =
  | 'activePeople'
  | 'requestsAnswered'
  | 'requestAcceptance'
  | 'medianTimeToRespond'
  | 'meanTimeToRespond'
  | 'blocksPerThousandActive'
  | 'inviteAcceptanceOfFriends'
  | 'inviteAcceptanceOfOthers'
  | 'inviteAcceptanceLift'
  | 'retentionWithFriends'
  | 'retentionOfOthers'
  | 'retentionLift'
  | 'threeFriendsByMonthThree'
  | 'reportsBeforeBlock'
  | 'reportsAfterBlock'
  | 'reportsReduction'

export type FigureUnit = 'SHARE' | 'SECONDS' | 'PER_THOUSAND' | 'PEOPLE'

/** A number with its 95 % interval, and how many it is of. */
export interface Estimate {
  /** Null: of fewer than 10 people, or of nothing that was counted yet. Then the others are too. */
  readonly value: number | null
  readonly n: number | null
  readonly low: number | null
  readonly high: number | null
}

/** What one figure was within a span of the period. */
export interface FigurePoint extends Estimate {
  /** The first day of the span, `YYYY-MM-DD`. */
  readonly day: string
}

/** What a figure means, whatever it is at the moment. */
export interface FigureDefinition {
  readonly name: FigureName
  readonly title: string
  /** One to three plain sentences. */
  readonly definition: string
  readonly unit: FigureUnit
  /** What `n` counts, such as `answered requests`. */
  readonly of: string
  /** How the interval is made. */
  readonly method: string
  /** What the platform aims at; null: there is no aim. */
  readonly target: number | null
}

/** Whole days in UTC: midnights, the last one no longer in it. */
export interface Days {
  readonly from: Date
  readonly to: Date
}

/** What is measured, over a period. */
export interface Figure extends FigureDefinition, Estimate {
  /**
   * The days of the period that it counts: without the latest, of which it is not known yet, and
   * without those at either end that belong to a group of days with fewer than 10 people. Null:
   * none.
   */
  readonly counted: Days | null
  readonly points: readonly FigurePoint[]
}

export interface Insights extends Days {
  /** The spans of the points: days up to 92 days, weeks up to two years, else months. */
  readonly step: 'DAY' | 'WEEK' | 'MONTH'
  /** The end of the last day of which anything is known; null: nothing was rolled up yet. */
  readonly completeUntil: Date | null
  readonly figures: readonly Figure[]
}
