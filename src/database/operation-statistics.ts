/** What one operation cost: told to the log, the metrics and the tests. */
export class OperationStatistics {
  /** Names of the statements in the order they were sent, `begin` and `commit` left out. */
  readonly statements: string[] = []
  /** Transactions opened. */
  transactions = 0
  readonly batches: { readonly loader: string; readonly size: number }[] = []

  batch(loader: string, size: number): void {
    this.batches.push({ loader, size })
  }
}
