import type { ReactElement } from 'react'
import { useMoment } from './moments.ts'

/** How long ago something was; the exact moment on pointing at it. */
export function Ago({ moment }: { readonly moment: string }): ReactElement {
  const { ago, at } = useMoment()
  return (
    <time dateTime={moment} title={at(moment)}>
      {ago(moment)}
    </time>
  )
}
