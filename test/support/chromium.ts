import { existsSync } from 'node:fs'
import { env } from 'node:process'
import { type Browser, chromium } from 'playwright-core'

/** Debian's Chromium, or the one that `CHROMIUM` names. */
export const chromiumPath = env['CHROMIUM'] ?? '/usr/bin/chromium'

/** Whether tests go on without a browser. In continuous integration they fail instead. */
export const isChromiumMissing = !existsSync(chromiumPath) && env['CI'] === undefined

// It asks the network for nothing of its own, and letters look alike on every machine.
const flags =
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync --font-render-hinting=none --disable-lcd-text --force-color-profile=srgb'

export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath, args: flags.split(' ') })
}
