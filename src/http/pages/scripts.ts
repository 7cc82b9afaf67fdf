/** What runs in the browser, as text: it is not compiled, and is served as it stands. */

/** Fetches the description; asks for the token where there is any, which stays in the page's memory. */
export const loadDescription = `const page = document.getElementById('page');

export async function loadDescription() {
  let token = '';
  for (;;) {
    const headers = token === '' ? {} : { authorization: 'Bearer ' + token };
    const answer = await fetch('openapi.json', { headers });
    const body = await answer.json();
    if (answer.ok) {
      page.replaceChildren();
      return { page, token, description: body };
    }
    if (answer.status !== 401) throw new Error(body.error.message);
    token = await askForToken(token === '' ? 'This service asks for a token.' : body.error.message);
  }
}

function askForToken(reason) {
  const form = document.createElement('form');
  const label = document.createElement('label');
  const input = document.createElement('input');
  const button = document.createElement('button');
  label.textContent = reason + ' ';
  input.type = 'password';
  input.required = true;
  input.autocomplete = 'off';
  button.textContent = 'Show the API';
  label.append(input);
  form.append(label, button);
  page.replaceChildren(form);
  input.focus();
  return new Promise((resolve) => {
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      resolve(input.value);
    });
  });
}

export function showFailure(error) {
  page.textContent = 'The API cannot be shown: ' + error.message;
}
`;

/** Swagger's own check of a description is asked of a server elsewhere: it is off. */
export const startSwagger = `import { loadDescription, showFailure } from './load.js';

try {
  const { page, token, description } = await loadDescription();
  const ui = SwaggerUIBundle({
    spec: description,
    domNode: page,
    validatorUrl: null,
    queryConfigEnabled: false,
    onComplete() {
      if (token !== '') ui.preauthorizeApiKey('bearer', token);
    },
  });
} catch (error) {
  showFailure(error);
}
`;

export const startRedoc = `import { loadDescription, showFailure } from './load.js';

try {
  const { page, description } = await loadDescription();
  const fontFamily = 'system-ui, sans-serif';
  const theme = { typography: { fontFamily, headings: { fontFamily } } };
  Redoc.init(description, { theme, nativeScrollbars: true }, page);
} catch (error) {
  showFailure(error);
}
`;
