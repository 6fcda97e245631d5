import {
  type GatewayOptions,
  type RunningGateway,
  startGateway,
} from '../../src/dev/gateway/gateway.ts'
import { gatewaySecret } from './test-service.ts'

/**
 * The gateway of the dev stack for tests, on a free port. It looks for other schemas only when it
 * is told to, and whatever it would tell a developer fails the test, unless `notice` takes it.
 */
export function startTestGateway(
  options: Pick<GatewayOptions, 'subgraphs'> & Partial<GatewayOptions>,
): Promise<RunningGateway> {
  return startGateway({
    host: '127.0.0.1',
    port: 0,
    gatewaySecret,
    planner: 'javascript',
    notice: (sentence) => {
      throw new Error(sentence)
    },
    pages: () => undefined,
    // Longer than any test: a look that a busy machine does not answer in time would fail it.
    interval: 86_400_000,
    ...options,
  })
}
