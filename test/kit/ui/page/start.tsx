import './page.css'
import '../../../../src/kit/styles/styles.css'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { type ComponentType, type ReactNode, StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createConnectionsClient } from '../../../../src/kit/client/client.ts'
import { ConnectionsProvider, useRelationshipChanges } from '../../../../src/kit/react/react.ts'
import * as ui from '../../../../src/kit/react/ui/ui.ts'
import * as samples from './samples.tsx'

// Shows one component to one person, as an app does.

const { setup, calls } = globalThis.kitUi
const components = { ...ui, ...samples } as unknown as Readonly<
  Record<string, ComponentType<Record<string, unknown>> | undefined>
>
const client = createConnectionsClient({
  url: '/graphql',
  viewer: setup.viewer,
  getToken: () => setup.token,
})

document.documentElement.lang = setup.language
document.documentElement.dir = setup.direction

/** Says in the document whether changes of others are heard. */
function Live() {
  const { isLive } = useRelationshipChanges()
  document.documentElement.dataset['live'] = String(isLive)
  return null
}

/** How a host shows people that has its own way. */
const renderUser: ui.RenderUser = ({ id, username }, { size }) => (
  <span className="host-user" data-size={size}>
    {username ?? id}
  </span>
)

function Page({ children }: { readonly children: ReactNode }) {
  return (
    <StrictMode>
      <QueryClientProvider client={new QueryClient()}>
        <ConnectionsProvider client={client}>
          {setup.live && <Live />}
          <ui.ConnectionsUi messages={ui[setup.language]} {...(setup.ownUsers && { renderUser })}>
            <main>
              <h1>{setup.component}</h1>
              <div id="stage">{children}</div>
            </main>
          </ui.ConnectionsUi>
        </ConnectionsProvider>
      </QueryClientProvider>
    </StrictMode>
  )
}

function propsOf(given: Setup['props']): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(given).map(([prop, value]) => {
      const name = (value as { readonly $call?: string } | null)?.$call
      const record = (...args: unknown[]) => {
        // An event of React cannot be taken out of the page.
        const plain = args.map((each) => (isPlain(each) ? each : String(each)))
        calls.push({ name: name ?? '', args: plain })
        return name === 'urlOf' ? `https://app.example/links/${String(args[0])}` : undefined
      }
      return [prop, name === undefined ? value : record]
    }),
  )
}

type Setup = typeof setup

function isPlain(value: unknown): boolean {
  return typeof value !== 'object' || value === null || value.constructor === Object
}

const Shown = components[setup.component]
if (Shown === undefined) throw new Error(`There is no component ${setup.component}.`)
const root = document.body.appendChild(document.createElement('div'))
createRoot(root).render(
  <Page>
    <Shown {...propsOf(setup.props)} />
  </Page>,
)
