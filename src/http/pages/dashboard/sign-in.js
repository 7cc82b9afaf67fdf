/** @import { FullHealth, ReadyBody } from '../../routes/health-schema.ts' */
/** @import { WireSignIn } from '../../routes/owner/owner-schema.ts' */
import { askJson, posting } from './api.js';
import { button, element } from './elements.js';
import { missingLogin } from './missing-login.js';
import { Panel } from './panel.js';

/**
 * Logs the CLI in while a login is missing that can be signed in to: a link out to Anthropic, and the code that comes back. For the
 * owner.
 */
export class SignIn {
  #panel = new Panel('sign-in');
  #onSignedIn;
  /** What is shown; a code that is being typed is not to be taken away. */
  #shown = '';
  /** Which of several logins is missing. @type {string | undefined} */
  #login;

  /** @param {() => void} onSignedIn */
  constructor(onSignedIn) {
    this.#onSignedIn = onSignedIn;
  }

  /** @param {ReadyBody} ready @param {FullHealth} health */
  follow(ready, health) {
    const missing = missingLogin(ready, health);
    if (missing?.name !== this.#login) this.#shown = '';
    this.#login = missing?.name;
    if (missing === undefined) this.#panel.hide();
    else if (this.#shown === '') {
      this.#show({ state: 'none' });
      this.#panel.show();
    } else this.#panel.show();
  }

  /** @param {string} path @param {RequestInit} options */
  #attempt(path, options) {
    return this.#panel.attempt(async () => {
      const query = this.#login === undefined ? '' : `?login=${encodeURIComponent(this.#login)}`;
      const signIn = /** @type {WireSignIn} */ (await askJson(path + query, options));
      this.#show(signIn);
      if (signIn.state === 'signed_in') this.#onSignedIn();
    });
  }

  /** @param {WireSignIn} signIn */
  #show({ state, url = '' }) {
    const key = `${state} ${url}`;
    if (key === this.#shown) return;
    this.#shown = key;
    this.#panel.fill(...(state === 'waiting' ? this.#steps(url) : [this.#begin()]));
  }

  #begin() {
    const what = this.#login === undefined ? 'Sign in with a browser' : `Sign in with a browser: ${this.#login}`;
    return button(what, () => void this.#attempt('auth/login', { method: 'POST' }));
  }

  /** @param {string} url The service has checked that it leads to a page. */
  #steps(url) {
    const code = element('input', { name: 'code', required: true, autocomplete: 'off', spellcheck: 'false' });
    const form = element('form', {}, element('label', {}, 'The code ', code), element('button', {}, 'Finish'));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#attempt('auth/login/code', posting({ code: code.value }));
    });
    const link = element('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, 'Sign in at Anthropic');
    return [
      element(
        'ol',
        {},
        element('li', {}, link, ' with the account of the plan, and copy the code that it shows.'),
        element('li', {}, form),
      ),
      button('Cancel', () => void this.#attempt('auth/login', { method: 'DELETE' })),
    ];
  }
}
