/** How long a title may be, in code points: the games subgraph counts them, a browser does not. */
const longestTitle = 80

/** What of a text fits into a title. No emoji is cut in two. */
export function fitTitle(text: string): string {
  let [fitting, length] = ['', 0]
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    length += Array.from(segment).length
    if (length > longestTitle) break
    fitting += segment
  }
  return fitting
}
