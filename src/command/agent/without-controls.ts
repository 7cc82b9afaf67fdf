/**
 * What an agent writes or runs must not steer the terminal of whoever reads it, nor turn around what is read there. Tabs
 * and line breaks stay.
 */
export function withoutControls(text: string): string {
  return text.replace(/[^\P{Cc}\t\n]|[\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');
}
