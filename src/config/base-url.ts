import { checkedText } from './key-types.ts';

const isBaseUrl = (value: string): boolean => {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  return /^https?:$/.test(url?.protocol ?? '') && url?.search === '' && url.hash === '' && url.username === '';
};

/** A URL to which paths are added. */
export function baseUrl(example: string) {
  return checkedText('URL', isBaseUrl, `an http or https URL such as ${example}`);
}
