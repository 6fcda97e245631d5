import { formatShortcutForOS, KEY_MAP, useGraphiQL } from '@graphiql/react'
import { useEffect, useState } from 'react'
import type { Answered } from './asking.ts'
import { useExplorer } from './explorer.ts'
import { asWhom } from './identity.ts'
import type { StreamState } from './stream.ts'

/** Scrolls the tab of a newly opened document into view. Shows nothing. */
export function ActiveTabScroll() {
  const tab = useGraphiQL(({ tabs, activeTabIndex }) => `${tabs.length} ${activeTabIndex}`)
  useEffect(() => {
    document.querySelector('.graphiql-tab-active')?.scrollIntoView({ inline: 'nearest' })
  }, [tab])
  return null
}

/**
 * Reports the text in the editor, because it may be an example for another person. Shows nothing.
 */
export function ActiveDocument({ onChange }: { readonly onChange: (document: string) => void }) {
  const query = useGraphiQL(({ tabs, activeTabIndex }) => tabs[activeTabIndex]?.query ?? '')
  useEffect(() => {
    onChange(query)
  }, [query, onChange])
  return null
}

/**
 * Smaller letters and wrapped lines: an id fits into a line of the answer, and no comment is cut
 * off. Shows nothing.
 */
export function EditorOptions() {
  const editors = useGraphiQL(({ queryEditor, variableEditor, headerEditor, responseEditor }) => ({
    queryEditor,
    variableEditor,
    headerEditor,
    responseEditor,
  }))
  useEffect(() => {
    for (const editor of Object.values(editors)) {
      editor?.updateOptions({ fontSize: 13, wordWrap: 'on' })
    }
  }, [editors])
  return null
}

const counted = (statements: number) =>
  statements === 1 ? '1 SQL statement' : `${statements} SQL statements`

function AnswerCost({ identity, via, milliseconds, statements }: Answered) {
  return (
    <>
      Run <b>{asWhom(identity)}</b> on the {via}: {Math.round(milliseconds)} ms
      {statements !== null && `, ${counted(statements)}`}.
    </>
  )
}

function StreamFacts({ identity, via, stream }: Answered & { readonly stream: StreamState }) {
  const { events, isOpen } = stream
  return (
    <>
      {isOpen ? 'Listening ' : 'Listened '}
      <b>{asWhom(identity)}</b> on the {via}: {arrived(events)}.{' '}
      {!isOpen && 'Not listening any more.'}
    </>
  )
}

function arrived(events: number): string {
  if (events === 0) return 'no event yet'
  return events === 1 ? '1 event' : `${events} events, this is the newest`
}

/**
 * Below the answer: who ran the query. After a switch to another person it still says whose answer
 * is on the screen.
 */
export function AnswerFacts() {
  const { answered, identity } = useExplorer()
  const tab = useGraphiQL(({ tabs, activeTabIndex }) => tabs[activeTabIndex]?.id ?? '')
  const response = useGraphiQL(({ tabs, activeTabIndex }) => tabs[activeTabIndex]?.response ?? '')
  const [byTab, setByTab] = useState<ReadonlyMap<string, Answered>>(new Map())
  const [latest, setLatest] = useState(answered)
  // GraphiQL shows an answer in the tab that is active when it comes.
  if (latest !== answered && answered !== null) {
    setLatest(answered)
    setByTab(new Map(byTab).set(tab, answered))
  }
  const known = byTab.get(tab)
  // A stream to which nothing has come yet has no response.
  const facts = response === '' && known?.stream?.isOpen !== true ? undefined : known
  return (
    <div className="explorer-answered" role="status">
      {facts === undefined ? (
        <>
          <span className="explorer-wide">
            Press {formatShortcutForOS(KEY_MAP.runQuery.key)} to run the query.
          </span>
          <span className="explorer-narrow">To run the query, press its run button.</span>
        </>
      ) : (
        <>
          {facts.stream === null ? (
            <AnswerCost {...facts} />
          ) : (
            <StreamFacts {...facts} stream={facts.stream} />
          )}
          {facts.identity.as !== identity.as && ` You are now ${identity.name}.`}
        </>
      )}
    </div>
  )
}
