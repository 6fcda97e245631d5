import type { Answer } from './answer.ts'

/**
 * Reads the answers of a stream of Server-Sent Events as they come, until it completes or breaks.
 * @param heard called for all that comes, also for what only keeps the connection open
 */
export async function* readEvents(response: Response, heard: () => void): AsyncGenerator<Answer> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let unread = ''
  try {
    while (reader !== undefined) {
      const { done, value = '' } = await reader.read()
      heard()
      const blocks = (unread + value.replaceAll('\r', '')).split('\n\n')
      unread = blocks.pop() ?? ''
      for (const block of blocks) {
        const fields = block.split('\n')
        if (fields.includes('event: complete')) return
        const data = fields
          .filter((field) => field.startsWith('data:'))
          .map((field) => field.slice(5))
        if (fields.includes('event: next')) yield JSON.parse(data.join('\n')) as Answer
      }
      if (done) return
    }
  } finally {
    // Leaves, when the caller does.
    await reader?.cancel().catch(() => undefined)
  }
}
