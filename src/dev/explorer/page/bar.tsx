import { headOf, type Via } from '../example.ts'
import { CopyId } from './copy-id.tsx'
import { useExplorer } from './explorer.ts'
import { identityOf } from './identity.ts'
import { SignInAs } from './sign-in-as.tsx'

/** Above everything, always: who one is, who answers, and what the document in the editor is about. */
export function Bar({ document }: { readonly document: string }) {
  return (
    <header className="explorer-bar">
      <div className="explorer-who">
        <h1>
          connections <span>explorer</span>
        </h1>
        <SignInAs />
        <CopyId />
        <Endpoint />
      </div>
      <Notice document={document} />
    </header>
  )
}

function Endpoint() {
  const { facts, via, go } = useExplorer()
  const choices: readonly { via: Via; label: string; title: string }[] = [
    { via: 'gateway', label: 'Gateway', title: `${location.origin}/graphql, over all subgraphs` },
    { via: 'subgraph', label: 'Subgraph', title: `${facts.subgraphUrl}, connections alone` },
  ]
  return (
    <fieldset className="explorer-endpoint">
      <legend>Who answers</legend>
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

/** One line that is always there, so that nothing moves when it has something to say. */
function Notice({ document }: { readonly document: string }) {
  const { problem, signInAgain, identity, via, go } = useExplorer()
  if (problem !== null) {
    return (
      <div className="explorer-notice explorer-problem" role="alert">
        <b>Not signed in.</b> <span title={problem}>{problem}</span>
        {identity.kind === 'unknown' ? (
          <button
            type="button"
            onClick={() => {
              go({ as: 'alice' })
            }}
          >
            Become alice
          </button>
        ) : (
          <button type="button" onClick={signInAgain}>
            Try again
          </button>
        )}
      </div>
    )
  }
  const head = headOf(document)
  const as = head.as === null || head.as === identity.as ? null : head.as
  const other = head.via === null || head.via === via ? null : head.via
  const offer = [
    as === null ? '' : `become ${identityOf(as).name}`,
    other === null ? '' : `ask the ${other}`,
  ]
    .filter((part) => part !== '')
    .join(' and ')
  return (
    <div className="explorer-notice" role="status">
      {head.as === null ? (
        <span>Examples tell what can be asked. Open one on the left, or write your own.</span>
      ) : (
        <>
          <b>{head.title}</b> <span title={head.sentence}>{head.sentence}</span>
        </>
      )}
      {offer !== '' && (
        <button
          type="button"
          onClick={() => {
            go({ ...(as !== null && { as }), via: other })
          }}
        >
          {offer.charAt(0).toUpperCase() + offer.slice(1)}
        </button>
      )}
    </div>
  )
}
