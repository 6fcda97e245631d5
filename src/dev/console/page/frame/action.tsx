import type { ButtonHTMLAttributes, Ref } from 'react'

interface ActionProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'disabled' | 'type'> {
  readonly isDisabled: boolean
  readonly onClick: () => void
  readonly ref?: Ref<HTMLButtonElement>
}

/** A button that does nothing for a while, and keeps the focus meanwhile. */
export function Action({ isDisabled, onClick, className = 'button', ...props }: ActionProps) {
  return (
    <button
      type="button"
      className={className}
      aria-disabled={isDisabled}
      onClick={() => {
        if (!isDisabled) onClick()
      }}
      {...props}
    />
  )
}
