import { CopyIcon } from '@graphiql/react'
import { useEffect, useState } from 'react'
import { useExplorer } from './explorer.ts'

/** The person's id. A click copies it. */
export function CopyId() {
  const { identity } = useExplorer()
  const [outcome, setOutcome] = useState<'Copied' | 'Not copied' | null>(null)
  useEffect(() => {
    const timer = setTimeout(() => {
      setOutcome(null)
    }, 1500)
    return () => {
      clearTimeout(timer)
    }
  }, [outcome])
  if (identity.kind !== 'person') {
    const text = { nobody: 'no token', service: 'scope connections:service', unknown: 'no id' }
    return <span className="explorer-id">{text[identity.kind]}</span>
  }
  return (
    <button
      type="button"
      className="explorer-id"
      aria-label={`Copy the id ${identity.id}`}
      onClick={() => {
        // A browser may refuse, for example while another window has the focus.
        navigator.clipboard.writeText(identity.id).then(
          () => {
            setOutcome('Copied')
          },
          () => {
            setOutcome('Not copied')
          },
        )
      }}
    >
      {outcome === null ? <span>{identity.id}</span> : <b role="status">{outcome}</b>}
      <CopyIcon aria-hidden="true" />
    </button>
  )
}
