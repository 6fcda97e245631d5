/** One line of the service's log. */
export interface Line {
  readonly level: number
  readonly msg: string
  readonly [key: string]: unknown
}

/** A log that can be read back. */
export function keepLog() {
  const text: string[] = []
  const lines = () => text.map((line) => JSON.parse(line) as Line)
  return {
    write: (line: string) => void text.push(line),
    clear: () => void text.splice(0),
    text: () => text.join(''),
    lines,
    /** What an operator is to see, and what is said of it when it is over. */
    told: () => lines().filter(({ level, msg }) => level >= 40 || msg.includes('again')),
  }
}
