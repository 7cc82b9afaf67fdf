import js from '@eslint/js';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['dist/', 'coverage/', 'node_modules/', 'bench/results/', '.dependency-cruiser.cjs'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      // There are no enums, which the compiler refuses; to look for them takes a sixth of the time.
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
      '@typescript-eslint/no-unsafe-enum-comparison': 'off',
      // Express tells an error handler by its four parameters.
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
    },
  },
  {
    // The scripts of the page and of manage.sh have types in their comments, which the compiler checks as it does the others', with the globals.
    files: ['src/http/pages/**/*.js', 'deploy/manage/**/*.js'],
    rules: { 'no-undef': 'off' },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    ignores: ['src/http/pages/**', 'deploy/manage/**'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
  },
  {
    // Clients go on sending what OpenAI has deprecated, so the tests send it too.
    files: ['test/**/*.ts'],
    rules: { '@typescript-eslint/no-deprecated': 'off' },
  },
  {
    // The environment is read in two places only, so that what reaches the CLI can be seen in one file.
    files: ['src/**/*.ts'],
    ignores: ['src/config/**', 'src/process/environment.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Read the environment in config/ or process/environment.ts.' },
      ],
    },
  },
  {
    // winston's declarations import the class of its transports as a namespace, in which the rule sees no class.
    files: ['src/observe/logger.ts'],
    rules: { '@typescript-eslint/no-unsafe-class-instance-assignment': 'off' },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/command/**', 'src/main.ts'],
    rules: { 'no-console': 'error' },
  },
);
