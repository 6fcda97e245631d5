import 'graphiql/setup-workers/vite'
import { readFacts } from './facts.ts'

// The rest is imported later, because Vite then loads its style sheet before its code, and nothing
// is painted without style.
const [{ showExplorer }, facts] = await Promise.all([import('./app.tsx'), readFacts()])
showExplorer(facts)
