import { formatShortcutForOS, KEY_MAP, useGraphiQL } from '@graphiql/react'
import { useEffect, useState } from 'react'
import type { Answered } from './asking.ts'
import { useExplorer } from './explorer.ts'

/** Tells what stands in the editor, for it may be an example that is for somebody else. Shows nothing. */
export function ActiveDocument({ onChange }: { readonly onChange: (document: string) => void }) {
  const document = useGraphiQL(({ tabs, activeTabIndex }) => tabs[activeTabIndex]?.query ?? '')
  useEffect(() => {
    onChange(document)
  }, [document, onChange])
  return null
}

/** Smaller letters and whole lines: an id fits into a line of the answer, and a comment is never cut off. Shows nothing. */
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

/** Below the answer: to whom it was given. Who switches to somebody else still sees whose answer is on the screen. */
export function AnswerFacts() {
  const { answered, identity } = useExplorer()
  const tab = useGraphiQL(({ tabs, activeTabIndex }) => tabs[activeTabIndex]?.id ?? '')
  const response = useGraphiQL(({ tabs, activeTabIndex }) => tabs[activeTabIndex]?.response ?? '')
  const [byTab, setByTab] = useState<ReadonlyMap<string, Answered>>(new Map())
  const [latest, setLatest] = useState(answered)
  // An answer is shown in the tab that is active when it comes.
  if (latest !== answered && answered !== null) {
    setLatest(answered)
    setByTab(new Map(byTab).set(tab, answered))
  }
  const facts = response === '' ? undefined : byTab.get(tab)
  return (
    <div className="explorer-answered" role="status">
      {facts === undefined ? (
        <span>{formatShortcutForOS(KEY_MAP.runQuery.key)} asks.</span>
      ) : (
        <>
          Answered to <b>{facts.identity.name}</b> by the {facts.via} in{' '}
          {Math.round(facts.milliseconds)} ms
          {facts.statements !== null && ` and ${counted(facts.statements)}`}.
          {facts.identity.as !== identity.as && <> You are {identity.name} now.</>}
        </>
      )}
    </div>
  )
}
