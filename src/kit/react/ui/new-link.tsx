import { type ReactElement, useEffect, useId, useRef, useState } from 'react'
import { Button } from './button.tsx'
import { linksEn } from './messages/links.ts'
import { QrCode } from './qr-code.tsx'
import { useCommonMessages, useMessages } from './settings.ts'

/** The address of a link that was just made: to copy, to share, and as a QR code. */
export function NewLink({
  url,
  label,
  onClose,
}: {
  readonly url: string
  readonly label: string | null
  readonly onClose: () => void
}): ReactElement {
  const words = useMessages('links', linksEn)
  const { close } = useCommonMessages()
  const id = useId()
  const field = useRef<HTMLInputElement>(null)
  const [copying, setCopying] = useState<'copied' | 'failed' | null>(null)
  const [isCodeShown, setCodeShown] = useState(false)
  useEffect(() => {
    field.current?.focus()
    field.current?.select()
  }, [url])
  const copy = async () => {
    setCopying((await putOnClipboard(url, field.current)) ? 'copied' : 'failed')
  }
  return (
    <div className="cx-panel" role="group" aria-labelledby={`${id}-title`}>
      <p id={`${id}-title`} className="cx-strong">
        {words.created}
      </p>
      <p id={`${id}-once`}>{words.shownOnce}</p>
      <input
        ref={field}
        className="cx-field"
        dir="ltr"
        readOnly
        value={url}
        aria-label={words.address}
        aria-describedby={`${id}-once`}
        onFocus={({ target }) => {
          target.select()
        }}
      />
      <div className="cx-actions">
        <Button look="primary" onClick={() => void copy()}>
          {words.copy}
        </Button>
        {canShare() && (
          <Button
            onClick={() => {
              // Who changes their mind has shared nothing, and nothing has failed.
              navigator.share({ url, ...(label !== null && { title: label }) }).catch(() => null)
            }}
          >
            {words.share}
          </Button>
        )}
        <Button
          aria-expanded={isCodeShown}
          onClick={() => {
            setCodeShown(!isCodeShown)
          }}
        >
          {isCodeShown ? words.hideCode : words.showCode}
        </Button>
        <Button look="quiet" onClick={onClose}>
          {close}
        </Button>
      </div>
      <p role="status" className="cx-note">
        {copying === 'copied' && words.copied}
        {copying === 'failed' && words.copyFailed}
      </p>
      {isCodeShown && <QrCode text={url} title={words.code} failed={words.codeFailed} />}
    </div>
  )
}

function canShare(): boolean {
  return typeof (navigator as Partial<Navigator>).share === 'function'
}

/** Whether it is there now. Pages without https have the old way only. */
async function putOnClipboard(text: string, field: HTMLInputElement | null): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    field?.select()
    // There is no other for such pages.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    return document.execCommand('copy')
  }
}
