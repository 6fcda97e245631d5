import { useRelationship, useRequestFriend } from '../../../../src/kit/react/react.ts'

// Components of the test page's own, to try the harness itself.

/** What the viewer is to somebody, and a button that asks. */
export function AskSample({ userId }: { readonly userId: string }) {
  const { data, isError } = useRelationship(userId)
  const ask = useRequestFriend(userId)
  if (isError) return <p>It has failed.</p>
  if (!data) return <p>It is loading.</p>
  return (
    <p>
      {data.friendshipLevel ?? (data.outgoingRequest ? 'asked' : 'strangers')}{' '}
      <button
        onClick={() => {
          ask.mutate()
        }}
      >
        Ask
      </button>
    </p>
  )
}

/** A button that cannot be read, and a box that is too wide for a phone. */
export function FaultySample({ onPress }: { readonly onPress?: (word: string) => void }) {
  return (
    <div>
      <button style={{ color: '#bbb', background: '#fff' }} onClick={() => onPress?.('pressed')}>
        Pale
      </button>
      <div className="wide" style={{ inlineSize: 600 }}>
        Wide
      </div>
    </div>
  )
}
