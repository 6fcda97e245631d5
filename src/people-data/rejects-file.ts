import { type FileHandle, open } from 'node:fs/promises'
import { UserFacingError } from '../user-facing-error.ts'

/**
 * Where rejected rows go: one JSON object a line. What it holds is agreed with the checkpoint, byte
 * by byte.
 */
export class RejectsFile<Reject extends object> {
  readonly #file: FileHandle
  #bytes: number

  private constructor(file: FileHandle, bytes: number) {
    this.#file = file
    this.#bytes = bytes
  }

  /**
   * Opens the file, made when missing, and cuts off what lies behind its first `bytes`: rejects of
   * a batch that was never committed.
   * @throws UserFacingError when it has fewer: it is not the file that the checkpoint speaks of
   */
  static async open<Reject extends object>(
    path: string,
    bytes: number,
  ): Promise<RejectsFile<Reject>> {
    const file = await open(path, bytes === 0 ? 'w+' : 'r+').catch((error: unknown) => {
      throw missing(path, (error as Error).message)
    })
    const { size } = await file.stat()
    if (size < bytes) {
      await file.close()
      throw missing(path, `it has ${size} bytes, and the run that is to go on had written ${bytes}`)
    }
    await file.truncate(bytes)
    return new RejectsFile<Reject>(file, bytes)
  }

  /**
   * Writes the rejects of one batch and waits until the disk has them.
   * @param from what the checkpoint says is committed; a batch that is tried again overwrites its
   * own
   * @returns the size to commit
   */
  async write(rejects: readonly Reject[], from: number): Promise<number> {
    if (rejects.length === 0 && this.#bytes === from) return from
    const lines = rejects.map((reject) => `${JSON.stringify(reject)}\n`)
    const text = Buffer.from(lines.join(''))
    await this.#file.truncate(from)
    for (let done = 0; done < text.length;)
      done += (await this.#file.write(text, done, text.length - done, from + done)).bytesWritten
    await this.#file.datasync()
    this.#bytes = from + text.length
    return this.#bytes
  }

  async close(): Promise<void> {
    await this.#file.close()
  }
}

function missing(path: string, why: string): UserFacingError {
  return new UserFacingError(
    `The file of rejected rows, ${path}, cannot be used: ${why}.\nFix: put it back, or begin anew with --restart.`,
  )
}
