import { write } from 'node:fs'

/**
 * Written when so many bytes have come together, or so many milliseconds after the first of them.
 */
const chunk = { bytes: 4_096, ms: 200 }

/** Kept while the reader is slow. What comes on top is lost. */
const mostBytes = 1_048_576

/** Waited before a full pipe is tried again, in milliseconds. */
const pause = 100

/** How long the last lines may take, in milliseconds. */
const lastPatience = 500

/**
 * Where the log goes: a file descriptor, some lines at a time, because a system call for each line
 * costs as much as the rest of a small answer's JavaScript. Lines that cannot be written (the disk
 * is full, the reader is gone or does not read) are lost and counted. They stop nothing, and what
 * comes after them is tried again.
 *
 * @NOTE pino's own destination cannot be used for this: on a full disk it tries its last lines for
 * ever and the process never ends.
 */
export class LogOutput {
  /** Lines that were not written. */
  lost = 0
  readonly #descriptor: number
  #lines: string[] = []
  #bytes = 0
  #timer: NodeJS.Timeout | null = null
  #writing: Promise<void> | null = null

  /** @param descriptor an open file; 1 is standard output */
  constructor(descriptor: number) {
    this.#descriptor = descriptor
  }

  /** Takes one line, with its end. Never throws. */
  write(line: string): void {
    if (this.#bytes >= mostBytes) {
      this.lost++
      return
    }
    this.#lines.push(line)
    this.#bytes += Buffer.byteLength(line)
    if (this.#bytes >= chunk.bytes) this.#start()
    else this.#timer ??= setTimeout(() => this.#start(), chunk.ms).unref()
  }

  /** Writes what is there, for as long as that may take. Never throws. */
  async end(): Promise<void> {
    this.#start()
    let timer: NodeJS.Timeout | undefined
    const patience = new Promise((resolve) => (timer = setTimeout(resolve, lastPatience)))
    await Promise.race([this.#writing, patience])
    clearTimeout(timer)
  }

  #start(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = null
    })
  }

  async #writeAll(): Promise<void> {
    while (this.#lines.length > 0) {
      const lines = this.#lines
      this.#lines = []
      const text = Buffer.from(lines.join(''))
      if (!(await this.#writeText(text))) this.lost += lines.length
      this.#bytes -= text.length
    }
  }

  /** False when it, or a part of it, could not be written. */
  async #writeText(text: Buffer): Promise<boolean> {
    let rest = text
    while (rest.length > 0) {
      const written = await new Promise<number | null>((resolve) => {
        write(this.#descriptor, rest, (error, bytes) => {
          if (error === null) resolve(bytes)
          else if (error.code === 'EAGAIN' || error.code === 'EBUSY')
            setTimeout(() => resolve(0), pause).unref()
          else resolve(null)
        })
      })
      if (written === null) return false
      rest = rest.subarray(written)
    }
    return true
  }
}
