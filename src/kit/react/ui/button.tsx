import type { ButtonHTMLAttributes, ReactElement, ReactNode, Ref } from 'react'
import { useCommonMessages } from './settings.ts'

export interface ButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'children'> {
  /** How much it stands out; plain unless told. */
  readonly look?: 'primary' | 'danger' | 'quiet'
  /** Whom it is about: for those who do not see in which row it stands. */
  readonly about?: string
  readonly buttonRef?: Ref<HTMLButtonElement>
  readonly children: ReactNode
}

/** Stands where a button will be, until it is known which one. */
export function Waiting(): ReactElement {
  const { loading } = useCommonMessages()
  return <span className="cx-button cx-waiting" role="img" aria-label={loading} />
}

/** A button of the kit. */
export function Button({
  look,
  about,
  buttonRef,
  onClick,
  children,
  ...props
}: ButtonProps): ReactElement {
  return (
    <button
      type="button"
      ref={buttonRef}
      className={look ? `cx-button cx-button-${look}` : 'cx-button'}
      aria-label={
        about !== undefined && typeof children === 'string' ? `${children} ${about}` : undefined
      }
      {...props}
      onClick={(event) => {
        // The second click of two was meant for what stood here before the first.
        if (event.detail < 2) onClick?.(event)
      }}
    >
      {children}
    </button>
  )
}
