/** What matches a name of a configuration in which `*` stands for any characters. */
export function toNamePattern(text: string): RegExp {
  return new RegExp(`^${text.split('*').map(escape).join('.*')}$`);
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
