import type { ChangeEvent } from 'react'

/**
 * What stands in a field after a change. What was typed or pasted beyond the length is taken out
 * again, as `maxLength` does; but that counts UTF-16 units, of which an emoji has two.
 * @param most how long it may be, in code points, as the service counts
 */
export function fittingText(
  { target, nativeEvent }: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>,
  most: number,
): string {
  const { value, selectionStart } = target
  const surplus = Array.from(value).length - most
  // A word that is still being composed is left to the keyboard.
  if (surplus > 0 && !(nativeEvent as InputEvent).isComposing) {
    const caret = selectionStart ?? value.length
    const kept = Array.from(value.slice(0, caret)).slice(0, -surplus).join('')
    target.value = kept + value.slice(caret)
    target.selectionEnd = kept.length
  }
  return target.value
}
