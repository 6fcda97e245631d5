/**
 * From which address a request came, as the gateway says: the last entry of the header, which the proxy nearest to the
 * gateway wrote; what a client claims stands before it. Without the header all are one.
 */
export function clientAddress(header: string | readonly string[] | undefined): string {
  return [header].flat().join().split(',').at(-1)?.trim() ?? ''
}
