import { docsExample } from './docs-example.ts';
import { fileVariable } from './find-file.ts';
import { type ConfigKey, configKeys, configSections, environmentPrefix } from './keys.ts';
import { formatValue, valueOf } from './render-yaml.ts';
import { type Config, defaultConfig } from './schema.ts';

function cell(text: string): string {
  return text.replaceAll('|', String.raw`\|`);
}

function showDefault(key: ConfigKey, defaults: Config): string {
  const value = valueOf(defaults, key);
  if (value === undefined) return 'not set';
  const shown = formatValue(key, value);
  return `\`${typeof shown === 'string' ? shown : JSON.stringify(shown)}\``;
}

function renderTable(keys: readonly ConfigKey[], defaults: Config): string {
  const rows = keys.map((key) => [
    `\`${key.path}\``,
    key.label,
    showDefault(key, defaults),
    key.description,
    `\`${key.environmentName}\``,
  ]);
  const header = ['Key', 'Type', 'Default', 'Meaning', 'Environment variable'];
  const lines = [header, header.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.map(cell).join(' | ')} |`).join('\n');
}

const introduction = `<!-- Generated from src/config by \`npm run docs:config\`; a test compares the two. -->

# Configuration

Everything has a default: without any configuration the service listens on 127.0.0.1 and serves this machine.
\`claude-harness config\` prints what is in effect and where each value came from, with secrets hidden.

## Where values come from

From the strongest to the weakest:

1. flags: \`--host\`, \`--port\`, and \`--set section.key=value\` as often as needed; of two for one key the later wins, and \`--host\` and \`--port\` win over \`--set\`;
2. environment variables: \`${environmentPrefix}SECTION__KEY\`, with two underscores between section and key;
3. the config file;
4. the defaults below.

A list or a map is replaced as a whole by a stronger place, never mixed with a weaker one.

The config file is the one named by \`--config\`, else by \`${fileVariable}\`; it must then exist. Otherwise it is the
first that exists of \`$XDG_CONFIG_HOME/claude-harness/harness.yaml\` (\`~/.config/claude-harness/harness.yaml\` where that
variable is not set) and \`/etc/claude-harness/harness.yaml\`.

A mistake stops the program with exit code 78 and a list of everything that is wrong, each with its place. Unknown keys
and unknown \`${environmentPrefix}\` variables are mistakes too.

## How values are written

| Type | Written as |
| --- | --- |
| duration | a number with a unit: \`250ms\`, \`30s\`, \`10m\`, \`1h30m\`, \`1d\`; at most \`24d\` unless the key says more. Only \`0\` needs no unit. |
| size | a number with a unit, in steps of 1024: \`512kb\`, \`32mb\`. |
| text | as it is. In the file, quotes are needed where YAML asks for them; names such as \`1e5\` or \`true\` stay text. |
| list, map | YAML; in variables and flags as \`[a, b]\` or \`{a: b}\`, and a list of one as just \`a\`. |

In the file, a section, list or map with nothing under it counts as not set. An empty variable is a mistake: unset it
instead. \`null\` unsets a list, a map, or a key without a default. YAML's anchors and aliases work, merge keys (\`<<\`) do not.`;

const otherMachines = `## Letting other machines in

A host that is not loopback needs a token. \`claude-harness token\` makes one: the client gets the token, and the config
only its hash.

\`\`\`yaml
server:
  host: 0.0.0.0
  allowed_hosts: [harness.lan]
  tokens:
    - sha256:0000000000000000000000000000000000000000000000000000000000000000 # replace with your own
\`\`\``;

/** The text of docs/config.md. */
export function renderConfigDocs(): string {
  const defaults = defaultConfig();
  const sections = configSections.map(({ name, description }) => {
    const keys = configKeys.filter((key) => key.section === name);
    return `## \`${name}\`\n\n${description}\n\n${renderTable(keys, defaults)}`;
  });
  const topLevel = configKeys.filter((key) => key.section === undefined);
  const parts = [
    introduction,
    ...sections,
    `## Outside the sections\n\n${renderTable(topLevel, defaults)}`,
    otherMachines,
    `## Every key at its default\n\n\`\`\`yaml\n${docsExample(defaults)}\`\`\``,
  ];
  return `${parts.join('\n\n')}\n`;
}
