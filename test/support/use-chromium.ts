import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, type TestContext } from 'vitest'
import { chromiumPath, isChromiumMissing, launchChromium } from './chromium.ts'

/** Skips a test where there is no Chromium. */
export function skipWithoutChromium(test: Pick<TestContext, 'skip'>): void {
  test.skip(
    isChromiumMissing,
    `There is no ${chromiumPath}; \`apt-get install chromium\` installs it.`,
  )
}

/** One Chromium for the tests of a file, unless it is missing. */
export function useChromium() {
  let browser: Browser | undefined
  beforeAll(async () => {
    if (!isChromiumMissing) browser = await launchChromium()
  })
  afterAll(() => browser?.close())
  return {
    /** @throws where it is missing, and before the tests begin */
    get browser(): Browser {
      if (browser === undefined) throw new Error('There is no browser.')
      return browser
    },
  }
}
