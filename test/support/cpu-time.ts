/**
 * How many milliseconds of CPU this process uses while something is done. That is what the work
 * costs, however busy the machine is.
 */
export async function cpuTimeOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}
