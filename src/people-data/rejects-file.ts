import { constants } from 'node:fs'
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
   * @throws UserFacingError when it has fewer, because then it is not the file of the checkpoint,
   * or when it holds something else than rejects, such as the imported file
   */
  static async open<Reject extends object>(
    path: string,
    bytes: number,
  ): Promise<RejectsFile<Reject>> {
    const flags = constants.O_RDWR | (bytes === 0 ? constants.O_CREAT : 0)
    const file = await open(path, flags).catch((error: unknown) => {
      throw unusable(path, (error as Error).message, bytes)
    })
    if (!(await holdsRejects(file))) {
      await file.close()
      throw unusable(path, 'it contains something other than rejected rows', bytes)
    }
    const { size } = await file.stat()
    if (size < bytes) {
      await file.close()
      throw unusable(
        path,
        `it has ${size} bytes, but the unfinished run had written ${bytes}`,
        bytes,
      )
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

/** Whether a file is empty, or begins as every reject does that an import has written. */
async function holdsRejects(file: FileHandle): Promise<boolean> {
  const start = Buffer.alloc(20)
  const { bytesRead } = await file.read(start, 0, start.length, 0)
  return bytesRead === 0 || /^\{"(line":\d|reason":)/.test(start.toString('latin1'))
}

/**
 * @param bytes what an earlier process of the run had written, which another file cannot take the
 * place of
 */
function unusable(path: string, why: string, bytes: number): UserFacingError {
  const fix =
    bytes === 0
      ? 'choose another file with --rejects.'
      : 'put it back, or start over with --restart.'
  return new UserFacingError(`The rejects file ${path} cannot be used: ${why}.\nFix: ${fix}`)
}
