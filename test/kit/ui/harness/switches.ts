import type { Page, Route } from 'playwright-core'

/** How an operation fails: nobody answers, another page answers, or the graph does with a code. */
export type Failure = 'nobody' | 'another page' | { readonly code: string }

/** What a test lets happen to the operations of a page. */
export interface Switches {
  /** Lets no operation of this name (`*`: of any) through until the returned function is called. */
  hold(operation: string): Promise<() => void>
  /** Lets every operation of this name (`*`: of any) fail until the returned function is called. */
  fail(operation: string, failure?: Failure): Promise<() => void>
}

/** Switches for a page. Nothing is in the way of its operations before the first is used. */
export function switchesOf(page: Page): Switches {
  const held = new Map<string, Promise<void>>()
  const failing = new Map<string, Failure>()
  let isInTheWay = false
  const stand = async () => {
    if (isInTheWay) return
    isInTheWay = true
    await page.route('**/graphql', async (route) => {
      const operation = operationOf(route.request().postData())
      await (held.get(operation) ?? held.get('*'))
      const failure = failing.get(operation) ?? failing.get('*')
      // The page may have been closed meanwhile.
      await (failure === undefined ? route.continue() : spoil(route, failure)).catch(
        () => undefined,
      )
    })
  }
  return {
    hold: async (operation) => {
      await stand()
      const { promise, resolve } = Promise.withResolvers<undefined>()
      held.set(operation, promise)
      return () => {
        held.delete(operation)
        resolve(undefined)
      }
    },
    fail: async (operation, failure = 'another page') => {
      await stand()
      failing.set(operation, failure)
      return () => failing.delete(operation)
    },
  }
}

/** The name of the operation that a request asks for. */
export function operationOf(body: string | null): string {
  return /"query":"\w+ (\w+)/.exec(body ?? '')?.[1] ?? ''
}

function spoil(route: Route, failure: Failure): Promise<void> {
  if (failure === 'nobody') return route.abort()
  if (failure === 'another page')
    return route.fulfill({ status: 404, contentType: 'text/html', body: '<h1>Not here</h1>' })
  const errors = [{ message: 'It failed.', extensions: { code: failure.code } }]
  return route.fulfill({ json: { data: null, errors } })
}
