/**
 * A script for a page: what can be undone for 8 seconds can be for longer than any test. Those
 * seconds are soon over on a busy machine.
 */
export const slowUndo = `{
  const { setTimeout } = globalThis
  globalThis.setTimeout = (run, ms, ...args) => setTimeout(run, ms === 8_000 ? 3_600_000 : ms, ...args)
}`
