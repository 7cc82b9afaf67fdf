import { profileExample, profileFields } from './agents/docs.ts';
import { docsExample } from './docs-example.ts';
import { fileVariable } from './find-file.ts';
import { type ConfigKey, configKeys, configSections, environmentPrefix } from './keys.ts';
import { isReloadable } from './reloadable.ts';
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
    isReloadable(key) ? `\`${key.path}\` \\*` : `\`${key.path}\``,
    key.label,
    showDefault(key, defaults),
    key.description,
    `\`${key.environmentName}\``,
  ]);
  return table(['Key', 'Type', 'Default', 'Meaning', 'Environment variable'], rows);
}

function table(header: string[], rows: string[][]): string {
  const lines = [header, header.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.map(cell).join(' | ')} |`).join('\n');
}

function renderProfiles(): string {
  const rows = profileFields.map(({ name, label, required, default: value, description }) => {
    const shown = typeof value === 'string' ? value : JSON.stringify(value);
    return [
      `\`${name}\``,
      label,
      required ? 'required' : value === undefined ? 'not set' : `\`${shown}\``,
      description,
    ];
  });
  return `### An agent

Every other key of \`agents\` is an agent, whose name may have at most 64 lower-case letters, digits, \`_\` and \`-\`. Agents can
be set in the file alone. Once \`server.tokens\` has entries, each agent must list the ones that may use it.

${table(['Key', 'Type', 'Default', 'Meaning'], rows)}

\`\`\`yaml
${profileExample}\`\`\``;
}

const introduction = `<!-- Generated from src/config by \`npm run docs:config\`; a test compares the two. -->

# Configuration

Every key has a default: without any configuration the service listens on 127.0.0.1 and serves this machine.
\`claude-harness config\` prints the effective configuration and the source of each value, with secrets hidden.

## Sources

In order of precedence, highest first:

1. flags: \`--host\`, \`--port\`, \`--tunnel\`, and any number of \`--set section.key=value\`; the last one for a key wins, and the others win over \`--set\`;
2. environment variables: \`${environmentPrefix}SECTION__KEY\`, with two underscores between section and key;
3. the config file;
4. the defaults below.

A list or map from a higher source replaces the lower one as a whole; the two are never merged. \`server.listen\` says the same as
\`server.host\` with \`server.port\`: what the higher source sets counts, and one source may not set both.

The config file is the one named by \`--config\`, else by \`${fileVariable}\`; it must exist. Without either, it is the
first existing one of \`$XDG_CONFIG_HOME/claude-harness/harness.yaml\` (\`~/.config/claude-harness/harness.yaml\` if that
variable is not set) and \`/etc/claude-harness/harness.yaml\`.

An invalid configuration stops the program with exit code 78 and a list of every mistake and its location. Unknown keys
and unknown \`${environmentPrefix}\` variables are mistakes too.

## Reload

A running service reads its configuration again with \`manage.sh reload\`, \`systemctl reload claude-harness\` or SIGHUP. Keys with
an asterisk change at once, for requests that come from then on; the log names those that differ and wait for a restart. With a
mistake anywhere the service goes on as it was, and says so.

## Values

| Type | Format |
| --- | --- |
| duration | a number with a unit: \`250ms\`, \`30s\`, \`10m\`, \`1h30m\`, \`1d\`; at most \`24d\` unless the key allows more. Only \`0\` needs no unit. |
| size | a number with a unit, in powers of 1024: \`512kb\`, \`32mb\`. |
| text | written as it is. In the file, quotes are needed where YAML requires them; names such as \`1e5\` or \`true\` stay text. |
| list, map | YAML; in variables and flags \`[a, b]\` or \`{a: b}\`, and a list of one item may be just \`a\`. |

In the file, an empty section, list or map counts as not set. An empty variable is a mistake: unset it instead. \`null\`
unsets a list, a map, or a key without a default. YAML's anchors and aliases work; merge keys (\`<<\`) do not.`;

const otherMachines = `## Access from other machines

A host other than loopback needs a token. \`claude-harness token\` makes one: give the token to the client, and put its
hash into the configuration.

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
    const profiles = name === 'agents' ? `\n\n${renderProfiles()}` : '';
    return `## \`${name}\`\n\n${description}\n\n${renderTable(keys, defaults)}${profiles}`;
  });
  const topLevel = configKeys.filter((key) => key.section === undefined);
  const parts = [
    introduction,
    ...sections,
    `## Top-level keys\n\n${renderTable(topLevel, defaults)}`,
    otherMachines,
    `## Every key at its default\n\n\`\`\`yaml\n${docsExample(defaults)}\`\`\``,
  ];
  return `${parts.join('\n\n')}\n`;
}
