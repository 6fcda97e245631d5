/**
 * An answer as text, with the moment taken out of cursors that keep one: in the list that puts
 * friends first who are online, each first page is of another moment.
 */
export function withoutMoments(answer: unknown): string | undefined {
  // Nothing is made of nothing, as JSON.stringify does.
  return (JSON.stringify(answer) as string | undefined)?.replace(cursors, (whole, text: string) => {
    const kept = Buffer.from(text, 'base64url').toString()
    return kept.includes(':CLOSE_FIRST"') ? whole.replace(text, kept.replace(moment, '')) : whole
  })
}

const cursors = /"(?:cursor|startCursor|endCursor)":"([\w-]+)"/g
const moment = /\|[^|"]*"\]$/
