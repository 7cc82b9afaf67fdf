/** @import { WireDashboardSession } from '../../routes/dashboard/session-schema.ts' */
import { ask, askJson, describe, posting } from './api.js';
import { find } from './elements.js';

/** @returns {Promise<WireDashboardSession>} */
export function session() {
  return askJson('dashboard/session');
}

/** Asks for a token until one is accepted. */
export function askForToken() {
  const section = find(document, '#login', HTMLElement);
  const form = find(section, 'form', HTMLFormElement);
  const input = find(form, '[name=token]', HTMLInputElement);
  const problem = find(section, '.problem', HTMLElement);
  section.hidden = false;
  input.focus();
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void submit();
  });

  async function submit() {
    try {
      await ask('dashboard/session', posting({ token: input.value.trim() }));
      location.reload();
    } catch (error) {
      problem.textContent = describe(error);
      problem.hidden = false;
      input.select();
    }
  }
}

/** Removes the cookie, and begins anew. */
export async function logOut() {
  await ask('dashboard/session', { method: 'DELETE' });
  location.reload();
}
