import type { ConfigKey } from './keys.ts';

/** Keys outside `limits`, all of which can change. */
const reloadable: ReadonlySet<string> = new Set([
  'server.tokens',
  'models.default',
  'models.aliases',
  'models.unknown',
  'models.effort',
  'models.direct',
  'reasoning',
  'unsupported_params',
]);

/** Whether a running service takes another value of the key when it reads its configuration again (SIGHUP). */
export function isReloadable({ path, section }: Pick<ConfigKey, 'path' | 'section'>): boolean {
  return section === 'limits' || reloadable.has(path);
}
