import { useEffect, useState } from 'react'

/** `system` goes along with the machine. */
export type Theme = 'system' | 'light' | 'dark'

/** Where GraphiQL keeps its theme: the explorer and the console share it. */
const kept = 'graphiql:theme'

/** The theme of this page, and how to choose another. */
export function useTheme(): readonly [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState<Theme>(readTheme)
  useEffect(() => {
    if (theme === 'system') {
      localStorage.removeItem(kept)
      delete document.documentElement.dataset['theme']
    } else {
      localStorage.setItem(kept, theme)
      document.documentElement.dataset['theme'] = theme
    }
  }, [theme])
  return [theme, setTheme]
}

function readTheme(): Theme {
  const theme = localStorage.getItem(kept)
  return theme === 'light' || theme === 'dark' ? theme : 'system'
}
