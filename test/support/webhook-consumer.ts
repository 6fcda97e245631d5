import { onTestFinished } from 'vitest'
import { type Consumer, openConsumer } from './open-consumer.ts'

export { addEndpoint, type Consumer } from './open-consumer.ts'

/** Starts a consumer that accepts everything. Closed when the test is over. */
export async function startConsumer(): Promise<Consumer> {
  const consumer = await openConsumer()
  onTestFinished(() => {
    consumer.close()
  })
  return consumer
}
