import { type ReactElement, useEffect, useState } from 'react'

interface Code {
  readonly size: number
  readonly path: string
}

/** An address as a QR code. What draws it is loaded only now. */
export function QrCode({
  text,
  title,
  failed,
}: {
  readonly text: string
  readonly title: string
  /** What to say when it cannot be drawn. */
  readonly failed: string
}): ReactElement | null {
  const [code, setCode] = useState<Code | 'failed' | null>(null)
  useEffect(() => {
    let isWanted = true
    import('uqr').then(
      ({ encode }) => {
        const { data, size } = encode(text, { border: 4 })
        const cells = data.flatMap((row, y) =>
          row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])),
        )
        if (isWanted) setCode({ size, path: cells.join('') })
      },
      () => {
        if (isWanted) setCode('failed')
      },
    )
    return () => {
      isWanted = false
    }
  }, [text])
  if (code === null) return null
  if (code === 'failed')
    return (
      <p className="cx-problem" role="alert">
        {failed}
      </p>
    )
  return (
    <svg
      className="cx-code"
      role="img"
      viewBox={`0 0 ${code.size} ${code.size}`}
      shapeRendering="crispEdges"
    >
      <title>{title}</title>
      <rect width={code.size} height={code.size} fill="#fff" />
      <path d={code.path} fill="#000" />
    </svg>
  )
}
