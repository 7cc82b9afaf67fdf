import { ConfigError } from '../../config/config-error.ts';
import type { Config } from '../../config/schema.ts';
import { checkTunnel } from '../../tunnel.ts';
import { type Finding, ok, problem } from './finding.ts';

/** Whether a service could start the program of its tunnel, which is not opened: that would make it public. */
export function checkTunnelProgram(config: Config): Finding {
  try {
    return ok(`tunnel: ${checkTunnel(config)?.path ?? 'none'}`);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return problem(`tunnel: ${error.problems.map(({ message }) => message).join('; ')}`);
  }
}
