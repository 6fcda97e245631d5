import { headOf, type Via } from '../example.ts'
import { CopyId } from './copy-id.tsx'
import { useExplorer } from './explorer.ts'
import { identityOf } from './identity.ts'
import { SignInAs } from './sign-in-as.tsx'
import { switchText, wantedPlace } from './wanted-place.ts'

/** Always at the top: the person, the endpoint, and what the document in the editor is about. */
export function Bar({ document }: { readonly document: string }) {
  return (
    <header className="explorer-bar">
      <div className="explorer-who">
        <h1>
          <Mark />
          <span>
            connections <i>explorer</i>
          </span>
        </h1>
        <SignInAs />
        <CopyId />
        <nav className="explorer-pages" aria-label="Pages">
          <a href="/console">Console</a>
          <a href="/insights">Insights</a>
        </nav>
        <Endpoint />
      </div>
      <Notice document={document} />
    </header>
  )
}

function Endpoint() {
  const { facts, via, go } = useExplorer()
  const choices: readonly { via: Via; label: string; title: string }[] = [
    { via: 'gateway', label: 'Gateway', title: `${location.origin}/graphql: all subgraphs` },
    { via: 'subgraph', label: 'Subgraph', title: `${facts.subgraphUrl}: only this service` },
  ]
  return (
    <fieldset className="explorer-endpoint">
      <legend className="explorer-spoken">Endpoint</legend>
      {choices.map((choice) => (
        <label key={choice.via} title={choice.title}>
          <input
            type="radio"
            name="via"
            checked={via === choice.via}
            onChange={() => {
              go({ via: choice.via })
            }}
          />
          {choice.label}
        </label>
      ))}
    </fieldset>
  )
}

/** One line that is always there, so that nothing moves when its text changes. */
function Notice({ document }: { readonly document: string }) {
  const { problem, signInAgain, identity, via, go } = useExplorer()
  if (problem !== null) {
    const unknown = identity.kind === 'unknown'
    return (
      <div className="explorer-notice explorer-problem" role="alert">
        <b>Not signed in.</b> <span title={problem}>{problem}</span>
        <button
          type="button"
          onClick={() => {
            if (unknown) go({ identity: identityOf('alice') })
            else signInAgain()
          }}
        >
          {unknown ? 'Switch to alice' : 'Try again'}
        </button>
      </div>
    )
  }
  const head = headOf(document)
  const wanted = wantedPlace(head, { identity, via })
  return (
    <div className="explorer-notice" role="status">
      {head.as === null ? (
        <span>Open an example, or write your own query.</span>
      ) : (
        <>
          <b>{head.title}</b> <span title={head.sentence}>{head.sentence}</span>
        </>
      )}
      {wanted !== null && (
        <button
          type="button"
          onClick={() => {
            go(wanted)
          }}
        >
          {switchText(wanted, { identity, via })}
        </button>
      )}
    </div>
  )
}

function Mark() {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="2.5" aria-hidden="true">
      <circle cx="8.5" cy="12" r="6" />
      <circle cx="15.5" cy="12" r="6" />
    </svg>
  )
}
