import { join } from 'node:path';
import { type Config, defaultConfig } from '../../config/schema.ts';
import type { Logger } from '../../core/logger.ts';
import { createService, type Service } from '../../service.ts';
import { describeStartError } from '../listen-error.ts';

interface DemoServiceOptions {
  /** A temporary folder for everything that the service and the CLI write. */
  home: string;
  apiUrl: string;
  log: Logger;
  port: number | undefined;
}

/** Starts the service on the given port, else on 8013 or any free one. Throws an `Error` that says what to do. */
export async function startDemoService(options: DemoServiceOptions): Promise<{ service: Service; url: string }> {
  const { log, port } = options;
  for (const candidate of port === undefined ? [8013, 0] : [port]) {
    const config = demoConfig(options, candidate);
    const service = createService(config, log);
    try {
      const [url = ''] = await service.start();
      return { service, url };
    } catch (error) {
      await service.stop();
      if (port !== undefined) throw new Error(describeStartError(error, config.server), { cause: error });
    }
  }
  throw new Error('The demo found no free port on 127.0.0.1.');
}

/** Separate from the owner's configuration, login and home, which stay untouched. */
function demoConfig({ home, apiUrl }: DemoServiceOptions, port: number): Config {
  const defaults = defaultConfig();
  return {
    ...defaults,
    server: { ...defaults.server, port },
    state: { path: join(home, 'state.db') },
    claude: {
      ...defaults.claude,
      check: false,
      workspace: join(home, 'workspace'),
      env: {
        HOME: home,
        CLAUDE_CONFIG_DIR: join(home, '.claude'),
        ANTHROPIC_BASE_URL: apiUrl,
        CLAUDE_CODE_OAUTH_TOKEN: 'sk-ant-oat01-made-up-for-the-demo',
      },
    },
  };
}
