/** @import { ChatMessage } from './chat-stream.js' */
import { askJson, describe } from './api.js';
import { streamChat, userMessage } from './chat-stream.js';
import { element, find } from './elements.js';
import { Panel } from './panel.js';

/** A conversation with any of the models. It is kept in the page alone, and ends with it. */
export class Chat {
  #panel = new Panel('chat');
  #form = this.#panel.form();
  #model = find(this.#form, '[name=model]', HTMLSelectElement);
  #system = find(this.#form, '[name=system]', HTMLTextAreaElement);
  #message = find(this.#form, '[name=message]', HTMLTextAreaElement);
  #image = find(this.#form, '[name=image]', HTMLInputElement);
  #send = find(this.#form, '[name=send]', HTMLButtonElement);
  #stop = find(this.#form, '[name=stop]', HTMLButtonElement);
  /** @type {ChatMessage[]} */
  #messages = [];
  #answering = new AbortController();

  show() {
    this.#panel.show();
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#ask();
    });
    this.#message.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) this.#form.requestSubmit(this.#send);
    });
    this.#stop.addEventListener('click', () => {
      this.#answering.abort();
    });
    find(this.#form, '[name=clear]', HTMLButtonElement).addEventListener('click', () => {
      this.#answering.abort();
      this.#messages = [];
      this.#panel.fill();
      this.#panel.report('');
    });
  }

  async refresh() {
    await this.#panel.attempt(async () => {
      /** @type {{ data: { id: string }[] }} */
      const { data } = await askJson('v1/models');
      const chosen = this.#model.value;
      this.#model.replaceChildren(
        ...data.map(({ id }) => element('option', { value: id, selected: id === chosen }, id)),
      );
    });
  }

  async #ask() {
    if (this.#send.disabled) return;
    this.#setAnswering(true);
    this.#panel.report('');
    const answering = new AbortController();
    this.#answering = answering;
    try {
      const image = await this.#takeImage();
      const question = userMessage(this.#message.value, image);
      this.#messages.push(question);
      this.#panel.content.append(bubble('You', this.#message.value, image));
      this.#message.value = '';
      await this.#answer(answering.signal);
    } catch (error) {
      if (!answering.signal.aborted) this.#panel.report(describe(error));
    } finally {
      this.#setAnswering(false);
    }
  }

  /** @param {AbortSignal} signal */
  async #answer(signal) {
    const messages = this.#messages;
    const shown = element('p');
    this.#panel.content.append(element('div', { class: 'bubble model' }, element('h3', {}, this.#model.value), shown));
    const system = this.#system.value.trim();
    /** @type {ChatMessage[]} */
    const asked = [...(system === '' ? [] : [{ role: /** @type {const} */ ('system'), content: system }]), ...messages];
    let text = '';
    try {
      for await (const piece of streamChat(this.#model.value, asked, signal)) {
        text += piece;
        shown.textContent = text;
        this.#panel.content.scrollTop = this.#panel.content.scrollHeight;
      }
    } finally {
      // A part of an answer is one; without any the question is asked anew.
      if (text === '') messages.pop();
      else messages.push({ role: 'assistant', content: text });
    }
  }

  /** The chosen picture as a `data:` URL, which is not sent again with the next message. */
  async #takeImage() {
    const file = this.#image.files?.[0];
    if (file === undefined) return undefined;
    const url = await toDataUrl(file);
    this.#image.value = '';
    return url;
  }

  /** @param {boolean} isAnswering */
  #setAnswering(isAnswering) {
    this.#send.disabled = isAnswering;
    this.#stop.disabled = !isAnswering;
  }
}

/**
 * @param {string} who
 * @param {string} text
 * @param {string | undefined} image
 */
function bubble(who, text, image) {
  const picture = image === undefined ? [] : [element('img', { src: image, alt: 'The picture that was sent' })];
  return element('div', { class: 'bubble' }, element('h3', {}, who), ...picture, element('p', {}, text));
}

/**
 * @param {File} file
 * @returns {Promise<string>}
 */
function toDataUrl(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener('load', () => {
      resolve(/** @type {string} */ (reader.result));
    });
    reader.addEventListener('error', () => {
      reject(new Error('The picture can’t be read.'));
    });
    reader.readAsDataURL(file);
  });
}
