import type { Config } from '../../config/schema.ts';
import type { Logger } from '../../core/logger.ts';
import { createService, type Inherited } from '../../service.ts';
import { streamChat } from '../stream-chat.ts';
import { type Finding, ok, problem } from './finding.ts';

/** Runs a turn through a separate service, which does not disturb a running one. */
export async function checkTurn(config: Config, inherited: Inherited): Promise<Finding> {
  const service = createService(cliOnly(config), silent, inherited);
  try {
    const [url = ''] = await service.start();
    await service.settled;
    return await measureFirstWords(url, config.models.default);
  } catch (error) {
    return problem(`turn: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    await service.stop();
  }
}

/** The configuration without the direct backend, which would hide a failure of the CLI. */
function cliOnly(config: Config): Config {
  const { base_url, max_retries } = config.direct;
  return {
    ...config,
    server: { ...config.server, host: '127.0.0.1', port: 0, listen: [], tokens: [] },
    tunnel: { ...config.tunnel, type: 'none' },
    direct: { base_url, max_retries },
    // It has a line of its own.
    claude: { ...config.claude, check: false },
    models: { ...config.models, direct: [] },
    fallback: 'none',
  };
}

async function measureFirstWords(url: string, model: string): Promise<Finding> {
  const startedAt = performance.now();
  const messages = [{ role: 'user', content: 'Answer with the one word: ready' }];
  for await (const text of streamChat(url, { model, messages })) {
    return ok(`turn: first words after ${Math.round(performance.now() - startedAt)} ms: ${JSON.stringify(text)}`);
  }
  return problem('turn: the answer was empty');
}

const nothing = (): void => undefined;
const silent: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };
