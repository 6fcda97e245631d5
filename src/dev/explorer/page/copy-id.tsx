import { CopyIcon } from '@graphiql/react'
import { useEffect, useState } from 'react'
import { useExplorer } from './explorer.ts'

/** The id of whoever one is, copied by a click. */
export function CopyId() {
  const { identity } = useExplorer()
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => {
      setCopied(false)
    }, 1500)
    return () => {
      clearTimeout(timer)
    }
  }, [copied])
  if (identity.kind !== 'person') {
    const text = { nobody: 'no token', service: 'scope connections:service', unknown: 'no id' }
    return <span className="explorer-id">{text[identity.kind]}</span>
  }
  return (
    <button
      type="button"
      className="explorer-id"
      aria-label={`Copy the id ${identity.id}`}
      onClick={() => void navigator.clipboard.writeText(identity.id).then(() => setCopied(true))}
    >
      {copied ? <span role="status">Copied</span> : identity.id}
      <CopyIcon aria-hidden="true" />
    </button>
  )
}
