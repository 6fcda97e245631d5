import { GraphiQL, HISTORY_PLUGIN } from 'graphiql'
import 'graphiql/style.css'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { ActiveDocument, AnswerFacts, EditorOptions } from './active-tab.tsx'
import { asker, type Answered } from './asking.ts'
import { Bar } from './bar.tsx'
import { examplesPlugin } from './examples-pane.tsx'
import { ExplorerProvider, type Explorer } from './explorer.ts'
import type { Facts } from './facts.ts'
import { identityOf, readPlace, writePlace } from './identity.ts'
import { storage } from './storage.ts'
import { tokenOf } from './tokens.ts'
import './explorer.css'

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
  const { identity, via } = place

  const signIn = useCallback(async () => {
    setProblem(
      await tokenOf(identity).then(
        () => null,
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      ),
    )
  }, [identity])

  useEffect(() => {
    writePlace(place)
  }, [place])
  useEffect(() => {
    void signIn()
  }, [signIn])

  // GraphiQL reads the schema anew for each fetcher, so becoming somebody else must not make one.
  const current = useRef(identity)
  current.current = identity
  const fetcher = useMemo(() => asker(via, () => current.current, setAnswered), [via])
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
    go: (wanted) => {
      setPlace({
        identity: wanted.as === undefined ? identity : identityOf(wanted.as),
        via: wanted.via ?? via,
      })
    },
    signInAgain: () => void signIn(),
  }
  return (
    <ExplorerProvider value={explorer}>
      <Bar document={document} />
      <main className="explorer-main">
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
        </GraphiQL>
      </main>
    </ExplorerProvider>
  )
}
