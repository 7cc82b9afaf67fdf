import type { TurnOptions } from '../../core/turn-options.ts';

const maxNames = 50;

/** The features of the API that a client asks for by their names in the header `anthropic-beta`. */
export function readBetas(header: string | undefined): Pick<TurnOptions, 'betas'> {
  const names = (header ?? '').split(',').map((name) => name.trim());
  const betas = names.filter((name) => /^[A-Za-z0-9._-]{1,100}$/.test(name)).slice(0, maxNames);
  return betas.length > 0 ? { betas } : {};
}
