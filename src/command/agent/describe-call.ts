const shownInputChars = 300;

type Input = Readonly<Record<string, unknown>>;

/** What a call is made with, on a line: the command itself, the file, else the whole input. */
export function describeInput(input: Input): string {
  const { command, file_path: path } = input;
  if (typeof command === 'string') return command;
  if (typeof path === 'string') return path;
  const json = JSON.stringify(input);
  return json.length > shownInputChars ? `${json.slice(0, shownInputChars)}…` : json;
}

/** All that there is to know before a call is allowed; of a change of a file, what goes and what comes. */
export function describeCall(name: string, input: Input): string {
  const { command, file_path: path, old_string: before, new_string: after, content, ...others } = input;
  const subject = typeof command === 'string' ? command : path;
  if (typeof subject !== 'string') return `${name}: ${JSON.stringify(input, null, 2)}`;
  const lines = [`${name}: ${subject}`];
  if (typeof before === 'string') lines.push(...marked('- ', before));
  for (const text of [after, content]) if (typeof text === 'string') lines.push(...marked('+ ', text));
  // A field such as `dangerouslyDisableSandbox` changes what is allowed.
  for (const [field, value] of Object.entries(others)) lines.push(`  ${field}: ${JSON.stringify(value)}`);
  return lines.join('\n');
}

function marked(mark: string, text: string): string[] {
  return text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => mark + line);
}
