import { DOC_EXPLORER_PLUGIN, useDocExplorer } from '@graphiql/plugin-doc-explorer'
import {
  DocsIcon,
  type GraphiQLPlugin,
  HistoryIcon,
  PenIcon,
  useGraphiQL,
  useGraphiQLActions,
} from '@graphiql/react'
import { HISTORY_PLUGIN } from 'graphiql'
import { useEffect, useLayoutEffect } from 'react'
import { examplesPlugin, ListIcon } from './examples-pane.tsx'
import { useExplorer, type View } from './explorer.ts'

interface Item {
  readonly label: string
  readonly view: View
  readonly plugin?: GraphiQLPlugin
  readonly Icon: () => React.JSX.Element
}

const items: readonly Item[] = [
  { label: 'Examples', view: 'pane', plugin: examplesPlugin, Icon: ListIcon },
  { label: 'Query', view: 'query', Icon: () => <PenIcon aria-hidden="true" /> },
  { label: 'Answer', view: 'answer', Icon: BracesIcon },
  {
    label: 'Docs',
    view: 'pane',
    plugin: DOC_EXPLORER_PLUGIN,
    Icon: () => <DocsIcon aria-hidden="true" />,
  },
  {
    label: 'History',
    view: 'pane',
    plugin: HISTORY_PLUGIN,
    Icon: () => <HistoryIcon aria-hidden="true" />,
  },
]

/** The switch between views, at the bottom of a narrow screen. */
export function Views() {
  const { view, show } = useExplorer()
  const visible = useGraphiQL(({ visiblePlugin }) => visiblePlugin)
  const actions = useGraphiQLActions()
  return (
    <nav className="explorer-views" aria-label="Views">
      {items.map(({ label, view: its, plugin, Icon }) => (
        <button
          key={label}
          type="button"
          aria-current={its === view && (plugin === undefined || plugin === visible)}
          onClick={() => {
            if (plugin !== undefined) actions.setVisiblePlugin(plugin)
            show(its)
          }}
        >
          <Icon />
          {label}
        </button>
      ))}
    </nav>
  )
}

function BracesIcon() {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
      <path
        d="M9 4H8a2 2 0 0 0-2 2v4l-2 2 2 2v4a2 2 0 0 0 2 2h1m6-16h1a2 2 0 0 1 2 2v4l2 2-2 2v4a2 2 0 0 1-2 2h-1"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  )
}

/**
 * Opens each pane and each page of the documentation at its top: GraphiQL scrolls one element for
 * all of them. Shows nothing.
 */
export function PaneScroll() {
  const visible = useGraphiQL(({ visiblePlugin }) => visiblePlugin)
  const page = useDocsPage()
  const { view } = useExplorer()
  useLayoutEffect(() => {
    const pane = document.querySelector('.graphiql-plugin')
    if (pane === null) return
    pane.scrollTop = 0
    if (visible !== examplesPlugin) return
    pane.querySelector('[aria-current="true"]')?.scrollIntoView({ block: 'nearest' })
  }, [visible, page, view])
  return null
}

/**
 * On a narrow screen, shows the documentation when a name in the query was followed to it. Shows
 * nothing itself.
 */
export function FollowReference() {
  const { show } = useExplorer()
  const page = useDocsPage()
  useEffect(() => {
    if (page.includes('/')) show('pane')
  }, [page, show])
  return null
}

/**
 * The page of the documentation as a path: `Docs/User/friends`. It stays the same when the schema
 * is read again.
 */
function useDocsPage(): string {
  return useDocExplorer()
    .map(({ name }) => name)
    .join('/')
}
