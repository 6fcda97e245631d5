import 'graphiql/style.css'
import './styles.ts'
import { GraphiQL, HISTORY_PLUGIN } from 'graphiql'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { ActiveDocument, ActiveTabScroll, AnswerFacts, EditorOptions } from './active-tab.tsx'
import { type Answered, asker } from './asking.ts'
import { Bar } from './bar.tsx'
import { examplesPlugin } from './examples-pane.tsx'
import { type Explorer, ExplorerProvider, type View } from './explorer.ts'
import type { Facts } from './facts.ts'
import { type Place, readPlace, writePlace } from './identity.ts'
import { useRightPerson } from './right-person.ts'
import { storage } from './storage.ts'
import { tokenOf } from './tokens.ts'
import { FollowReference, PaneScroll, Views } from './views.tsx'
import { WrongPerson } from './wrong-person.tsx'

const plugins = [examplesPlugin, HISTORY_PLUGIN]

export function showExplorer(facts: Facts): void {
  const element = document.getElementById('explorer')
  if (element !== null) createRoot(element).render(<App facts={facts} />)
}

function App({ facts }: { readonly facts: Facts }) {
  const [place, setPlace] = useState(readPlace)
  const [problem, setProblem] = useState<string | null>(null)
  const [answered, setAnswered] = useState<Answered | null>(null)
  const [document, setDocument] = useState('')
  const [view, show] = useState<View>('query')
  const { identity, via } = place

  const signIn = useCallback(async () => {
    setProblem(
      await tokenOf(identity).then(
        () => null,
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      ),
    )
  }, [identity])
  const go = useCallback((wanted: Partial<Place>) => {
    setPlace((here) => ({ ...here, ...wanted }))
  }, [])

  useEffect(() => {
    writePlace(place)
  }, [place])
  useEffect(() => {
    void signIn()
  }, [signIn])

  const { question, placeFor } = useRightPerson(place, go)
  // GraphiQL reads the schema again for each new fetcher, so only another endpoint makes one.
  const fetcher = useMemo(() => {
    const placeOf = async (query: string) => {
      const chosen = await placeFor(query)
      if (chosen !== null) show('answer')
      return chosen
    }
    return asker(via, placeOf, setAnswered)
  }, [via, placeFor])
  const defaultTabs = useMemo(
    () => facts.examples.slice(0, 1).map(({ document: query }) => ({ query })),
    [facts],
  )

  const explorer: Explorer = {
    facts,
    identity,
    via,
    problem,
    answered,
    view,
    show,
    go,
    signInAgain: () => void signIn(),
  }
  return (
    <ExplorerProvider value={explorer}>
      <Bar document={document} />
      <main className="explorer-main" data-view={view}>
        <GraphiQL
          fetcher={fetcher}
          plugins={plugins}
          visiblePlugin={examplesPlugin}
          defaultTabs={defaultTabs}
          storage={storage}
          shouldPersistHeaders={false}
          schemaDescription
          inputValueDeprecation
        >
          <GraphiQL.Logo>{null}</GraphiQL.Logo>
          <GraphiQL.Footer>
            <AnswerFacts />
          </GraphiQL.Footer>
          <EditorOptions />
          <ActiveDocument onChange={setDocument} />
          <ActiveTabScroll />
          <PaneScroll />
          <FollowReference />
          <Views />
        </GraphiQL>
      </main>
      <WrongPerson question={question} />
    </ExplorerProvider>
  )
}
