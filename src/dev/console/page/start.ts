// Imported later, because Vite then loads the style sheet before the code, and nothing is painted
// without style.
const { showConsole } = await import('./app.tsx')
showConsole()

export {}
