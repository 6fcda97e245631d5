import { type GraphiQLPlugin, useGraphiQL, useGraphiQLActions } from '@graphiql/react'
import type { Example } from '../example.ts'
import { useExplorer } from './explorer.ts'
import { Face } from './face.tsx'
import { asWhom, identityOf } from './identity.ts'

/** The menu of examples, as a pane of GraphiQL. */
export const examplesPlugin: GraphiQLPlugin = {
  title: 'Examples',
  icon: ListIcon,
  content: ExamplesPane,
}

export function ListIcon() {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
      <path d="M4 5.5h2m3 0h11M4 12h2m3 0h11M4 18.5h2m3 0h11" strokeLinecap="round" />
    </svg>
  )
}

function ExamplesPane() {
  const { facts, show } = useExplorer()
  const { tabs, activeTabIndex, queryEditor } = useGraphiQL((state) => ({
    tabs: state.tabs,
    activeTabIndex: state.activeTabIndex,
    queryEditor: state.queryEditor,
  }))
  const actions = useGraphiQLActions()
  const open = ({ document }: Example) => {
    show('query')
    const index = tabs.findIndex(({ query }) => query === document)
    if (index !== -1) {
      actions.changeTab(index)
      return
    }
    actions.addTab()
    queryEditor?.setValue(document)
    // The editor updates its tab a moment later; by then another tab may be the active one.
    actions.updateActiveTabValues({ query: document })
  }
  const active = tabs[activeTabIndex]?.query
  const sections = Map.groupBy(facts.examples, ({ section }) => section)
  return (
    <nav className="explorer-examples" aria-label="Examples">
      <h2>Examples</h2>
      {[...sections].map(([section, examples]) => (
        <section key={section}>
          <h3>{section}</h3>
          <ol>
            {examples.map((example) => (
              <li key={example.name}>
                <button
                  type="button"
                  aria-current={example.document === active}
                  onClick={() => {
                    open(example)
                  }}
                >
                  <b>{example.title}</b>
                  <span>{example.sentence}</span>
                  <small>
                    <Face identity={identityOf(example.as)} /> {asWhom(identityOf(example.as))}
                    {example.via !== null && `, on the ${example.via}`}
                  </small>
                </button>
              </li>
            ))}
          </ol>
        </section>
      ))}
    </nav>
  )
}
