import pg from 'pg'

type Parser = (text: string) => Date

const { builtins, getTypeParser } = pg.types
const parseAny = getTypeParser(builtins.TIMESTAMPTZ, 'text') as Parser

/** A moment as Postgres writes it in UTC. */
const inUtc = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?\+00$/

/** A moment that knows how it is written: most of them are read to be written down again, which costs as much as all the rest. */
class Moment extends Date {
  readonly #text: string

  constructor(text: string) {
    super(text)
    this.#text = text
  }

  override toISOString(): string {
    return this.#text
  }
}

/** Reads a `timestamptz`: to the millisecond, as all that a `Date` holds. */
export function parseMoment(text: string): Date {
  if (!inUtc.test(text)) return parseAny(text)
  const milliseconds = text.slice(20, -3).slice(0, 3).padEnd(3, '0')
  return new Moment(`${text.slice(0, 10)}T${text.slice(11, 19)}.${milliseconds}Z`)
}
