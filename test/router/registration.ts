import type { Registration } from '../../src/router/registration.ts';

/** A registration of two models that leaves everything else to the file. */
export function registration(chosen: Partial<Registration> = {}): Registration {
  return {
    name: 'claude-harness',
    origin: 'http://127.0.0.1:8013',
    models: ['sonnet', 'opus'],
    priority: undefined,
    needsToken: false,
    disable: undefined,
    format: undefined,
    ...chosen,
  };
}
