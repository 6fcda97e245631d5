import type { Transaction } from '../../database/sql.ts'
import type { taskLimits } from '../../limits/tasks.ts'

export type TaskName = keyof typeof taskLimits.everyMinutes

/**
 * Something that the worker does by itself, again and again. It works in small batches. Each is a
 * transaction of its own, so that nobody waits for long, and what is done stays done when the
 * worker is killed.
 */
export interface Task {
  readonly name: TaskName
  /** What it does, in a sentence for operators. */
  readonly description: string
  /**
   * Does one batch, and decides by what it finds, not by what an earlier batch found: between two
   * of them the worker may have been replaced by another.
   * @param moment what is over by then is over; the database's clock
   * @param position where the batch before it stopped; null at the beginning
   * @param settings what the worker was configured with
   */
  readonly batch: (
    tx: Transaction,
    moment: Date,
    position: string | null,
    settings: TaskSettings,
  ) => Promise<Batch>
}

/** What tasks need to know of the configuration. */
export interface TaskSettings {
  /** Of games, sports, mutual friends and the place (rule 11.1), as `serve` has them. */
  readonly suggestionWeights: readonly number[]
}

/** What a batch has done. */
export interface Batch {
  /** Rows that it changed, moved or removed. */
  readonly rows: number
  /** Where the next batch begins, in the task's own words; null: this was the last one. */
  readonly next: string | null
  /** Milliseconds until the next one; left out: `limits.tasks.pauseMs`. */
  readonly pauseMs?: number
}

const hourMs = 3_600_000

/** The moment so many hours before another. */
export function hoursBefore(moment: Date, hours: number): Date {
  return new Date(moment.getTime() - hours * hourMs)
}

export function daysBefore(moment: Date, days: number): Date {
  return hoursBefore(moment, days * 24)
}
