/**
 * Gives the focus a new place when the element that had it is taken away: the heading of its
 * section, else that of the page, as soon as there is one. Components that know a better place take
 * it first.
 * @param root the element of the whole console
 */
export function keepFocus(root: HTMLElement): void {
  /** What had the focus last, and what was around it. */
  let last: readonly Element[] = []
  root.addEventListener('focusin', ({ target }) => {
    last = target instanceof Element ? withAncestors(target) : []
  })
  root.addEventListener('focusout', ({ target }) => {
    // It stands where it was, so it has been left on purpose.
    queueMicrotask(() => {
      const [element] = last
      if (element !== undefined && element === target && element.isConnected && isLost()) last = []
    })
  })
  let timer: ReturnType<typeof setTimeout> | undefined
  const look = () => {
    const [element, ...around] = last
    if (element === undefined || element.isConnected || !isLost()) return
    headingNear(around)?.focus({ preventScroll: true })
  }
  new MutationObserver(() => {
    clearTimeout(timer)
    timer = setTimeout(look, 50)
  }).observe(root, { childList: true, subtree: true })
}

function headingNear(around: readonly Element[]): HTMLElement | null {
  const section = around.find((element) => element.isConnected)?.closest('section, dialog')
  return (
    section?.querySelector<HTMLElement>('h2[tabindex]') ??
    document.querySelector<HTMLElement>('main h1')
  )
}

function withAncestors(element: Element): readonly Element[] {
  const found: Element[] = []
  for (let each: Element | null = element; each !== null; each = each.parentElement)
    found.push(each)
  return found
}

function isLost(): boolean {
  return document.activeElement === null || document.activeElement === document.body
}
