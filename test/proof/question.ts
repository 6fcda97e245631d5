/**
 * Who may put a question: somebody of the cast by name, or one of the two who are nobody in
 * particular.
 */
export type AskerName = string

/** One body of a request, and two who send it in turn. */
export interface Question {
  readonly text: string
  /** Left out of the body when undefined. */
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined
  readonly operationName?: string | null | undefined
  readonly askers: readonly [AskerName, AskerName]
  /**
   * What is asked just before it, as often as itself: a document that could be mistaken for this
   * one.
   */
  readonly prelude?: Question | undefined
}

/** What came back. */
export interface Answer {
  readonly status: number
  readonly body: string
}

/** Somewhere that a question can be put. */
export interface Answering {
  readonly ask: (question: Question, asker: AskerName) => Promise<Answer>
  readonly close: () => Promise<void>
}
