import type { GraphiQLProps } from 'graphiql'

/**
 * The widths of the panes until somebody drags them: an id fits into a line of the answer on a
 * screen of 1280 pixels.
 */
const widths: Record<string, string> = {
  'graphiql:docExplorerFlex': '0.3',
  'graphiql:editorFlex': '0.9',
}

/** Where GraphiQL keeps tabs, theme and widths: in the browser, as usual. */
export const storage: NonNullable<GraphiQLProps['storage']> = {
  get length() {
    return localStorage.length
  },
  getItem: (key) => localStorage.getItem(key) ?? widths[key] ?? null,
  setItem: (key, value) => {
    localStorage.setItem(key, value)
  },
  removeItem: (key) => {
    localStorage.removeItem(key)
  },
  clear: () => {
    localStorage.clear()
  },
}
