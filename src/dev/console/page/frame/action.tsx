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
      onClick={({ detail }) => {
        // The second click of two was meant for what stood here before the first.
        if (!isDisabled && detail < 2) onClick()
      }}
      {...props}
    />
  )
}
