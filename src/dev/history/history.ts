import { weaveAlice } from './alice.ts'
import { live } from './life.ts'
import { inventPeople } from './people.ts'
import { type Calendar, calendarOf, type TableRows } from './rows/rows.ts'
import { tablesOf } from './rows/tables.ts'
import { spanOf } from './span.ts'
import { openWorld, type World } from './world.ts'

/** How much history, and which one. The same options make the same people and the same life. */
export interface HistoryOptions {
  /** How many people, beside the demo people; 3,000 unless told. */
  readonly people?: number
  /** How many days end with yesterday; 90 unless told. */
  readonly days?: number
  readonly seed?: string
  /** The moment that it leads up to: its day in UTC is the first one without history. */
  readonly now?: Date
}

/** The history of a community of a few thousand people, as rows of the tables. */
export interface History {
  /** In the order in which they can be written. */
  readonly tables: readonly TableRows[]
  /** Who did what; the rows are made from it. */
  readonly world: World
  readonly seed: string
  /** Puts the times of the world into the calendar. */
  readonly calendar: Calendar
}

/** What is not told of a history. */
export const standard = { people: 3_000, days: 90, seed: 'connections' } as const

/**
 * Invents some months of life: how people arrive, find each other, play, stay or leave, and
 * quarrel. It asks nobody and writes nothing. What it gives differs from day to day in its times
 * alone.
 */
export function inventHistory(options: HistoryOptions = {}): History {
  const steps = inventInSteps(options)
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

/** The same, a day a step: for a process that has other things to do as well. */
export function* inventInSteps(options: HistoryOptions = {}): Generator<undefined, History> {
  const { people: count, days, seed, now = new Date() } = { ...standard, ...options }
  const span = spanOf(days)
  const today = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()))
  const people = inventPeople(seed, count, span)
  const world = openWorld(seed, people, span)
  yield* live(world)
  weaveAlice(world)
  const calendar = calendarOf(span, today)
  return { world, seed, calendar, tables: tablesOf(world, people, seed, calendar) }
}
