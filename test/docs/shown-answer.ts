/** What an answer lacks of what a page shows of it; empty where all of it is there. */
export function lackingIn(output: string, shown: { isJson: boolean; text: string }): string[] {
  return shown.isJson ? lackingFields(output, shown.text) : lackingLines(output, shown.text);
}

function lackingFields(output: string, shown: string): string[] {
  const answer = output.trim().split('\n').at(-1) ?? '';
  try {
    return differences(JSON.parse(shown), JSON.parse(answer), 'answer');
  } catch (error) {
    return [`${(error as Error).message}: ${answer}`];
  }
}

/** Fields whose values are words of the API; of all others the value is of one moment. */
const telling = new Set(['object', 'type', 'status', 'role', 'event']);

function differences(shown: unknown, actual: unknown, path: string): string[] {
  if (Array.isArray(shown)) {
    if (!Array.isArray(actual)) return [`${path} is no list`];
    return shown.flatMap((element, index) => {
      const tried = actual.map((one) => differences(element, one, `${path}[${index}]`));
      return tried.find(({ length }) => length === 0) ?? tried.at(0) ?? [`${path} is empty`];
    });
  }
  if (isObject(shown)) {
    if (!isObject(actual)) return actual === null ? [] : [`${path} is no object`];
    return Object.entries(shown).flatMap(([name, value]) => {
      const at = `${path}.${name}`;
      if (!(name in actual)) return [`${at} is missing`];
      if (telling.has(name) && value !== actual[name]) return [`${at} is ${String(actual[name])}`];
      return differences(value, actual[name], at);
    });
  }
  const isAny = shown === null || actual === null || shown === '…';
  return isAny || typeof shown === typeof actual ? [] : [`${path} is a ${typeof actual}`];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Those that do not come, in their order. */
function lackingLines(output: string, shown: string): string[] {
  const lines = output.split('\n').map((line) => line.trimEnd());
  let from = 0;
  return shown.split('\n').filter((line) => {
    if (['', '…'].includes(line.trim())) return false;
    const pattern = new RegExp(`^${line.trimEnd().split('…').map(escape).join('.*')}$`, 'i');
    const found = lines.findIndex((candidate, index) => index >= from && pattern.test(candidate));
    if (found !== -1) from = found + 1;
    return found === -1;
  });
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
