import { CannotSpliceError } from './errors.ts';
import type { Format } from './format.ts';
import { agentgateway } from './formats/agentgateway.ts';
import { claudeCodeRouter } from './formats/claude-code-router.ts';
import { continueFormat } from './formats/continue.ts';
import { crush } from './formats/crush.ts';
import { helicone } from './formats/helicone.ts';
import { librechat } from './formats/librechat.ts';
import { litellm } from './formats/litellm.ts';
import { llamaSwap } from './formats/llama-swap.ts';
import { olla } from './formats/olla.ts';
import { opencode } from './formats/opencode.ts';
import { plano } from './formats/plano.ts';
import { providers } from './formats/providers.ts';
import type { Language } from './language.ts';

const formats: readonly Format[] = [
  ...[litellm, providers, librechat, continueFormat, olla, llamaSwap, helicone, agentgateway, plano],
  ...[claudeCodeRouter, opencode, crush],
];

/** All formats that recognise the data. */
export function recognise(data: unknown, language: Language): Format[] {
  return formats.filter((format) => format.language === language.name && format.recognises(data));
}

export function formatNamed(name: string): Format | undefined {
  return formats.find((format) => format.name === name);
}

/** The format of that name, else the only one that recognises the data. Throws `CannotSpliceError`. */
export function chooseFormat(data: unknown, language: Language, name: string | undefined): Format {
  const named = name === undefined ? undefined : formatNamed(name);
  const [first, second] = named === undefined ? recognise(data, language) : [named];
  if (first === undefined) {
    const known = formats.filter((format) => format.language === language.name).map((format) => format.name);
    throw new CannotSpliceError(
      `no known format recognises it: look up how the router lists a provider that speaks OpenAI's API, or name its format with --format (${known.join(', ')})`,
    );
  }
  if (second !== undefined) {
    throw new CannotSpliceError(`it may be of the format ${first.name} or ${second.name}: name one with --format`);
  }
  if (first.language === language.name) return first;
  throw new CannotSpliceError(`it is ${language.title}, in which ${first.title} has no configuration`);
}
